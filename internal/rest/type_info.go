package rest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"sync"
	"unicode"
)

// typeInfo holds what the rewriter needs to know about a Go type.
type typeInfo struct {
	kind        reflect.Kind
	unmarshaler bool // decodes itself
	ignored     bool // the payload is not wanted
	payload     bool // the payload of an envelope
	size        int64
	elem        *typeInfo
	fields      []fieldInfo

	spellings []spelling // the other spellings of the names of all fields, however deep, each once
}

type fieldInfo struct {
	name string
	also string // another spelling of the name, from the tag "also"; empty if there is none
	*typeInfo
}

var (
	typeInfos       sync.Map // reflect.Type to *typeInfo
	unmarshalerType = reflect.TypeFor[json.Unmarshaler]()
)

// typeInfoOf returns the information about t or, if t is a pointer or a pointer to a pointer, about what it points to.
// No type of a response contains itself.
func typeInfoOf(t reflect.Type) *typeInfo {
	if cached, ok := typeInfos.Load(t); ok {
		return cached.(*typeInfo)
	}
	of := t
	for of.Kind() == reflect.Pointer && !reflect.PointerTo(of).Implements(unmarshalerType) {
		of = of.Elem()
	}
	info := &typeInfo{
		kind: of.Kind(), size: int64(of.Size()), //nolint:gosec // no type is that large
		unmarshaler: reflect.PointerTo(of).Implements(unmarshalerType), ignored: of == reflect.TypeFor[ignored](),
		payload: of == reflect.TypeFor[payload](),
	}
	switch {
	case info.unmarshaler:
	case info.kind == reflect.Slice:
		info.elem = typeInfoOf(of.Elem())
		info.spellings = info.elem.spellings
	case info.kind == reflect.Struct:
		for field := range of.Fields() {
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			if name == "" {
				continue
			}
			f := fieldInfo{name, field.Tag.Get("also"), typeInfoOf(field.Type)}
			info.fields = append(info.fields, f)
			info.spellings = append(info.spellings, f.spellings...)
			if f.also != "" {
				info.spellings = append(info.spellings, newSpelling(f.also))
			}
		}
		slices.SortFunc(info.spellings, spelling.compare)
		info.spellings = slices.Compact(info.spellings)
	}
	typeInfos.Store(t, info)
	return info
}

// hasOtherSpelling reports whether data, which is decoded into the type, may have a name in another spelling.
func (info *typeInfo) hasOtherSpelling(data []byte) bool {
	return slices.ContainsFunc(info.spellings, func(s spelling) bool { return s.isIn(data) })
}

// spelling is a name in quotes, in two parts. The second begins with its first capital letter, which is rare in a response,
// and so is found several times faster than a quotation mark.
type spelling struct{ start, end string }

func newSpelling(name string) spelling {
	i := max(strings.IndexFunc(name, unicode.IsUpper), 0)
	return spelling{`"` + name[:i], name[i:] + `"`}
}

func (s spelling) compare(other spelling) int {
	return cmp.Or(strings.Compare(s.start, other.start), strings.Compare(s.end, other.end))
}

// isIn reports whether data has the name.
func (s spelling) isIn(data []byte) bool {
	for from := 0; ; {
		i := bytes.Index(data[from:], []byte(s.end))
		if i < 0 {
			return false
		}
		if bytes.HasSuffix(data[:from+i], []byte(s.start)) {
			return true
		}
		from += i + len(s.end)
	}
}

// field returns the field for a name in quotes, or nil. As in encoding/json, the case is ignored if no name matches
// exactly.
func (info *typeInfo) field(quoted []byte) *fieldInfo {
	name := unquote(quoted)
	if len(name) == 0 {
		return nil
	}
	for i := range info.fields {
		if info.fields[i].name == string(name) || info.fields[i].also == string(name) {
			return &info.fields[i]
		}
	}
	for i := range info.fields {
		if strings.EqualFold(info.fields[i].name, string(name)) {
			return &info.fields[i]
		}
	}
	return nil
}
