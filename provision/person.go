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

// Person is somebody who is to be in the organisation, and how. UserID says who it is and is required.
//
// A field at its zero value is left as it is, and so are custom fields that Extension does not name. What the
// list is to decide alone is named in Clear: it is emptied, or made false, where the field here is zero. With
// "extension" in Clear, the custom fields are those of Extension and no others.
//
// InitPassword stays empty: ApplyOptions has a place for passwords.
type Person struct {
	dingtalk.CreateUserRequest

	DeptPaths []string // departments by the names on the way down, besides DeptIDList: "/研发中心/Platform"
	Clear     []string // documented names of fields: "title", "manager_userid"
	Line      int      // where the list has them; 0: at the position that they come in
}

// Format prints who it is alone: a list holds personal data.
func (p Person) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, p.identifier()) }

// LogValue is who it is alone: a list holds personal data.
func (p Person) LogValue() slog.Value { return slog.StringValue(p.identifier()) }

// MarshalText is who it is alone: a list holds personal data.
func (p Person) MarshalText() ([]byte, error) { return []byte(p.identifier()), nil }

func (p Person) identifier() string { return p.UserID + " (line " + strconv.Itoa(p.Line) + ")" }

// List is a list of people that a program has made.
func List(people ...Person) iter.Seq2[Person, error] {
	return func(yield func(Person, error) bool) {
		for _, p := range people {
			if !yield(p, nil) {
				return
			}
		}
	}
}

// RowError is about one row of a list, which says nothing usable; the rows after it go on. Make takes such a row
// as a conflict. It takes every other error for the end of a list that is not whole, and makes no plan.
type RowError struct {
	Line   int
	UserID string // of whom the row speaks, where it says so
	Err    error
}

// Error names the line and what is wrong.
func (e *RowError) Error() string { return fmt.Sprintf("provision: line %d: %v", e.Line, e.Err) }

// Unwrap returns what is wrong.
func (e *RowError) Unwrap() error { return e.Err }

// row collects what a row of a list says about a person.
type rowBuilder struct {
	person Person
	values map[string]any // by field, for the request
	custom map[string]string
}

func newRowBuilder(line int) *rowBuilder {
	return &rowBuilder{person: Person{Line: line}, values: map[string]any{}}
}

// set takes a field over from its text. An empty one, and false, are what Clear is for.
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

// departments takes IDs and paths.
func (r *rowBuilder) addDepartments(all []string) error {
	for _, d := range all {
		switch d = strings.TrimSpace(d); {
		case d == "":
		case d[0] == '/':
			r.person.DeptPaths = append(r.person.DeptPaths, d)
		default:
			id, err := strconv.ParseInt(d, 10, 64)
			if err != nil {
				return fmt.Errorf("dept_id_list: %q is neither an ID nor a path that begins with /", d)
			}
			r.person.DeptIDList = append(r.person.DeptIDList, id)
		}
	}
	return nil
}

// done makes the person.
func (r *rowBuilder) build() (Person, error) {
	p := r.person
	if r.custom != nil {
		if _, both := r.values[extension]; both {
			return p, errors.New("custom fields are both in extension and in columns of their own")
		}
		r.values[extension] = string(dingtalk.NewExtension(r.custom))
	}
	ids := p.DeptIDList
	for _, f := range fields {
		value, there := r.values[f.name]
		if !there {
			continue
		}
		body, err := json.Marshal(map[string]any{f.name: value})
		if err != nil || json.Unmarshal(body, &p.CreateUserRequest) != nil {
			return p, fmt.Errorf("%s: not of the documented form", f.name)
		}
	}
	p.DeptIDList = ids
	p.Clear = slices.Compact(slices.Sorted(slices.Values(p.Clear)))
	return p, nil
}
