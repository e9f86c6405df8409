package event

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// object is a JSON object by the names of its fields in lower case. Of names that differ only in case, the first in the
// order of bytes counts.
type object map[string]any

// parse returns the value of a JSON text, with json.Number for numbers.
func parse(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one JSON value")
	}
	return v, nil
}

// toObject returns the object that a value is, or that it holds as a text.
func toObject(v any) (object, bool) {
	if s, ok := v.(string); ok {
		v, _ = parse([]byte(s))
	}
	fields, ok := v.(map[string]any)
	if !ok {
		return nil, false
	}
	o := make(object, len(fields))
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if folded := strings.ToLower(name); o[folded] == nil {
			o[folded] = fields[name]
		}
	}
	return o, true
}

// toList returns the elements of an array, also of one within a text. Any other value is a list of itself, and a value
// that is absent or empty is a list of none.
func toList(v any) []any {
	if s, ok := v.(string); ok && strings.HasPrefix(strings.TrimSpace(s), "[") {
		if inner, err := parse([]byte(s)); err == nil {
			v = inner
		}
	}
	switch v := v.(type) {
	case []any:
		return v
	case nil:
		return nil
	case string:
		if v == "" {
			return nil
		}
	}
	return []any{v}
}

// toText returns a text, a number or a boolean as a text. An absent value is the empty text.
func toText(v any) (string, bool) {
	switch v := v.(type) {
	case nil:
		return "", true
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		return strconv.FormatBool(v), true
	}
	return "", false
}

// toInt returns an integer, also one in quotes or written with a fraction of zero. An absent or empty value is zero.
func toInt(v any) (int64, bool) {
	s, ok := toText(v)
	if s = strings.TrimSpace(s); !ok || s == "" {
		return 0, ok
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n, true
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
		return 0, false
	}
	return int64(f), true
}

// reader reads the fields of an object, and remembers whether one had a value of another kind than it should have.
type reader struct {
	fields object
	bad    bool
}

// text returns the text of the first field that is there.
func (r *reader) text(names ...string) string {
	s, ok := toText(r.first(names))
	r.bad = r.bad || !ok
	return s
}

// int returns the number of the first field that is there.
func (r *reader) int(names ...string) int64 {
	n, ok := toInt(r.first(names))
	r.bad = r.bad || !ok
	return n
}

// bool reports whether the field is true, "true" or 1.
func (r *reader) bool(name string) bool {
	s := r.text(name)
	b, err := strconv.ParseBool(s)
	r.bad = r.bad || (err != nil && s != "")
	return b
}

// maxMillis is the end of the year 9999 in milliseconds since 1970. Later times cannot be encoded as JSON.
const maxMillis = 253402300799999

// time returns the time of a field in milliseconds since 1970; zero if it is not there, or can be no time.
func (r *reader) time(names ...string) time.Time {
	ms := r.int(names...)
	if ms <= 0 || ms > maxMillis {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// texts returns the texts of a list. An empty element is bad.
func (r *reader) texts(names ...string) []string {
	var all []string
	for _, v := range toList(r.first(names)) {
		s, ok := toText(v)
		r.bad = r.bad || !ok || s == ""
		all = append(all, s)
	}
	return all
}

// ints returns the numbers of a list. An empty element is bad.
func (r *reader) ints(names ...string) []int64 {
	var all []int64
	for _, v := range toList(r.first(names)) {
		n, ok := toInt(v)
		r.bad = r.bad || !ok || v == nil || v == ""
		all = append(all, n)
	}
	return all
}

// list returns the elements of a list as readers of objects.
func (r *reader) list(name string) []*reader {
	var all []*reader
	for _, v := range toList(r.fields[name]) {
		o, ok := toObject(v)
		r.bad = r.bad || !ok
		all = append(all, &reader{fields: o})
	}
	return all
}

// in returns a reader of the object in a field, which may be absent.
func (r *reader) in(name string) *reader {
	v := r.fields[name]
	o, ok := toObject(v)
	r.bad = r.bad || (!ok && v != nil && v != "")
	return &reader{fields: o}
}

func (r *reader) first(names []string) any {
	for _, name := range names {
		if v := r.fields[name]; v != nil {
			return v
		}
	}
	return nil
}
