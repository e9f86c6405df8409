// Package terminal protects a terminal from the texts that a program shows, and knows how wide it is.
package terminal

import (
	"io"
	"os"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/dingtalk-contacts/dingtalk-go/internal/program/columns"
)

// Terminal is a terminal to write to. What is written cannot control it: names and messages of the service come from
// anyone, so control characters other than line breaks and tabs become spaces.
type Terminal struct {
	to      io.Writer
	columns func() int

	mu    sync.Mutex
	rest  []byte // the beginning of a character whose last bytes are not written yet
	drawn bool   // a drawing has not ended its line
}

// New returns a terminal that writes to another writer and has a number of columns.
func New(to io.Writer, columns func() int) *Terminal { return &Terminal{to: to, columns: columns} }

// Of returns the terminal that a file is connected to, and reports whether it is one.
func Of(file *os.File) (*Terminal, bool) {
	if _, ok := width(file); !ok {
		return nil, false
	}
	return New(file, func() int {
		n, _ := width(file)
		return n
	}), true
}

// unknownWidth is the number of columns of a terminal that reports none.
const unknownWidth = 80

// Columns returns the number of columns, which changes with the size of the window.
func (t *Terminal) Columns() int {
	if n := t.columns(); n > 0 {
		return n
	}
	return unknownWidth
}

// ColumnsOf returns the number of columns of a terminal, and a usual number for any other writer.
func ColumnsOf(w io.Writer) int {
	if t, ok := w.(*Terminal); ok {
		return t.Columns()
	}
	return unknownWidth
}

// Write writes text without its control characters.
func (t *Terminal) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	text := append(t.rest, p...)
	whole := len(text) - incomplete(text)
	t.rest = append([]byte(nil), text[whole:]...)
	if t.drawn {
		_, _ = io.WriteString(t.to, eraseLine)
		t.drawn = false
	}
	_, err := io.WriteString(t.to, strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && columns.IsControl(r) {
			return ' '
		}
		return r
	}, string(text[:whole])))
	return len(p), err
}

// eraseLine erases the line of the cursor, so that text does not follow a progress bar on it.
const eraseLine = "\r\x1b[K"

// incomplete returns the length of a character at the end of the text whose last bytes are missing.
func incomplete(text []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(text); n++ {
		if tail := text[len(text)-n:]; utf8.RuneStart(tail[0]) {
			if utf8.FullRune(tail) {
				return 0
			}
			return n
		}
	}
	return 0
}

// Drawing returns a writer for what a program draws itself, such as a progress bar. Control characters pass, so no
// foreign text may be written to it.
func (t *Terminal) Drawing() io.Writer { return drawing{t} }

type drawing struct{ *Terminal }

// Write cuts lines that are wider than the terminal: they would take two lines of the screen, and a line that is drawn
// again and again in its place would scroll the screen each time.
func (d drawing) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var cut strings.Builder
	for rest := string(p); rest != ""; {
		end := strings.IndexAny(rest, "\r\n")
		if end < 0 {
			cut.WriteString(columns.Cut(rest, d.Columns()))
			break
		}
		cut.WriteString(columns.Cut(rest[:end], d.Columns()) + rest[end:end+1])
		rest = rest[end+1:]
	}
	d.drawn = !strings.HasSuffix(cut.String(), "\n")
	_, err := io.WriteString(d.to, cut.String())
	return len(p), err
}
