package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progress shows how far an export is.
type progress interface {
	expect(people int64) // that many more may come, some of them perhaps again
	at(people int)       // so many have been written, in this run and before
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

func (silence) expect(int64) {}
func (silence) at(int)       {}
func (silence) end()         {}

// between is the time from one line to the next.
const between = 10 * time.Second

type lines struct {
	to       io.Writer
	expected int64
	next     time.Time
}

func (l *lines) expect(people int64) { l.expected += people }

func (l *lines) at(people int) {
	now := time.Now()
	if now.Before(l.next) {
		return
	}
	l.next = now.Add(between)
	_, _ = fmt.Fprintf(l.to, "export: %d of about %d people\n", people, l.expected)
}

func (l *lines) end() {}

type bar struct {
	to             io.Writer
	expected       int64
	before, people int
	begun          bool
	bar            *progressbar.ProgressBar // once it is known how many to expect
}

func (b *bar) expect(people int64) {
	b.expected += people
	rest := max(1, b.expected-int64(b.before)) // what was written before would spoil the rate
	switch {
	case b.expected <= 0:
		return
	case b.bar == nil:
		b.bar = progressbar.NewOptions64(rest,
			progressbar.OptionSetWriter(b.to), progressbar.OptionSetDescription("people"),
			progressbar.OptionShowCount(), progressbar.OptionSetItsString("people"), progressbar.OptionShowIts(),
			progressbar.OptionFullWidth(), progressbar.OptionThrottle(100*time.Millisecond))
	default:
		b.bar.ChangeMax64(rest)
	}
	b.at(b.people)
}

// at does not let the bar reach its end, where it would stay: more may come than was expected.
func (b *bar) at(people int) {
	if !b.begun {
		b.begun, b.before = true, people
	}
	b.people = people
	if b.bar != nil {
		_ = b.bar.Set64(min(int64(people-b.before), b.bar.GetMax64()-1))
	}
}

// end removes the bar: what follows says how it went.
func (b *bar) end() {
	if b.bar != nil {
		_ = b.bar.Exit()
		_ = b.bar.Clear()
	}
}
