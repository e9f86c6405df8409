package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-analyze/charts"
)

// series is what one color shows.
type series struct {
	name   string
	values []float64
}

const (
	width  = 900
	head   = 62 // the height of title and subtitle
	barRow = 15 // the height of a bar
	gap    = 14 // between groups of bars
)

// The background is opaque, so that the pictures are readable on a dark page as well.
var (
	theme   = charts.GetTheme(charts.ThemeLight)
	padding = charts.NewBox(20, head, 40, 16)
	normal  = charts.FontStyle{FontSize: 12, FontColor: charts.ColorFromHex("#464646")}
	small   = charts.FontStyle{FontSize: 10, FontColor: normal.FontColor}
	large   = charts.FontStyle{FontSize: 18, FontColor: normal.FontColor}
)

func painter(height int) *charts.Painter {
	return charts.NewPainter(charts.PainterOptions{OutputFormat: charts.ChartOutputSVG, Width: width, Height: height})
}

// finish writes the title above a chart, and returns the picture.
func finish(p *charts.Painter, title, subtitle string) ([]byte, error) {
	p.Text(title, 20, 32, 0, large)
	p.Text(subtitle, 20, 52, 0, normal)
	return p.Bytes()
}

// legend is below the title.
var legend = charts.LegendOption{
	Offset: charts.OffsetStr{Left: charts.PositionLeft}, FontStyle: normal, Padding: charts.NewBox(0, 0, 0, 8),
}

// bars draws groups of horizontal bars, from the first name at the top to the last.
func bars(title, subtitle string, names []string, all []series, format string) ([]byte, error) {
	show := func(v float64) string { return fmt.Sprintf(format, v) }
	list := make(charts.BarSeriesList, len(all))
	for i, s := range all {
		list[i] = charts.BarSeries{
			Name: s.name, Values: upward(s.values),
			Label: charts.SeriesLabel{Show: new(true), ValueFormatter: show, FontStyle: small},
		}
	}
	p := painter(head + 70 + len(names)*(gap+barRow*len(all)))
	err := p.BarChart(charts.BarChartOption{
		Theme: theme, Padding: padding, Horizontal: true, SeriesList: list, ValueFormatter: show,
		Legend:       legend,
		CategoryAxis: charts.CategoryAxisOption{Labels: upward(withRoom(names)), LabelFontStyle: normal},
		ValueAxis:    []charts.ValueAxisOption{{Min: new(0.), Show: new(false)}}, // each bar has its value
	})
	if err != nil {
		return nil, err
	}
	return finish(p, title, subtitle)
}

// withRoom returns the names with space behind them, because a reader may lack the font by which the labels are placed, and
// another one may be wider.
func withRoom(names []string) []string {
	wider := make([]string, len(names))
	for i, name := range names {
		wider[i] = name + strings.Repeat("\u00a0", len(name)/4)
	}
	return wider
}

// upward returns a list in the order of a vertical axis, which begins at the bottom.
func upward[T any](list []T) []T {
	list = slices.Clone(list)
	slices.Reverse(list)
	return list
}

// lines draws a line for each series.
func lines(title, subtitle string, names []string, all []series) ([]byte, error) {
	list := make(charts.LineSeriesList, len(all))
	for i, s := range all {
		list[i] = charts.LineSeries{Name: s.name, Values: s.values}
	}
	whole := func(v float64) string { return strconv.Itoa(int(v)) }
	p := painter(440)
	err := p.LineChart(charts.LineChartOption{
		Theme: theme, Padding: padding, SeriesList: list, ValueFormatter: whole,
		Symbol: charts.Symbol{Shape: charts.SymbolNone},
		Legend: legend,
		XAxis:  charts.XAxisOption{Labels: names, LabelCount: 7, LabelFontStyle: normal, BoundaryGap: new(false)},
		YAxis:  []charts.YAxisOption{{Min: new(0.), LabelFontStyle: normal}},
	})
	if err != nil {
		return nil, err
	}
	return finish(p, title, subtitle)
}
