package main

import (
	"cmp"
	"encoding/json"
	"io"
	"strconv"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/columns"
)

// printer prints answers in some form.
type printer interface {
	print(a answer) error
	end() error
}

// lines prints JSON.
type lines struct{ to io.Writer }

func (l *lines) print(a answer) error {
	e := json.NewEncoder(l.to)
	e.SetEscapeHTML(false)
	return e.Encode(a)
}

func (l *lines) end() error { return nil }

// table prints aligned columns, which takes all answers.
type table struct {
	to   io.Writer
	rows [][]string
}

func (t *table) print(a answer) error {
	if a.Error != "" {
		t.rows = append(t.rows, []string{a.Query, "✗ " + a.Error})
		return nil
	}
	names := make([]string, len(a.Departments))
	for i, d := range a.Departments {
		names[i] = cmp.Or(d.Name, strconv.FormatInt(d.DeptID, 10))
	}
	t.rows = append(t.rows, []string{a.Query, a.UserID, a.Name, a.Title, strings.Join(names, ", ")})
	return nil
}

func (t *table) end() error {
	if len(t.rows) == 0 {
		return nil
	}
	heads := [][]string{{"ASKED FOR", "USERID", "NAME", "TITLE", "DEPARTMENTS"}}
	_, err := io.WriteString(t.to, columns.Table(append(heads, t.rows...)))
	return err
}
