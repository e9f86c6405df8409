package provision

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// nameInResponse returns the name of a field in the response of user/get.
func nameInResponse(f field) string { return f.responseName }

// nameInCreate returns the name of a field in a create.
func nameInCreate(f field) string { return f.name }

// nameInUpdate returns the name of a field in an update.
func nameInUpdate(f field) string {
	if f.updateName != "" {
		return f.updateName
	}
	return f.name
}

// fieldValues returns the texts of all fields that have a value, by their names in fields.
func fieldValues(v any, name func(field) string) map[string]string {
	body, err := json.Marshal(v)
	if err != nil {
		return nil // impossible for the types that it is called with
	}
	var raw map[string]json.RawMessage
	if json.Unmarshal(body, &raw) != nil {
		return nil
	}
	texts := map[string]string{}
	for _, f := range fields {
		if value, set := raw[name(f)]; set && name(f) != "" {
			if s := f.text(value); s != "" {
				texts[f.name] = s
			}
		}
	}
	return texts
}

// createChanges returns the values of a user to create.
func createChanges(p *Person) ([]Change, error) {
	if _, err := customFields(p.Extension); err != nil {
		return nil, err
	}
	wanted := fieldValues(p.CreateUserRequest, nameInCreate)
	var changes []Change
	for _, f := range fields {
		if s := wanted[f.name]; s != "" && f.name != "userid" {
			changes = append(changes, Change{Field: f.name, New: s})
		}
	}
	return changes, nil
}

// updateChanges returns the differences between a row of the list and the user.
func updateChanges(p *Person, u *dingtalk.User) ([]Change, error) {
	up, some, err := p.Changes(u)
	if err != nil || !some && len(p.Clear) == 0 {
		return nil, err
	}
	has, wanted, differs := userValues(u), fieldValues(p.CreateUserRequest, nameInCreate), fieldValues(up, nameInUpdate)
	var changes []Change
	for _, f := range fields {
		authoritative := slices.Contains(p.Clear, f.name)
		old, now := has(f.name), differs[f.name]
		switch {
		case f.name == "userid":
		case f.name == extension:
			more, err := customChanges(p.Extension, u.Extension, authoritative)
			if err != nil {
				return nil, err
			}
			changes = append(changes, more...)
		case now != "":
			changes = append(changes, Change{f.name, old, now})
		case authoritative && wanted[f.name] == "" && old != "" && old != f.emptyText():
			changes = append(changes, Change{f.name, old, f.emptyText()})
		}
	}
	return changes, nil
}

// customChanges compares custom fields: all of them, or those that are wanted.
func customChanges(want, have dingtalk.Extension, all bool) ([]Change, error) {
	wanted, err := customFields(want)
	if err != nil {
		return nil, err
	}
	has, _ := have.Map() // unreadable custom fields equal none of the wanted ones
	if all {
		if maps.Equal(has, wanted) {
			return nil, nil
		}
		replaced := dingtalk.NewExtension(wanted) // its values are texts, as they will be read back
		return []Change{{extension, objectText(string(have)), objectText(string(replaced))}}, nil
	}
	var changes []Change
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		if old := has[name]; old != wanted[name] {
			changes = append(changes, Change{extension + "." + name, old, wanted[name]})
		}
	}
	return changes, nil
}

func customFields(e dingtalk.Extension) (map[string]string, error) {
	all, err := e.Map()
	if err != nil {
		return nil, errors.New("extension is not a JSON object")
	}
	if _, nameless := all[""]; nameless {
		return nil, errors.New("a custom field has no name")
	}
	return all, nil
}

// deletedFields returns the fields that identify a user to delete.
func deletedFields(u *dingtalk.User) []Change {
	has := userValues(u)
	var changes []Change
	for _, name := range []string{"name", "mobile", "job_number", "title", "dept_id_list"} {
		if s := has(name); s != "" {
			changes = append(changes, Change{Field: name, Old: s})
		}
	}
	return changes
}

// userValues returns a function that looks up what a user has, by the names that changes use.
func userValues(u *dingtalk.User) func(name string) string {
	all := fieldValues(u, nameInResponse)
	fields, _ := u.Extension.Map() // unreadable custom fields count as none
	return func(name string) string {
		if custom, one := customField(name); one {
			return fields[custom]
		}
		return all[name]
	}
}

// newRequest makes the request of a create or an update from its changes, so that the plan shows what is sent.
func newRequest[T any](it *Item) (req T, err error) {
	body, merged, empties := map[string]any{"userid": it.UserID}, map[string]string{}, dingtalk.CommaList{}
	for _, c := range it.Changes {
		f, known := fieldOf(c.Field)
		if !known {
			return req, fmt.Errorf("provision: %s: %q is not a field", it.UserID, c.Field)
		}
		if name, one := customField(c.Field); one {
			merged[name] = c.New
			continue
		}
		v, err := f.parse(c.New)
		if err != nil {
			return req, fmt.Errorf("provision: %s: %w", it.UserID, err)
		}
		if f.name == extension && c.New == "" {
			v = "{}"
		}
		if c.New == "" && slices.Contains(forceUpdateFields, f.name) {
			empties = append(empties, f.name)
		}
		name := nameInCreate(f)
		if it.Action == ActionUpdate {
			name = nameInUpdate(f)
		}
		body[name] = v
	}
	if len(merged) > 0 {
		if body[extension] != nil {
			return req, fmt.Errorf("provision: %s: custom fields are both replaced and changed", it.UserID)
		}
		body[extension], body["ext_attrs_update_mode"] = string(dingtalk.NewExtension(merged)), 1
	}
	if len(empties) > 0 {
		body["force_update_fields"] = empties
	}
	text, err := json.Marshal(body)
	if err != nil {
		return req, err
	}
	if err := json.Unmarshal(text, &req); err != nil {
		return req, fmt.Errorf("provision: %s: %w", it.UserID, err)
	}
	return req, nil
}
