package emulator

import (
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// args holds the decoded arguments of a call: string, bool, int64, []int64, []string, args or []args by the type in
// the table. What was not sent, or was null, is absent.
type args map[string]any

// empty reports whether an argument counts as missing where it is required.
func (a args) empty(name string) bool {
	switch v := a[name].(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []int64:
		return len(v) == 0
	case []string:
		return len(v) == 0
	}
	return false
}

// check checks the arguments against the table: required fields first, then sizes and values, each in the documented
// order.
func (rt *route) check(a args) error {
	if err := rt.required(rt.Request, a); err != nil {
		return err
	}
	return limits(rt.Request, a)
}

// required refuses a call that lacks a required field, also within an object.
func (rt *route) required(spec []contract.Field, a args) error {
	for _, f := range spec {
		if f.Required && a.empty(f.Name) {
			return rt.missing(f.Name)
		}
		if inner, ok := a[f.Name].(args); ok {
			if err := rt.required(f.Fields, inner); err != nil {
				return err
			}
		}
	}
	return nil
}

func limits(spec []contract.Field, a args) error {
	for _, f := range spec {
		if err := limit(f, a[f.Name]); err != nil {
			return err
		}
	}
	return nil
}

// limit checks one argument against its documented size and values.
func limit(f contract.Field, v any) error {
	switch v := v.(type) {
	case string:
		if f.Max > 0 && utf8.RuneCountInString(v) > f.Max {
			return bad(f, fmt.Sprintf("is longer than %d characters", f.Max))
		}
		return oneOf(f, v)
	case int64:
		if f.Min != 0 && v < f.Min {
			return bad(f, fmt.Sprintf("is less than %d", f.Min))
		}
		if f.Max != 0 && v > int64(f.Max) {
			return bad(f, fmt.Sprintf("is more than %d", f.Max))
		}
		return oneOf(f, strconv.FormatInt(v, 10))
	case []int64:
		if f.Max > 0 && len(v) > f.Max {
			return bad(f, fmt.Sprintf("has more than %d entries", f.Max))
		}
	case []string:
		if f.Max > 0 && len(v) > f.Max {
			return bad(f, fmt.Sprintf("has more than %d entries", f.Max))
		}
		for _, name := range v {
			if err := oneOf(f, name); err != nil {
				return err
			}
		}
	case args:
		return limits(f.Fields, v)
	case []args:
		if f.Max > 0 && len(v) > f.Max {
			return bad(f, fmt.Sprintf("has more than %d entries", f.Max))
		}
		for _, entry := range v {
			if err := limits(f.Fields, entry); err != nil {
				return err
			}
		}
	}
	return nil
}

// oneOf checks a value against the documented ones.
func oneOf(f contract.Field, v string) error {
	if v == "" || len(f.Enum) == 0 || slices.Contains(f.Enum, v) {
		return nil
	}
	return bad(f, fmt.Sprintf("must be one of %v", f.Enum))
}

// bad refuses the value of a field.
func bad(f contract.Field, why string) error {
	code := f.Code
	switch {
	case code != 0:
	case f.Type == contract.CommaIDs:
		code = 40066
	default:
		code = 400002
	}
	return refuse(code, f.Name+" "+why)
}
