package main

import (
	"fmt"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/dingtalk-contacts/dingtalk-go/internal/program/terminal"
)

// progress shows the progress of an export.
type progress interface {
	expect(people int64) // adds to the expected number; some people may be counted twice
	update(people int)   // sets how many have been written, in this run and before
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

func (noProgress) expect(int64) {}
func (noProgress) update(int)   {}
func (noProgress) end()         {}

// logInterval is the time between two lines.
const logInterval = 10 * time.Second

type logLines struct {
	to       io.Writer
	expected int64
	next     time.Time
}

func (l *logLines) expect(people int64) { l.expected += people }

func (l *logLines) update(people int) {
	now := time.Now()
	if now.Before(l.next) {
		return
	}
	l.next = now.Add(logInterval)
	_, _ = fmt.Fprintf(l.to, "export: %d of about %d people\n", people, l.expected)
}

func (l *logLines) end() {}

// textWidth is about how many columns the text beside the bar takes, such as
// "people  50% || (500/1000, 20 people/s) [25s:25s]". What does not fit the terminal is cut off.
const textWidth = 60

type bar struct {
	to             *terminal.Terminal
	expected       int64
	before, people int
	started        bool
	bar            *progressbar.ProgressBar // nil until people are expected
}

func (b *bar) expect(people int64) {
	b.expected += people
	rest := max(1, b.expected-int64(b.before)) // earlier runs do not count toward the rate
	switch {
	case b.expected <= 0:
		return
	case b.bar == nil:
		b.bar = progressbar.NewOptions64(rest,
			progressbar.OptionSetWriter(b.to.Drawing()), progressbar.OptionSetDescription("people"),
			progressbar.OptionShowCount(), progressbar.OptionSetItsString("people"), progressbar.OptionShowIts(),
			progressbar.OptionSetWidth(barWidth(b.to.Columns())), progressbar.OptionThrottle(100*time.Millisecond))
	default:
		b.bar.ChangeMax64(rest)
	}
	b.update(b.people)
}

// update keeps the bar from reaching its end, where it would stay, because there may be more people than expected.
func (b *bar) update(people int) {
	if !b.started {
		b.started, b.before = true, people
	}
	b.people = people
	if b.bar != nil {
		_ = b.bar.Set64(min(int64(people-b.before), b.bar.GetMax64()-1))
	}
}

// barWidth returns the number of columns of the bar itself, beside the text.
func barWidth(columns int) int { return min(40, max(0, columns-textWidth)) }

// end removes the bar.
func (b *bar) end() {
	if b.bar != nil {
		_ = b.bar.Exit()
		_ = b.bar.Clear()
	}
}
