package provision

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"unicode/utf8"
)

// maxLineLength bounds a line of a list of JSON objects.
const maxLineLength = 1 << 20

// JSONLines reads a list of people with a JSON object on each line, under the documented names:
//
//	{"userid":"zhao.min","name":"Zhao Min","mobile":"13800001234","dept_id_list":[1,"/研发中心/Platform"]}
//	{"userid":"li.na","title":null,"hide_mobile":false,"extension":{"Hobby":"Chess"}}
//
// A missing field is left unchanged; one that is null, "" or false is cleared. clear names further fields for
// Person.Clear: with "clear":["extension"] the custom fields are replaced. dept_id_list takes paths among its IDs,
// hired_date a day ("2026-09-01", midnight in China) or Unix time in milliseconds. Any other name is an error. Texts
// are trimmed of white space. Empty lines are skipped. Errors are returned as by CSV, and a line is at most 1 MiB long.
func JSONLines(r io.Reader) iter.Seq2[Person, error] {
	return func(yield func(Person, error) bool) {
		in := bufio.NewScanner(skipBOM(r))
		in.Buffer(nil, maxLineLength)
		line := 1
		for ; in.Scan(); line++ {
			if len(bytes.TrimSpace(in.Bytes())) == 0 {
				continue
			}
			if !utf8.Valid(in.Bytes()) {
				yield(Person{}, fmt.Errorf("provision: reading the list: line %d: the text is not UTF-8; save the list as UTF-8", line))
				return
			}
			r := newRowBuilder(line)
			p, err := r.parse(in.Bytes())
			if err != nil {
				p, err = Person{}, &RowError{Line: line, UserID: r.person.UserID, Err: err}
			}
			if !yield(p, err) {
				return
			}
		}
		if err := in.Err(); err != nil {
			yield(Person{}, fmt.Errorf("provision: reading line %d of the list: %w", line, err))
		}
	}
}

// errIncompleteObject replaces the errors of encoding/json, whose texts differ between versions of Go.
var errIncompleteObject = errors.New("not a complete JSON object")

// parse reads an object name by name, because decoding into a struct would hide a repeated name.
func (r *rowBuilder) parse(data []byte) (Person, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	if begin, err := dec.Token(); err != nil || begin != json.Delim('{') {
		return Person{}, errors.New("not a JSON object")
	}
	seen := map[string]bool{}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return Person{}, errIncompleteObject
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return Person{}, errIncompleteObject
		}
		key, _ := name.(string)
		if seen[key] {
			return Person{}, fmt.Errorf("%s occurs twice", key)
		}
		seen[key] = true
		if err := r.setJSON(key, value); err != nil {
			return Person{}, err
		}
	}
	if _, err := dec.Token(); err != nil {
		return Person{}, errIncompleteObject
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Person{}, errors.New("unexpected text after the object")
	}
	p, err := r.build()
	r.person.UserID = p.UserID
	return p, err
}

// setJSON sets a field from its JSON value.
func (r *rowBuilder) setJSON(name string, value json.RawMessage) error {
	if name == "clear" {
		var more []string
		if err := json.Unmarshal(value, &more); err != nil {
			return errors.New("clear: not a list of names")
		}
		r.person.Clear = append(r.person.Clear, more...)
		return nil
	}
	f, err := listField(name)
	if err != nil {
		return err
	}
	var s string
	isText := json.Unmarshal(value, &s) == nil // also null
	s = strings.TrimSpace(s)
	switch {
	case isText:
		err = r.setText(f, s)
		if name == "userid" {
			r.person.UserID = s
		}
	case f.kind != text && compactJSON(value) == "":
		r.clear(f)
	case f.kind == depts:
		err = r.addDepartmentsJSON(value)
	case f.kind == text:
		err = fmt.Errorf("%s: not a string", name)
	default: // the text forms of the other kinds are JSON
		err = r.setText(f, string(value))
	}
	return err
}

// compactJSON returns a value without white space, and "" for an empty object or array.
func compactJSON(value json.RawMessage) string {
	var b bytes.Buffer
	_ = json.Compact(&b, value) // it is valid: it was decoded
	if s := b.String(); s != "{}" && s != "[]" {
		return s
	}
	return ""
}

// addDepartmentsJSON adds departments from an array of IDs and paths, or from a single ID.
func (r *rowBuilder) addDepartmentsJSON(value json.RawMessage) error {
	var all []json.RawMessage
	if err := json.Unmarshal(value, &all); err != nil {
		all = []json.RawMessage{value}
	}
	texts := make([]string, len(all))
	for i, d := range all {
		if json.Unmarshal(d, &texts[i]) != nil {
			texts[i] = string(d)
		}
	}
	return r.addDepartments(texts)
}
