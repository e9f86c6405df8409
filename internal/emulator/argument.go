package emulator

import (
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// args are the decoded arguments of a call: string, bool, int64, []int64, []string, args or []args by
// the type in the table. What was not sent, or was null, is absent.
type args map[string]any

// set assigns an argument that was sent.
func set[T any](a args, name string, to *T) {
	if v, ok := a[name].(T); ok {
		*to = v
	}
}

func (a args) has(name string) bool { _, ok := a[name]; return ok }

func (a args) text(name string) string { s, _ := a[name].(string); return s }

func (a args) number(name string) int64 { n, _ := a[name].(int64); return n }

func (a args) is(name string) bool { b, _ := a[name].(bool); return b }

func (a args) names(name string) []string { l, _ := a[name].([]string); return l }

func (a args) list(name string) []args { l, _ := a[name].([]args); return l }

// empty says whether a required argument counts as missing.
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

// limit holds one argument against its documented size and values.
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
