package provision

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"slices"
	"strconv"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// Person is a person who is to be in the organization, and how. UserID identifies the person and is required.
//
// A field with the zero value is left unchanged, and so are custom fields that Extension does not name. Fields named in
// Clear are authoritative: they are cleared, or set to false, if the field here is zero. With "extension" in Clear, the
// custom fields are exactly those of Extension.
//
// InitPassword stays empty: ApplyOptions has a place for passwords.
type Person struct {
	dingtalk.CreateUserRequest

	DeptPaths []string // paths of departments, in addition to DeptIDList: "/研发中心/Platform"
	Clear     []string // documented names of fields: "title", "manager_userid"
	Line      int      // line in the list; 0: the position in the sequence
}

// Format prints only the userid and the line, because a list holds personal data.
func (p Person) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, p.identifier()) }

// LogValue returns only the userid and the line, because a list holds personal data.
func (p Person) LogValue() slog.Value { return slog.StringValue(p.identifier()) }

// MarshalText returns only the userid and the line, because a list holds personal data.
func (p Person) MarshalText() ([]byte, error) { return []byte(p.identifier()), nil }

func (p Person) identifier() string { return p.UserID + " (line " + strconv.Itoa(p.Line) + ")" }

// List returns a list of people that a program has made.
func List(people ...Person) iter.Seq2[Person, error] {
	return func(yield func(Person, error) bool) {
		for _, p := range people {
			if !yield(p, nil) {
				return
			}
		}
	}
}

// RowError is an error in one row of a list; the following rows can be read. NewPlan turns such a row into a conflict.
// Any other error means that the list is incomplete, and NewPlan returns it instead of a plan.
type RowError struct {
	Line   int
	UserID string // of the row, if it has one
	Err    error
}

// Error returns the line and the error.
func (e *RowError) Error() string { return fmt.Sprintf("provision: line %d: %v", e.Line, e.Err) }

// Unwrap returns the error in the row.
func (e *RowError) Unwrap() error { return e.Err }

// rowBuilder builds a Person from the cells or values of a row.
type rowBuilder struct {
	person Person
	values map[string]any // by field, for the request
	custom map[string]string
}

func newRowBuilder(line int) *rowBuilder {
	return &rowBuilder{person: Person{Line: line}, values: map[string]any{}}
}

// setText sets a field from its text. Empty texts and false are recorded in Clear.
func (r *rowBuilder) setText(f field, s string) error {
	custom, one := customField(f.name)
	switch {
	case one:
		if r.custom == nil {
			r.custom = map[string]string{}
		}
		r.custom[custom] = s
		return nil
	case s == "":
		r.clear(f)
		return nil
	case f.kind == depts:
		return r.addDepartments(strings.Split(s, ","))
	}
	if f.kind == date && dayNumber.MatchString(s) {
		return fmt.Errorf("%s: %q is the number of a day in a spreadsheet; format the column as a date such as 2026-09-01", f.name, s)
	}
	v, err := f.parse(s)
	if err != nil {
		return err
	}
	switch {
	case v != false:
		r.values[f.name] = v
	case f.clearable:
		r.clear(f)
	}
	return nil
}

func (r *rowBuilder) clear(f field) { r.person.Clear = append(r.person.Clear, f.name) }

// addDepartments adds IDs and paths.
func (r *rowBuilder) addDepartments(all []string) error {
	for _, d := range all {
		switch d = strings.TrimSpace(d); {
		case d == "":
		case d[0] == '/':
			r.person.DeptPaths = append(r.person.DeptPaths, d)
		default:
			id, err := strconv.ParseInt(d, 10, 64)
			switch {
			case isShortened("dept_id_list", d):
				return shortenedError("dept_id_list", d)
			case err != nil:
				return fmt.Errorf("dept_id_list: %q is neither an ID nor a path that begins with /", d)
			}
			r.person.DeptIDList = append(r.person.DeptIDList, id)
		}
	}
	return nil
}

// build returns the person.
func (r *rowBuilder) build() (Person, error) {
	p := r.person
	if r.custom != nil {
		if _, both := r.values[extension]; both {
			return p, errors.New("custom fields are both in extension and in their own columns")
		}
		r.values[extension] = string(dingtalk.NewExtension(r.custom))
	}
	ids := p.DeptIDList
	for _, f := range fields {
		value, set := r.values[f.name]
		if !set {
			continue
		}
		body, err := json.Marshal(map[string]any{f.name: value})
		if err != nil || json.Unmarshal(body, &p.CreateUserRequest) != nil {
			return p, fmt.Errorf("%s: not in the documented form", f.name)
		}
	}
	p.DeptIDList = ids
	p.Clear = slices.Compact(slices.Sorted(slices.Values(p.Clear)))
	return p, nil
}
