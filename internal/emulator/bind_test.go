package emulator

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// goTypes holds the Go type of an argument by the type in the endpoint table.
var goTypes = map[contract.Type]reflect.Type{
	contract.String: reflect.TypeFor[string](), contract.JSONText: reflect.TypeFor[string](),
	contract.Bool: reflect.TypeFor[bool](), contract.Int64: reflect.TypeFor[int64](), contract.Millis: reflect.TypeFor[int64](),
	contract.CommaIDs: reflect.TypeFor[[]int64](), contract.Int64Array: reflect.TypeFor[[]int64](),
	contract.CommaNames: reflect.TypeFor[[]string](), contract.StringArray: reflect.TypeFor[[]string](),
	contract.Object: reflect.TypeFor[args](), contract.StringMap: reflect.TypeFor[map[string]string](),
}

func TestBind_EveryRequestHasDocumentedFieldsOfTheirTypes(t *testing.T) {
	t.Parallel()
	for _, rt := range routes() {
		checkRequest(t, rt.Name, rt.request, append(append([]contract.Field{}, rt.Request...), rt.legacy...))
	}
}

func checkRequest(t *testing.T, name string, request reflect.Type, spec []contract.Field) {
	t.Helper()
	types := map[string]contract.Field{}
	for _, f := range spec {
		types[f.Name] = f
	}
	seen := map[string]bool{}
	var check func(part reflect.Type)
	check = func(part reflect.Type) {
		for f := range part.Fields() {
			if f.Anonymous {
				check(f.Type)
				continue
			}
			arg := f.Tag.Get("arg")
			documented, is := types[arg]
			assert.True(t, is, "%s: %s is documented as %q", name, f.Name, arg)
			assert.False(t, seen[arg], "%s: %s is there twice", name, arg)
			seen[arg] = true
			got := f.Type
			if got.Kind() == reflect.Pointer {
				got = got.Elem()
			}
			if documented.Type == contract.Object && got.Kind() == reflect.Struct {
				checkRequest(t, name+"."+arg, got, documented.Fields)
				continue
			}
			if documented.Type == contract.ObjectArray {
				assert.Equal(t, reflect.Slice, got.Kind())
				checkRequest(t, name+"."+arg, got.Elem(), documented.Fields)
				continue
			}
			assert.Equal(t, goTypes[documented.Type], got, "%s: %s", name, arg)
		}
	}
	check(request)
}

func TestErrorCode_EveryRuleHasACode(t *testing.T) {
	t.Parallel()
	special := map[directory.Rule]bool{directory.UnknownUser: true, directory.RootDepartment: true}
	for _, rule := range directory.Rules() {
		assert.NotEmpty(t, rule.String(), "rule %d", rule)
		assert.Equal(t, special[rule], ruleCodes[rule] == 0, rule)
		if code := ruleCodes[rule]; code != 0 {
			assert.NotEmpty(t, errorTexts[code], "code %d", code)
		}
	}
	names := map[string]bool{}
	for _, rt := range routes() {
		names[rt.Name] = true
	}
	for op, codes := range operationCodes {
		assert.True(t, names[op], op)
		for _, code := range codes {
			assert.NotEmpty(t, errorTexts[code], "code %d", code)
		}
	}
	for op := range missingCodes {
		assert.True(t, names[op], op)
	}
	for op := range noErrmsg {
		assert.True(t, names[op], op)
	}
}
