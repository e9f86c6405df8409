package survey

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
)

// node is the shape of values at one place of a response: which types they have, and the shapes of what they hold. It
// has no value, and so no personal data.
type node struct {
	types    map[string]bool
	fields   map[string]*node // of objects
	seen     map[string]int   // in how many objects a field is
	objects  int
	elements *node // of lists
}

// add adds a value.
func (n *node) add(v any) {
	if n.types == nil {
		n.types = map[string]bool{}
	}
	switch v := v.(type) {
	case map[string]any:
		n.objects++
		if n.fields == nil {
			n.fields, n.seen = map[string]*node{}, map[string]int{}
		}
		for key, value := range v {
			name := fieldName(key)
			if n.fields[name] == nil {
				n.fields[name] = &node{}
			}
			n.fields[name].add(value)
			n.seen[name]++
		}
	case []any:
		if len(v) == 0 {
			n.types["empty list"] = true
			return
		}
		if n.elements == nil {
			n.elements = &node{}
		}
		for _, value := range v {
			n.elements.add(value)
		}
	default:
		n.types[kind(v)] = true
	}
}

var plainName = regexp.MustCompile(`^[A-Za-z][A-Za-z_]{0,39}$`)

// fieldName returns the name of a field, unless it looks like data, such as a user ID.
func fieldName(key string) string {
	if plainName.MatchString(key) {
		return key
	}
	return "(other name)"
}

// view returns the shape as JSON shows it: a text for a simple value, an object for objects, a list for lists. The name of
// a field that is absent in some objects ends in "?".
func (n *node) view() any {
	var all []any
	if types := slices.Sorted(maps.Keys(n.types)); len(types) > 0 {
		all = append(all, strings.Join(types, " | "))
	}
	if n.objects > 0 {
		fields := map[string]any{}
		for name, field := range n.fields {
			if n.seen[name] < n.objects {
				name += "?"
			}
			fields[name] = field.view()
		}
		all = append(all, fields)
	}
	if n.elements != nil {
		all = append(all, []any{n.elements.view()})
	}
	if len(all) == 1 {
		return all[0]
	}
	return map[string]any{"one of": all}
}

var (
	upperUUID = regexp.MustCompile(`^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$`)
	digits    = regexp.MustCompile(`^-?\d+$`)
)

// kind returns the type of a simple value, and of a text its form.
func kind(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case json.Number:
		return "number"
	case string:
		switch {
		case v == "":
			return "empty text"
		case digits.MatchString(v):
			return "text of digits"
		case upperUUID.MatchString(v):
			return "upper-case UUID"
		case upperUUID.MatchString(strings.ToUpper(v)):
			return "UUID"
		case isTime(v):
			return "RFC 3339 time"
		case v[0] == '{' && json.Valid([]byte(v)):
			return "JSON text"
		}
	}
	return "text"
}

func isTime(text string) bool {
	_, err := time.Parse(time.RFC3339, text)
	return err == nil
}
