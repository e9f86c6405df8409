package export

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/output"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/spreadsheet"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/chinatime"
)

// encoder encodes people as records.
type encoder interface {
	header() []byte
	record(p *person, departments []department) ([]byte, error)
}

func newEncoder(s settings) encoder {
	if s.Format == output.JSON {
		return &jsonEncoder{}
	}
	kind := reflect.TypeFor[dingtalk.User]()
	if s.Fast {
		kind = reflect.TypeFor[dingtalk.OrgUser]()
	}
	return newCSVEncoder(kind, s)
}

// jsonEncoder writes lines of JSON with all that the service shows, under the documented names.
type jsonEncoder struct{ line bytes.Buffer }

func (e *jsonEncoder) header() []byte { return nil }

func (e *jsonEncoder) record(p *person, departments []department) ([]byte, error) {
	e.line.Reset()
	json := json.NewEncoder(&e.line)
	json.SetEscapeHTML(false) // an ampersand in a name stays readable
	if err := json.Encode(p.fields); err != nil {
		return nil, err
	}
	e.line.Truncate(e.line.Len() - len("}\n"))
	e.line.WriteString(`,"departments":`)
	if err := json.Encode(departments); err != nil {
		return nil, err
	}
	e.line.Truncate(e.line.Len() - len("\n"))
	e.line.WriteString("}\n")
	return e.line.Bytes(), nil
}

// csvEncoder writes rows with a column for each documented field, in the documented order, and one for the paths.
type csvEncoder struct {
	names  []string
	fields [][]int // indexes within the struct of a person; nil for the paths
	row    []string
	line   bytes.Buffer
	writer *csv.Writer
	raw    bool
	bom    bool
}

func newCSVEncoder(kind reflect.Type, s settings) *csvEncoder {
	e := &csvEncoder{raw: s.Raw, bom: s.BOM}
	for _, f := range reflect.VisibleFields(kind) {
		if f.Anonymous {
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		e.names, e.fields = append(e.names, name), append(e.fields, f.Index)
		if name == "dept_id_list" {
			e.names, e.fields = append(e.names, "departments"), append(e.fields, nil)
		}
	}
	e.row = make([]string, len(e.names))
	e.writer = csv.NewWriter(&e.line)
	return e
}

func (e *csvEncoder) header() []byte {
	e.line.Reset()
	if e.bom {
		e.line.WriteString("\ufeff")
	}
	_ = e.writer.Write(e.names) // cannot fail: it writes into memory
	e.writer.Flush()
	return e.line.Bytes()
}

func (e *csvEncoder) record(p *person, departments []department) ([]byte, error) {
	e.line.Reset()
	fields := reflect.ValueOf(p.fields).Elem()
	for i, index := range e.fields {
		var err error
		if index == nil {
			e.row[i] = paths(departments)
		} else if e.row[i], err = cell(fields.FieldByIndex(index)); err != nil {
			return nil, err
		}
		if !e.raw {
			e.row[i] = spreadsheet.Guard(e.row[i])
		}
	}
	err := e.writer.Write(e.row)
	e.writer.Flush()
	return e.line.Bytes(), err
}

// cell returns a value as a cell. Empty values except false are empty cells.
func cell(v reflect.Value) (string, error) {
	switch x := v.Interface().(type) {
	case dingtalk.Millis:
		return date(x), nil
	case []int64:
		ids, err := dingtalk.IDList(x).MarshalJSON()
		return strings.Trim(string(ids), `"`), err
	}
	switch {
	case v.Kind() == reflect.String:
		return v.String(), nil
	case v.Kind() == reflect.Bool:
		return strconv.FormatBool(v.Bool()), nil
	case v.CanInt():
		return strconv.FormatInt(v.Int(), 10), nil
	case v.IsZero(), v.Kind() == reflect.Slice && v.Len() == 0:
		return "", nil
	}
	var text strings.Builder
	json := json.NewEncoder(&text)
	json.SetEscapeHTML(false)
	err := json.Encode(v.Interface())
	return strings.TrimSuffix(text.String(), "\n"), err
}

// date returns a day if a time is midnight in China, and a timestamp otherwise.
func date(m dingtalk.Millis) string {
	if m.IsZero() {
		return ""
	}
	t := m.In(chinatime.Zone)
	if hour, minute, second := t.Clock(); hour == 0 && minute == 0 && second == 0 && t.Nanosecond() == 0 {
		return t.Format(time.DateOnly)
	}
	return t.Format(time.RFC3339Nano)
}

// paths joins the paths of departments, with the ID in place of a path that the app cannot see.
func paths(departments []department) string {
	texts := make([]string, len(departments))
	for i, d := range departments {
		if texts[i] = d.Path; d.Path == "" {
			texts[i] = strconv.FormatInt(d.DeptID, 10)
		}
	}
	return strings.Join(texts, "; ")
}
