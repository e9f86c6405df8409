package main

import (
	"cmp"
	"encoding/json"
	"io"
	"strconv"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/internal/program/columns"
)

// printer prints results.
type printer interface {
	print(r result) error
	flush() error
}

// jsonLines is a printer of JSON, one line per result.
type jsonLines struct{ to io.Writer }

func (l *jsonLines) print(r result) error {
	e := json.NewEncoder(l.to)
	e.SetEscapeHTML(false)
	return e.Encode(r)
}

func (l *jsonLines) flush() error { return nil }

// table is a printer of aligned columns. It prints on flush, because the widths depend on all results.
type table struct {
	to   io.Writer
	rows [][]string
}

func (t *table) print(r result) error {
	if r.Error != "" {
		t.rows = append(t.rows, []string{r.Query, "✗ " + r.Error})
		return nil
	}
	names := make([]string, len(r.Departments))
	for i, d := range r.Departments {
		names[i] = cmp.Or(d.Name, strconv.FormatInt(d.DeptID, 10))
	}
	t.rows = append(t.rows, []string{r.Query, r.UserID, r.Name, r.Title, strings.Join(names, ", ")})
	return nil
}

func (t *table) flush() error {
	if len(t.rows) == 0 {
		return nil
	}
	header := [][]string{{"QUERY", "USERID", "NAME", "TITLE", "DEPARTMENTS"}}
	_, err := io.WriteString(t.to, columns.Table(append(header, t.rows...)))
	return err
}
