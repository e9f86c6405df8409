// Charts draws the pictures of docs/performance.md from the results of the measurements: make bench, make bench-pace and
// make bench-calls call it.
package main

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/go-analyze/charts"
)

func main() {
	if err := run("results", "../docs/images"); err != nil {
		fmt.Fprintln(os.Stderr, "charts:", err)
		os.Exit(1)
	}
}

// run draws the pictures of which there are results.
func run(results, images string) error {
	for name, draw := range map[string]func(results string) ([]byte, error){
		"bench-cost.svg":     drawCost,
		"bench-pace.svg":     drawPace,
		"bench-requests.svg": drawRequests,
		"bench-arrivals.svg": drawArrivals,
		"bench-read.svg":     drawRead,
	} {
		svg, err := draw(results)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := os.WriteFile(filepath.Join(images, name), svg, 0o644); err != nil { //nolint:gosec // a picture
			return err
		}
	}
	return nil
}

// table holds the rows of a file of results, by the names of the columns.
type table []map[string]string

func readTable(path string) (table, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // it was only read
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var t table
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, name := range rows[0] {
			m[name] = row[i]
		}
		t = append(t, m)
	}
	return t, nil
}

// values returns a number for each of the names in a column, of the rows that match.
func (t table) values(names []string, column, value string, match map[string]string) ([]float64, error) {
	values := make([]float64, len(names))
	for i, name := range names {
		found := false
		for _, row := range t {
			if row[column] != name || !matches(row, match) {
				continue
			}
			n, err := number(row[value])
			if err != nil {
				return nil, err
			}
			values[i], found = n, true
		}
		if !found {
			return nil, fmt.Errorf("there is no %s %q with %v", column, name, match)
		}
	}
	return values, nil
}

func matches(row, match map[string]string) bool {
	for name, value := range match {
		if row[name] != value {
			return false
		}
	}
	return true
}

// number reads a number, a percentage, or a time in minutes.
func number(text string) (float64, error) {
	if d, err := time.ParseDuration(text); err == nil {
		return d.Minutes(), nil
	}
	return strconv.ParseFloat(strings.TrimSuffix(text, " %"), 64)
}

func drawCost(results string) ([]byte, error) {
	clients := []string{"nethttp", "nethttp-default", "sdk", "resty", "darabonba"}
	titles := []string{"net/http by hand, a pool for all callers", "net/http by hand, its default pool", "this client", "resty as in its README", "engine of the vendor's clients"}
	files, err := filepath.Glob(filepath.Join(results, "cost-go1.[0-9][0-9].csv")) // one for each release of Go
	if err != nil || len(files) == 0 {
		return nil, cmp.Or(err, fs.ErrNotExist)
	}
	var all []series
	for _, file := range files {
		t, err := readTable(file)
		if err != nil {
			return nil, err
		}
		values, err := t.values(clients, "client", "time", map[string]string{"operation": "GetUser", "network": "HTTP/1.1", "goroutines": "64"})
		if err != nil {
			return nil, err
		}
		all = append(all, series{"Go " + strings.TrimPrefix(t[0]["go"], "go"), values})
	}
	return bars("Time of a call, net/http by hand = 1", "GetUser over HTTP/1.1, 64 callers; medians of paired rounds. Lower is better.",
		titles, all, "%.2f")
}

// programs are those of the table of the pace that the pictures show, by the titles in them.
var programs = []struct{ name, title string }{
	{"this client, 256 callers", "this client, 256 callers"},
	{"token bucket, 20 a second, burst 20", "token bucket, 20 a second, burst 20"},
	{"token bucket, 19 a second, burst 1", "token bucket, 19 a second, burst 1"},
	{"no limiter, 256 callers, retries as the service asks", "256 callers, retry as asked"},
	{"no limiter, one caller that sleeps 50 ms after each call", "one caller, sleeps 50 ms"},
	{"no limiter, one caller", "one caller"},
	{"no limiter, 256 callers, retries at once", "256 callers, retry at once"},
}

var roundTrips = []string{"30 ms", "100 ms", "100 +- 90 ms"}

func drawPace(results string) ([]byte, error) {
	return drawPrograms(results, "of the limit", "Share of the limit that is reached",
		"10,000 people created at 20 calls a second, in percent, by the round trip. Higher is better.", "%.0f", len(programs))
}

func drawRequests(results string) ([]byte, error) {
	return drawPrograms(results, "requests a person", "Requests for each person created",
		"What the service refuses has to be sent again; 1 is the least. Lower is better.", "%.2f", len(programs)-1)
}

func drawPrograms(results, column, title, subtitle, format string, n int) ([]byte, error) {
	t, err := readTable(filepath.Join(results, "pace.csv"))
	if err != nil {
		return nil, err
	}
	var names, titles []string
	for _, p := range programs[:n] {
		names, titles = append(names, p.name), append(titles, p.title)
	}
	var all []series
	for _, trip := range roundTrips {
		values, err := t.values(names, "program", column, map[string]string{"round trip": trip})
		if err != nil {
			return nil, err
		}
		all = append(all, series{strings.ReplaceAll(trip, "+-", "±"), values})
	}
	return bars(title, subtitle, titles, all, format)
}

func drawArrivals(results string) ([]byte, error) {
	t, err := readTable(filepath.Join(results, "arrivals.csv"))
	if err != nil {
		return nil, err
	}
	var seconds []string
	for i := range 60 {
		seconds = append(seconds, strconv.Itoa(i))
	}
	var all []series
	const cut = 60.
	most := 0.
	for _, p := range []int{0, 1, 3, 5} {
		values, err := t.values(seconds, "second", "calls", map[string]string{"program": programs[p].name, "round trip": "100 +- 90 ms"})
		if err != nil {
			return nil, err
		}
		for i, v := range values {
			values[i] = min(v, cut)
			most = max(most, v)
		}
		all = append(all, series{programs[p].title, append(values, charts.GetNullValue())})
	}
	subtitle := fmt.Sprintf("The first minute, with a round trip of 100 ± 90 ms. The limit is 20. What exceeds %.0f is cut off; the most is %.0f.", cut, most)
	return lines("Calls that arrive at the service in each second", subtitle, append(seconds, "60"), all)
}

func drawRead(results string) ([]byte, error) {
	t, err := readTable(filepath.Join(results, "calls.csv"))
	if err != nil {
		return nil, err
	}
	sizes := [][2]string{{"500", "10000"}, {"5000", "10000"}, {"500", "100000"}, {"5000", "100000"}}
	names := []string{
		"`OrgUsers`", "`provision.NewPlan`", "loops: sub-departments, pages of people", "the same, and each department for its name",
		"loops: sub-departments, user IDs, each person",
	}
	titles := []string{
		"OrgUsers", "provision.NewPlan", "loops by hand, pages of people", "the same, with each department", "loops by hand, each person",
	}
	var all []series
	for i, name := range names {
		s := series{name: titles[i]}
		for _, size := range sizes {
			value, err := t.values([]string{name}, "program", "took", map[string]string{"departments": size[0], "people": size[1]})
			if err != nil {
				return nil, err
			}
			s.values = append(s.values, value[0])
		}
		all = append(all, s)
	}
	return bars("Minutes that a whole read takes", "At 20 calls a second to each endpoint, with a round trip of 30 ms. Lower is better.",
		[]string{"500 departments, 10,000 people", "5,000 departments, 10,000 people", "500 departments, 100,000 people", "5,000 departments, 100,000 people"},
		all, "%.1f")
}
