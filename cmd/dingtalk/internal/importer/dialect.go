package importer

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// dialect describes the CSV of a list: how its cells are separated, and what its headings mean.
type dialect struct {
	delimiter rune
	headings  []heading // of -map
}

// heading is the meaning of a heading in a list.
type heading struct {
	text, field string // "#" as the field skips the column
}

// addHeading adds the meaning of a heading, such as "姓名=name".
func (d *dialect) addHeading(text string) error {
	i := strings.LastIndex(text, "=")
	if i <= 0 || i == len(text)-1 {
		return errors.New("give a heading and a field, such as 姓名=name, or # to skip the column, such as 备注=#")
	}
	h := heading{strings.TrimSpace(text[:i]), strings.TrimSpace(text[i+1:])}
	for _, other := range d.headings {
		if other.text == h.text {
			return fmt.Errorf("%q already means %s", h.text, other.field)
		}
	}
	d.headings = append(d.headings, h)
	return nil
}

// setDelimiter sets what separates the cells.
func (d *dialect) setDelimiter(text string) error {
	if text == "tab" || text == `\t` {
		text = "\t"
	}
	r, size := utf8.DecodeRuneInString(text)
	if size != len(text) || !slices.Contains([]rune(",;\t|"), r) {
		return errors.New("choose one of , ; | and tab")
	}
	d.delimiter = r
	return nil
}

// field returns the field that a heading means: the one of -map, or itself.
func (d *dialect) field(text string) string {
	for _, h := range d.headings {
		if h.text == text {
			return h.field
		}
	}
	return text
}

// rewrite returns the text of a CSV as provision.CSV reads it, each row on its line, and the headings of the columns
// that it skips because an import does not set them.
func (d *dialect) rewrite(text []byte) (rewritten []byte, skipped []string, err error) {
	if bytes.HasPrefix(text, []byte("PK\x03\x04")) {
		return nil, nil, errors.New("the list is a workbook: save it as \"CSV UTF-8\"")
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if line, ok := findInvalidLine(text); ok {
		return nil, nil, fmt.Errorf("line %d: the text is not UTF-8; save the list as \"CSV UTF-8\"", line)
	}
	in := csv.NewReader(bytes.NewReader(text))
	in.Comma, in.FieldsPerRecord = d.delimiter, -1
	header, err := in.Read()
	switch {
	case errors.Is(err, io.EOF):
		return nil, nil, errors.New("the list is empty: it begins with the names of its columns")
	case err != nil:
		return nil, nil, fmt.Errorf("reading the names of the columns: %w", err)
	}
	layout, err := newLayout(header, d)
	if err != nil {
		return nil, nil, err
	}
	out := &lineWriter{line: 1}
	out.write(lineOf(in), layout.names)
	for {
		cells, err := in.Read()
		syntax, isSyntax := errors.AsType[*csv.ParseError](err)
		switch {
		case errors.Is(err, io.EOF):
			return out.text.Bytes(), layout.ignored, nil
		case isSyntax && errors.Is(err, csv.ErrBareQuote):
			out.writeRaw(syntax.StartLine, `x"`) // has the same error
		case isSyntax:
			out.writeRaw(syntax.StartLine, `"x"x`)
		case err != nil:
			return nil, nil, err
		default:
			out.write(lineOf(in), layout.convert(cells))
		}
	}
}

func lineOf(in *csv.Reader) int {
	line, _ := in.FieldPos(0)
	return line
}

// findInvalidLine returns the first line that is not UTF-8, if there is one.
func findInvalidLine(text []byte) (line int, found bool) {
	for content := range bytes.Lines(text) {
		if line++; !utf8.Valid(content) {
			return line, true
		}
	}
	return 0, false
}

// lineWriter writes rows at given lines, so that errors about them name the lines of the list.
type lineWriter struct {
	text bytes.Buffer
	line int // of what is written next
}

func (w *lineWriter) write(line int, cells []string) {
	var row strings.Builder
	encoder := csv.NewWriter(&row)
	_ = encoder.Write(cells) // cannot fail: it writes into memory
	encoder.Flush()
	w.writeRaw(line, strings.TrimSuffix(row.String(), "\n"))
}

func (w *lineWriter) writeRaw(line int, row string) {
	w.text.WriteString(strings.Repeat("\n", max(0, line-w.line)))
	w.line = max(w.line, line)
	w.text.WriteString(row + "\n")
	w.line += strings.Count(row, "\n") + 1
}
