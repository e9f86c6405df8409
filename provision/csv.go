package provision

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"
)

// CSV reads a list of people from comma-separated values in UTF-8, with or without a byte order mark. Text in another
// encoding, such as GBK, ends the list with an error. The first line names the columns:
//
//   - the documented fields of a create, such as userid, name, mobile, title, dept_id_list, hired_date;
//   - extension.Hobby for the custom field Hobby, or extension for a JSON object of custom fields;
//   - a name that begins with # is a column to skip. Any other name is an error.
//
// An empty cell leaves the field unchanged. A column whose name ends with ! is authoritative: an empty cell in it
// clears the field ("title!", "manager_userid!"), and extension! replaces all custom fields.
//
// Cells are trimmed of white space. dept_id_list holds IDs and paths ("1,/研发中心/Platform"), hired_date a day
// ("2026-09-01", midnight in China) or Unix time in milliseconds, flags true or false; lists by department are JSON
// arrays. Empty lines are skipped. A row that cannot be read is a *RowError, and the following rows are read; any other
// error is the last pair. The sequence reads r and so can be ranged over only once.
func CSV(r io.Reader) iter.Seq2[Person, error] {
	return func(yield func(Person, error) bool) {
		in := csv.NewReader(skipBOM(r))
		in.FieldsPerRecord = -1 // a wrong number of cells is an error of the row
		header, err := in.Read()
		if err != nil {
			yield(Person{}, fmt.Errorf("provision: reading the header: %w", unexpectedEOF(err)))
			return
		}
		columns, err := parseHeader(header)
		if err != nil {
			yield(Person{}, fmt.Errorf("provision: %w", err))
			return
		}
		for {
			cells, err := in.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			p, err := columns.parseRow(in, cells, err)
			if _, bad := errors.AsType[*RowError](err); err != nil && !bad {
				yield(Person{}, fmt.Errorf("provision: reading the list: %w", err))
				return
			}
			if isBlank(cells) && err == nil {
				continue
			}
			if !yield(p, err) {
				return
			}
		}
	}
}

// column describes a column of a list.
type column struct {
	field         field
	authoritative bool // an empty cell clears the field
	skip          bool
}

type columns []column

func parseHeader(header []string) (columns, error) {
	all := make(columns, len(header))
	for i, name := range header {
		name = strings.TrimSpace(name)
		switch {
		case !utf8.ValidString(name):
			return nil, errNotUTF8
		case strings.HasPrefix(name, "#"):
			all[i].skip = true
			continue
		case name == "":
			continue
		}
		name, all[i].authoritative = strings.CutSuffix(name, "!")
		f, err := listField(name)
		if err != nil {
			return nil, fmt.Errorf("column %d: %w", i+1, err)
		}
		if all[i].authoritative && !f.clearable {
			return nil, fmt.Errorf("column %d: %s cannot be cleared: remove the ! after its name", i+1, name)
		}
		if slices.ContainsFunc(all[:i], func(c column) bool { return c.field.name == name }) {
			return nil, fmt.Errorf("column %d: %s occurs twice", i+1, name)
		}
		all[i].field = f
	}
	if !slices.ContainsFunc(all, func(c column) bool { return c.field.name == "userid" }) {
		return nil, errors.New("there is no userid column, which identifies the people")
	}
	return all, nil
}

// listField returns the field of a name that lists may use.
func listField(name string) (field, error) {
	if name == "init_password" {
		return field{}, errors.New("passwords do not belong in lists; see ApplyOptions.InitPassword")
	}
	f, ok := fieldOf(name)
	if !ok {
		return field{}, fmt.Errorf("%q is not a field; the fields are %s and %s.NAME, "+
			"and a column whose name begins with # is skipped", name, fieldNames(), extension)
	}
	return f, nil
}

func fieldNames() string {
	all := make([]string, len(fields))
	for i, f := range fields {
		all[i] = f.name
	}
	return strings.Join(all, ", ")
}

// parseRow reads a row.
func (c columns) parseRow(in *csv.Reader, cells []string, err error) (Person, error) {
	if syntax, bad := errors.AsType[*csv.ParseError](err); bad {
		return Person{}, &RowError{Line: syntax.StartLine, Err: syntax.Err}
	}
	if err != nil {
		return Person{}, err
	}
	line, _ := in.FieldPos(0)
	r := newRowBuilder(line)
	fail := func(err error) (Person, error) {
		return Person{}, &RowError{Line: line, UserID: c.userID(cells), Err: err}
	}
	switch {
	case slices.ContainsFunc(cells, func(cell string) bool { return !utf8.ValidString(cell) }):
		return Person{}, fmt.Errorf("line %d: %w", line, errNotUTF8)
	case isBlank(cells):
		return Person{}, nil
	case len(cells) != len(c):
		return fail(fmt.Errorf("%d cells, but there are %d columns", len(cells), len(c)))
	}
	for i, cell := range cells {
		cell = strings.TrimSpace(cell)
		switch col := c[i]; {
		case col.skip:
		case col.field.name == "":
			if cell != "" {
				return fail(fmt.Errorf("column %d has a value but no name", i+1))
			}
		case cell != "" || col.authoritative:
			if err := r.setText(col.field, cell); err != nil {
				return fail(err)
			}
			if col.authoritative && col.field.name == extension && cell != "" {
				r.clear(col.field)
			}
		}
	}
	p, err := r.build()
	if err != nil {
		return fail(err)
	}
	return p, nil
}

// userID returns the userid of a row, or "" if cells are missing, because its column is unknown then.
func (c columns) userID(cells []string) string {
	for i, col := range c {
		if col.field.name == "userid" && i < len(cells) && len(cells) == len(c) {
			return strings.TrimSpace(cells[i])
		}
	}
	return ""
}

func isBlank(cells []string) bool {
	return !slices.ContainsFunc(cells, func(cell string) bool { return strings.TrimSpace(cell) != "" })
}

// skipBOM skips the byte order mark that spreadsheets write.
func skipBOM(r io.Reader) io.Reader {
	in := bufio.NewReader(r)
	if mark, _ := in.Peek(3); bytes.Equal(mark, []byte("\ufeff")) {
		_, _ = in.Discard(3)
	}
	return in
}

// unexpectedEOF replaces io.EOF where more text was required.
func unexpectedEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
