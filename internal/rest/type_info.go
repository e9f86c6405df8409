package rest

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"sync"
)

// typeInfo holds what the rewriter needs to know about a Go type.
type typeInfo struct {
	kind        reflect.Kind
	unmarshaler bool // decodes itself
	ignored     bool // the payload is not wanted
	size        int64
	elem        *typeInfo
	fields      []fieldInfo

	spellings [][]byte // in quotes, the other spellings of the names of all fields, however deep
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
				info.spellings = append(info.spellings, []byte(`"`+f.also+`"`))
			}
		}
	}
	typeInfos.Store(t, info)
	return info
}

// hasOtherSpelling reports whether data, which is decoded into the type, may have a name in another spelling.
func (info *typeInfo) hasOtherSpelling(data []byte) bool {
	for _, name := range info.spellings {
		if bytes.Contains(data, name) {
			return true
		}
	}
	return false
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
