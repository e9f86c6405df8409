package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

// progress shows how far an import is.
type progress interface {
	at(p provision.Progress)
	end()
}

// newProgress shows a bar on a terminal, and a line now and then elsewhere, as in a log.
func newProgress(errOut io.Writer, quiet bool) progress {
	file, isFile := errOut.(*os.File)
	switch {
	case quiet:
		return silence{}
	case isFile && term.IsTerminal(int(file.Fd())):
		return &bar{to: errOut}
	}
	return &lines{to: errOut, next: time.Now().Add(between)}
}

type silence struct{}

func (silence) at(provision.Progress) {}
func (silence) end()                  {}

// between is the time from one line to the next.
const between = 10 * time.Second

type lines struct {
	to   io.Writer
	next time.Time
}

func (l *lines) at(p provision.Progress) {
	now := time.Now()
	if now.Before(l.next) {
		return
	}
	l.next = now.Add(between)
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

func (l *lines) end() {}

type bar struct {
	to     io.Writer
	step   provision.Step
	before int // done in an earlier run, which would spoil the rate
	failed int
	bar    *progressbar.ProgressBar // of the step
}

// at does not let the bar reach its end, where it would stay: there may be more than was expected.
func (b *bar) at(p provision.Progress) {
	if p.Step != b.step {
		b.end()
		b.step, b.before, b.failed = p.Step, p.Done, 0
		expected := int64(-1) // not known
		if p.Total > 0 {
			expected = int64(max(1, p.Total-p.Done))
		}
		b.bar = progressbar.NewOptions64(expected,
			progressbar.OptionSetWriter(b.to), progressbar.OptionSetDescription(string(p.Step)),
			progressbar.OptionShowCount(), progressbar.OptionSetItsString("people"), progressbar.OptionShowIts(),
			progressbar.OptionFullWidth(), progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionSetSpinnerChangeInterval(0)) // it would go on drawing after the end
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

// end removes the bar: what follows says how it went.
func (b *bar) end() {
	if b.bar != nil {
		_ = b.bar.Exit()
		_ = b.bar.Clear()
		b.bar, b.step = nil, ""
	}
}
