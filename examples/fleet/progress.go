package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/program/columns"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/terminal"
)

// progress prints the progress of the workers: on a terminal a table that is redrawn in place, elsewhere, as in a log,
// a line per second.
type progress struct {
	terminal *terminal.Terminal // nil elsewhere
	mu       sync.Mutex
	to       io.Writer
	now      []event // by worker
	began    time.Time
	next     time.Time // of the next update
	lines    int       // of the table on the terminal
}

func newProgress(to io.Writer) *progress {
	t, _ := to.(*terminal.Terminal)
	return &progress{to: to, terminal: t}
}

func (p *progress) begin(workers int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now, p.began = make([]event, workers), time.Now()
}

// log prints a message.
func (p *progress) log(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
	_, _ = fmt.Fprintf(p.to, format+"\n", args...)
	if p.terminal != nil && p.now != nil {
		p.draw()
	}
}

// above returns a writer for other text, which appears above the table if it is on the same terminal. Several processes
// may write to it.
func (p *progress) above(to io.Writer) io.Writer { return aboveTable{p, to} }

type aboveTable struct {
	*progress
	to io.Writer
}

func (w aboveTable) Write(text []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clear()
	n, err := w.to.Write(text)
	if w.terminal != nil && w.now != nil {
		w.draw()
	}
	return n, err
}

// update records the progress of a worker.
func (p *progress) update(worker int, e event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now[worker] = e
	now := time.Now()
	if now.Before(p.next) {
		return
	}
	if p.terminal != nil {
		p.next = now.Add(time.Second / 10)
		p.clear()
		p.draw()
		return
	}
	p.next = now.Add(time.Second)
	parts := make([]string, len(p.now))
	for i, e := range p.now {
		parts[i] = fmt.Sprintf("%d: %s", i+1, e)
	}
	_, _ = fmt.Fprintf(p.to, "%4.1f s  %s\n", now.Sub(p.began).Seconds(), strings.Join(parts, "; "))
}

// end prints the final table.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.terminal != nil {
		p.clear()
		p.draw()
	}
	p.now, p.lines = nil, 0
}

// String returns a text such as "applying 7 of 30".
func (e event) String() string {
	if e.Step == "" {
		return "starting"
	}
	return strings.TrimSpace(string(e.Step) + " " + e.count())
}

func (e event) count() string {
	switch {
	case e.Step == "", e.Step == waiting:
		return ""
	case e.Total == 0:
		return fmt.Sprint(e.Done)
	}
	return fmt.Sprintf("%d of %d", e.Done, e.Total)
}

// clear removes the table from the terminal, if there is one.
func (p *progress) clear() {
	if p.lines > 0 {
		_, _ = fmt.Fprintf(p.terminal.Drawing(), "\x1b[%dA\x1b[J", p.lines)
		p.lines = 0
	}
}

// draw draws a table of the workers, with bars that are as long as the terminal permits.
func (p *progress) draw() {
	const longest, shortest = 30, 5
	rows := [][]string{{"worker", "step", "people", "|"}}
	for i, e := range p.now {
		rows = append(rows, []string{fmt.Sprint(i + 1), cmp.Or(string(e.Step), "starting"), e.count(), ""})
	}
	header, _, _ := strings.Cut(columns.Table(rows), "|")
	width := min(longest, p.terminal.Columns()-len(header))
	if width < shortest {
		width = 0
	}
	rows[0][3] = ""
	for i, e := range p.now {
		done := 0
		if e.Total > 0 {
			done = min(width, width*e.Done/e.Total)
		}
		rows[i+1][3] = strings.Repeat("#", done) + strings.Repeat(".", width-done)
	}
	text := columns.Table(rows)
	_, _ = io.WriteString(p.terminal.Drawing(), text)
	p.lines = strings.Count(text, "\n")
}
