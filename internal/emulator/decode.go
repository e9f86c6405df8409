package emulator

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// decoder decodes arguments by their types in the table. It is as liberal as the service: a scalar may be in quotes, a
// comma list an array, JSON text the JSON itself. A strict decoder accepts the documented form only. The values of a query
// are text, whatever their type.
type decoder struct{ strict, query bool }

// object decodes the fields of an object that are in spec.
func (d decoder) object(spec []contract.Field, in fields) (args, error) {
	out := make(args, len(in))
	for _, f := range spec {
		raw, sent := in[f.Name]
		if !sent {
			continue
		}
		v, err := d.value(f, raw)
		if err != nil {
			return nil, err
		}
		if v != nil {
			out[f.Name] = v
		}
	}
	if d.strict {
		for _, name := range slices.Sorted(maps.Keys(in)) {
			if !slices.ContainsFunc(spec, func(f contract.Field) bool { return f.Name == name }) {
				return nil, refuse(400002, name+" is not documented")
			}
		}
	}
	return out, nil
}

// value decodes one field. It returns nil for an absent one.
func (d decoder) value(f contract.Field, raw json.RawMessage) (any, error) {
	text, quoted := unquote(raw)
	switch {
	case text == "null" && !quoted:
		if d.strict {
			return nil, refuse(400002, f.Name+" is null")
		}
		return nil, nil
	case d.strict && !d.query && !canonical(f.Type, text, quoted):
		return nil, refuse(400002, f.Name+" is not written as "+string(f.Type))
	case quoted && text == "" && f.Type == contract.CommaIDs:
		return []int64{}, nil
	case quoted && text == "" && f.Type == contract.CommaNames:
		return []string{}, nil
	case quoted && text == "" && f.Type != contract.String && f.Type != contract.JSONText:
		return nil, nil // no such value exists, so the sender means none
	}
	if d.query && f.Type == contract.StringArray && !isTextArray(text) {
		return nil, &refusal{code: 40035, parameter: "String"}
	}
	v, ok := convert(f.Type, text, quoted)
	if !ok {
		return nil, bad(f, "is malformed")
	}
	switch v := v.(type) {
	case json.RawMessage:
		return d.nested(f, v)
	case []json.RawMessage:
		entries := []args{}
		for _, raw := range v {
			entry, err := d.nested(f, raw)
			if err != nil {
				return nil, err
			}
			entries = append(entries, entry)
		}
		return entries, nil
	default:
		return v, nil
	}
}

// nested decodes an object within a field.
func (d decoder) nested(f contract.Field, raw json.RawMessage) (args, error) {
	var in fields
	if json.Unmarshal(raw, &in) != nil || in == nil {
		return nil, refuse(400002, f.Name+" is malformed")
	}
	return d.object(f.Fields, in)
}

// convert decodes a value. It returns objects and arrays of objects still encoded.
func convert(t contract.Type, text string, quoted bool) (any, bool) {
	switch t {
	case contract.String:
		return text, quoted || isNumber(text)
	case contract.Bool:
		return text == "true", text == "true" || text == "false"
	case contract.Int64, contract.Millis:
		n, err := strconv.ParseInt(text, 10, 64)
		return n, err == nil
	case contract.JSONText:
		return text, quoted || strings.HasPrefix(text, "{")
	case contract.CommaIDs, contract.Int64Array:
		names, ok := split(text)
		ids := make([]int64, len(names))
		for i, name := range names {
			id, err := strconv.ParseInt(name, 10, 64)
			ids[i], ok = id, ok && err == nil
		}
		return ids, ok
	case contract.CommaNames, contract.StringArray:
		return split(text)
	case contract.Object:
		return json.RawMessage(text), strings.HasPrefix(text, "{")
	case contract.StringMap:
		var texts map[string]string
		err := json.Unmarshal([]byte(text), &texts)
		return texts, err == nil
	case contract.ObjectArray, contract.RawArray:
		var entries []json.RawMessage
		err := json.Unmarshal([]byte(text), &entries)
		return entries, err == nil
	}
	return nil, false
}

// split splits a list of scalars: an array, as itself or as text, or values joined by commas.
func split(text string) ([]string, bool) {
	if !strings.HasPrefix(text, "[") {
		return strings.Split(text, ","), true
	}
	var entries []json.RawMessage
	if json.Unmarshal([]byte(text), &entries) != nil {
		return nil, false
	}
	out := make([]string, len(entries))
	for i, entry := range entries {
		name, quoted := unquote(entry)
		if !quoted && !isNumber(name) {
			return nil, false
		}
		out[i] = name
	}
	return out, true
}

// isTextArray reports whether a value is a JSON array of texts. Numbers in such a list were refused on the new API.
func isTextArray(text string) bool {
	var texts []string
	return json.Unmarshal([]byte(text), &texts) == nil
}

// canonical reports whether a value is written in the documented form of its type.
func canonical(t contract.Type, text string, quoted bool) bool {
	switch t {
	case contract.String, contract.JSONText:
		return quoted
	case contract.CommaIDs, contract.CommaNames:
		return quoted && !strings.HasPrefix(text, "[")
	default:
		return !quoted
	}
}

// unquote returns the text of a JSON string, or another value as it is written.
func unquote(raw json.RawMessage) (text string, quoted bool) {
	written := strings.TrimSpace(string(raw))
	if strings.HasPrefix(written, `"`) && json.Unmarshal(raw, &text) == nil {
		return text, true
	}
	return written, false
}

// isNumber reports whether a value that JSON writes without quotes is a number.
func isNumber(written string) bool {
	return written != "" && (written[0] == '-' || written[0] >= '0' && written[0] <= '9')
}
