package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"

	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/columns"
)

// screen shows how far the workers are: on a terminal in a table that stays in its place, elsewhere, as in a log,
// in a line each second.
type screen struct {
	table bool
	mu    sync.Mutex
	to    io.Writer
	now   []event // by worker
	began time.Time
	next  time.Time // when it is due again
	lines int       // of the table that is on the terminal
}

func newScreen(to io.Writer) *screen {
	file, isFile := to.(*os.File)
	return &screen{to: to, table: isFile && term.IsTerminal(int(file.Fd()))} //nolint:gosec // small
}

func (s *screen) begin(workers int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now, s.began = make([]event, workers), time.Now()
}

// say prints a line of its own.
func (s *screen) say(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wipe()
	_, _ = fmt.Fprintf(s.to, format+"\n", args...)
	if s.table && s.now != nil {
		s.draw()
	}
}

// show notes how far a worker is.
func (s *screen) show(worker int, e event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now[worker] = e
	now := time.Now()
	if now.Before(s.next) {
		return
	}
	if s.table {
		s.next = now.Add(time.Second / 10)
		s.wipe()
		s.draw()
		return
	}
	s.next = now.Add(time.Second)
	parts := make([]string, len(s.now))
	for i, e := range s.now {
		parts[i] = fmt.Sprintf("%d: %s", i+1, e)
	}
	_, _ = fmt.Fprintf(s.to, "%4.1f s  %s\n", now.Sub(s.began).Seconds(), strings.Join(parts, "; "))
}

// end leaves the table as it is in the end.
func (s *screen) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.table {
		s.wipe()
		s.draw()
	}
	s.now, s.lines = nil, 0
}

// String is "applying 7 of 30".
func (e event) String() string {
	if e.Step == "" {
		return "starting"
	}
	return string(e.Step) + " " + e.count()
}

func (e event) count() string {
	switch {
	case e.Step == "":
		return ""
	case e.Total == 0:
		return fmt.Sprint(e.Done)
	}
	return fmt.Sprintf("%d of %d", e.Done, e.Total)
}

// wipe removes the table. The terminal is left alone where there is none.
func (s *screen) wipe() {
	if s.lines > 0 {
		_, _ = fmt.Fprintf(s.to, "\x1b[%dA\x1b[J", s.lines)
		s.lines = 0
	}
}

func (s *screen) draw() {
	const width = 30
	rows := [][]string{{"worker", "step", "people", ""}}
	for i, e := range s.now {
		done := 0
		if e.Total > 0 {
			done = min(width, width*e.Done/e.Total)
		}
		rows = append(rows, []string{
			fmt.Sprint(i + 1), cmp.Or(string(e.Step), "starting"), e.count(),
			strings.Repeat("#", done) + strings.Repeat(".", width-done),
		})
	}
	text := columns.Table(rows)
	_, _ = io.WriteString(s.to, text)
	s.lines = strings.Count(text, "\n")
}
