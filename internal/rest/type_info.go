package rest

import (
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
}

type fieldInfo struct {
	name string
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
	case info.kind == reflect.Struct:
		for field := range of.Fields() {
			if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); name != "" {
				info.fields = append(info.fields, fieldInfo{name, typeInfoOf(field.Type)})
			}
		}
	}
	typeInfos.Store(t, info)
	return info
}

// field returns the index of the field for a name in quotes, or -1. As in encoding/json, the case is ignored if no name
// matches exactly.
func (info *typeInfo) field(quoted []byte) int {
	name := unquote(quoted)
	for i := range info.fields {
		if info.fields[i].name == string(name) {
			return i
		}
	}
	for i := range info.fields {
		if len(info.fields[i].name) == len(name) && strings.EqualFold(info.fields[i].name, string(name)) {
			return i
		}
	}
	return -1
}
