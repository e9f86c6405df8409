// Package progress shows the progress of long work: as a bar on a terminal, and as lines in a log on request.
package progress

import (
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/app"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/terminal"
)

// Style is how progress is shown.
type Style int

// The styles.
const (
	None Style = iota
	Bar
	Lines // for a log
)

// StyleOf returns the style for a run: a bar on a terminal, and elsewhere lines if they are wanted.
func StyleOf(r *app.Run) Style {
	_, isTerminal := r.Stderr.(*terminal.Terminal)
	switch {
	case r.Quiet:
		return None
	case isTerminal:
		return Bar
	case r.Verbose:
		return Lines
	}
	return None
}

// LogInterval is the time between two lines.
const LogInterval = 10 * time.Second

// textWidth is about how many columns the text beside the bar takes, such as
// "reading people  50% || (500/1000, 20 people/s) [25s:25s]". What does not fit the terminal is cut off.
const textWidth = 60

// NewBar returns a bar for an expected number of people, which may be -1 if it is unknown.
func NewBar(to *terminal.Terminal, description string, expected int64) *progressbar.ProgressBar {
	return progressbar.NewOptions64(expected,
		progressbar.OptionSetWriter(to.Drawing()), progressbar.OptionSetDescription(description),
		progressbar.OptionShowCount(), progressbar.OptionSetItsString("people"), progressbar.OptionShowIts(),
		progressbar.OptionSetWidth(barWidth(to.Columns())), progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionSetSpinnerChangeInterval(0)) // the spinner would keep drawing after the end
}

// barWidth returns the number of columns of the bar itself, beside the text.
func barWidth(columns int) int { return min(40, max(0, columns-textWidth)) }

// Remove removes a bar from the terminal. The bar may be nil.
func Remove(bar *progressbar.ProgressBar) {
	if bar != nil {
		_ = bar.Exit()
		_ = bar.Clear()
	}
}
