package console

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

// editFields is a section of a form with its fields.
type editFields struct {
	Title  string
	Fields []editField
}

// editField is a field of a form as the page shows it.
type editField struct {
	contract.Field
	Label       string // its key
	Hint        string // its key; empty for none
	Required    bool
	Value       string
	Was         string
	Departments []departmentOption // that are checked; of dept_id_list
	Error       *fieldError
	Refusal     *refusal
}

// Kind returns how the field is entered.
func (f editField) Kind() string {
	switch {
	case f.Name == "dept_id_list":
		return "departments"
	case f.Type == contract.Bool:
		return "check"
	case f.Type == contract.Millis:
		return "date"
	case f.Type == contract.JSONText || f.Type == contract.String && f.Max > 200:
		return "area"
	}
	return "line"
}

// Wide reports whether the field takes the whole width.
func (f editField) Wide() bool { return f.Kind() == "area" || f.Kind() == "departments" }

// Suggests reports whether the field suggests departments.
func (f editField) Suggests() bool { return f.Name == "parent_id" }

// departmentOption is a department that may be chosen.
type departmentOption struct {
	ID   int64
	Path breadcrumb
}

// editPage returns the page of a form with fields.
func (c *console) editPage(f editForm, at stored, values url.Values, wrong map[string]fieldError, refused *emulator.Refusal) editPage {
	p := editPage{editForm: f, Stored: at, Cancel: at.Page, Errors: refused != nil || len(wrong) > 0}
	if f.Creates() {
		p.Cancel = c.link("departments", cmp.Or(values.Get("parent_id"), "1"))
	}
	shown := false // beside its field
	for _, section := range f.Sections {
		part := editFields{Title: section.Title}
		for _, name := range section.Fields {
			field := c.editField(f, name, values)
			if w, found := wrong[name]; found {
				field.Error = &w
			}
			if refused != nil && refused.Field == name {
				field.Refusal, shown = c.refusal(refused), true
			}
			part.Fields = append(part.Fields, field)
		}
		p.Sections = append(p.Sections, part)
	}
	if refused != nil && !shown {
		p.Refusal = c.refusal(refused)
	}
	p.Options = c.departmentOptions(at)
	return p
}

func (c *console) editField(f editForm, name string, values url.Values) editField {
	field := f.field(name)
	e := editField{
		Field: field, Label: f.Labels + "." + name, Hint: hintOf(field), Required: field.Required || name == "mobile" || name == "name",
		Value: entered(field, values[name]), Was: entered(field, values[wasField(name)]),
	}
	if e.Kind() != "departments" {
		return e
	}
	var ids []int64
	var others []string
	for _, text := range list(e.Value) {
		id, err := strconv.ParseInt(text, 10, 64)
		if _, exists := c.server.Department(id); err == nil && exists && !slices.Contains(ids, id) {
			ids = append(ids, id)
		} else {
			others = append(others, text)
		}
	}
	paths := c.server.Paths(ids)
	for _, id := range ids {
		e.Departments = append(e.Departments, departmentOption{id, paths[id]})
	}
	e.Value = strings.Join(others, ",")
	return e
}

// hintOf returns the key of what a field takes, or the empty text.
func hintOf(field contract.Field) string {
	switch field.Name {
	case "mobile", "userid", "manager_userid", "org_dept_owner", "dept_id_list", "parent_id", "order", "name":
		if key := "edit.hint." + field.Name; editMessages.have(key) {
			return key
		}
	}
	switch field.Type {
	case contract.CommaIDs:
		return "edit.hint.ids"
	case contract.CommaNames:
		return "edit.hint.userids"
	case contract.JSONText:
		return "edit.hint.json"
	default:
		return ""
	}
}

// maxOptions is the number of departments up to which all are suggested. A browser is slow with very many.
const maxOptions = 300

// departmentOptions returns the departments that fields suggest, by path: all of them, or of very many those at the top
// and around what is changed.
func (c *console) departmentOptions(at stored) []departmentOption {
	var ids []int64
	all := c.server.Departments()
	if len(all) <= maxOptions {
		for _, d := range all {
			ids = append(ids, d.ID)
		}
	} else {
		around := []int64{contract.RootDepartmentID}
		for _, text := range list(at.values["dept_id_list"] + "," + at.values["parent_id"]) {
			id, _ := strconv.ParseInt(text, 10, 64) // stored values are numbers
			around = append(around, id)
		}
		for _, id := range around {
			b, _ := c.server.Branch(id)
			for _, unit := range slices.Concat(b.Path, b.Siblings, b.Children) {
				ids = append(ids, unit.ID)
			}
		}
	}
	var options []departmentOption
	for id, path := range c.server.Paths(ids) {
		options = append(options, departmentOption{id, path})
	}
	slices.SortFunc(options, func(a, b departmentOption) int {
		return cmp.Or(cmp.Compare(a.Path.String(), b.Path.String()), cmp.Compare(a.ID, b.ID))
	})
	return options[:min(len(options), maxOptions)]
}
