// Package output prints results as a table, as lines of JSON or as CSV.
package output

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/spreadsheet"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/columns"
)

// Format is how results are printed.
type Format string

// The formats.
const (
	Table Format = "table"
	JSON  Format = "json" // a line for each record
	CSV   Format = "csv"
)

// All returns all formats.
func All() []Format { return []Format{Table, JSON, CSV} }

// List returns the names of formats, for people.
func List(formats []Format) string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = string(f)
	}
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}

// Parse returns the format of a name, if it is one of those.
func Parse(name string, formats []Format) (Format, error) {
	if !slices.Contains(formats, Format(name)) {
		return "", fmt.Errorf("%s: choose %s", name, List(formats))
	}
	return Format(name), nil
}

// Printer prints records, each once as a value for JSON and once as cells for a table or CSV.
type Printer struct {
	to     io.Writer
	format Format
	csv    *csv.Writer
	header []string
	rows   [][]string // of a table, whose widths depend on all rows
}

// NewPrinter returns a printer for records with the columns of a header, which may be nil for a table.
func NewPrinter(to io.Writer, format Format, header []string) *Printer {
	return &Printer{to: to, format: format, csv: csv.NewWriter(to), header: header}
}

// Print prints a record. JSON and CSV are printed at once, a table by Flush.
func (p *Printer) Print(record any, cells ...string) error {
	switch p.format {
	case JSON:
		e := json.NewEncoder(p.to)
		e.SetEscapeHTML(false) // an ampersand in a name stays readable
		return e.Encode(record)
	case CSV:
		return p.printCSV(cells)
	case Table:
	}
	p.rows = append(p.rows, cells)
	return nil
}

func (p *Printer) printCSV(cells []string) error {
	if p.header != nil {
		_ = p.csv.Write(p.header) // an error remains until Error
		p.header = nil
	}
	guarded := make([]string, len(cells))
	for i, cell := range cells {
		guarded[i] = spreadsheet.Guard(cell)
	}
	_ = p.csv.Write(guarded)
	p.csv.Flush()
	return p.csv.Error()
}

// Flush prints what is not printed yet: a table, or the header of a CSV without rows.
func (p *Printer) Flush() error {
	switch {
	case p.format == CSV && p.header != nil:
		_ = p.csv.Write(p.header)
		p.csv.Flush()
		return p.csv.Error()
	case p.format != Table || len(p.rows) == 0:
		return nil
	}
	rows := p.rows
	if p.header != nil {
		rows = append([][]string{upper(p.header)}, rows...)
	}
	_, err := io.WriteString(p.to, columns.Table(rows))
	return err
}

func upper(header []string) []string {
	all := make([]string, len(header))
	for i, name := range header {
		all[i] = strings.ToUpper(strings.ReplaceAll(name, "_", " "))
	}
	return all
}
