package main

import (
	"fmt"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/dingtalk-contacts/dingtalk-go/internal/program/terminal"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

// progress shows the progress of an import.
type progress interface {
	update(p provision.Progress)
	end()
}

// newProgress returns a progress bar for a terminal, and periodic lines for a log.
func newProgress(errOut io.Writer, quiet bool) progress {
	t, isTerminal := errOut.(*terminal.Terminal)
	switch {
	case quiet:
		return noProgress{}
	case isTerminal:
		return &bar{to: t}
	}
	return &logLines{to: errOut, next: time.Now().Add(logInterval)}
}

type noProgress struct{}

func (noProgress) update(provision.Progress) {}
func (noProgress) end()                      {}

// logInterval is the time between two lines.
const logInterval = 10 * time.Second

type logLines struct {
	to   io.Writer
	next time.Time
}

func (l *logLines) update(p provision.Progress) {
	now := time.Now()
	if now.Before(l.next) {
		return
	}
	l.next = now.Add(logInterval)
	text := fmt.Sprintf("import: %s: %d", p.Step, p.Done)
	if p.Total > 0 {
		text += fmt.Sprintf(" of %d", max(p.Total, p.Done))
	}
	if p.Rate > 0 {
		text += fmt.Sprintf(", %.1f a second", p.Rate)
	}
	if p.Left > 0 {
		text += fmt.Sprintf(", %v left", p.Left)
	}
	if p.Failed > 0 {
		text += fmt.Sprintf(", %d failed", p.Failed)
	}
	_, _ = fmt.Fprintln(l.to, text)
}

func (l *logLines) end() {}

// textWidth is about how many columns the text beside the bar takes, such as
// "reading people  50% || (500/1000, 20 people/s) [25s:25s]". What does not fit the terminal is cut off.
const textWidth = 60

type bar struct {
	to     *terminal.Terminal
	step   provision.Step
	before int // done in an earlier run, which does not count toward the rate
	failed int
	bar    *progressbar.ProgressBar // of the step
}

// update keeps the bar from reaching its end, where it would stay, because there may be more than expected.
func (b *bar) update(p provision.Progress) {
	if p.Step != b.step {
		b.end()
		b.step, b.before, b.failed = p.Step, p.Done, 0
		expected := int64(-1) // unknown
		if p.Total > 0 {
			expected = int64(max(1, p.Total-p.Done))
		}
		b.bar = progressbar.NewOptions64(expected,
			progressbar.OptionSetWriter(b.to.Drawing()), progressbar.OptionSetDescription(string(p.Step)),
			progressbar.OptionShowCount(), progressbar.OptionSetItsString("people"), progressbar.OptionShowIts(),
			progressbar.OptionSetWidth(barWidth(b.to.Columns())), progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionSetSpinnerChangeInterval(0)) // the spinner would keep drawing after the end
	}
	if b.bar == nil {
		return
	}
	if p.Failed > b.failed {
		b.failed = p.Failed
		b.bar.Describe(fmt.Sprintf("%s, %d failed", p.Step, p.Failed))
	}
	now := int64(p.Done - b.before)
	if expected := b.bar.GetMax64(); expected > 0 {
		now = min(now, expected-1)
	}
	_ = b.bar.Set64(now)
}

// barWidth returns the number of columns of the bar itself, beside the text.
func barWidth(columns int) int { return min(40, max(0, columns-textWidth)) }

// end removes the bar.
func (b *bar) end() {
	if b.bar != nil {
		_ = b.bar.Exit()
		_ = b.bar.Clear()
		b.bar, b.step = nil, ""
	}
}
