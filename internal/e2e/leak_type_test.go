package e2e_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/callback"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/event"
	"github.com/dingtalk-contacts/dingtalk-go/login"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

// secretTypes are the exported types that hold a secret. TestSecretType_IsKnown sees to it that none is missing.
var secretTypes = []any{
	dingtalk.Secret{}, dingtalk.Token{}, dingtalk.TokenKey{}, dingtalk.StoredToken{}, dingtalk.StoredTicket{},
	dingtalk.CreateUserRequest{}, dingtalk.UpdateUserRequest{}, dingtalk.Call{}, provision.Person{},
	dingtalk.GetUserByCodeRequest{}, dingtalk.GetUserByTmpCodeRequest{}, dingtalk.GetAdminByCodeRequest{},
	dingtalk.GetUserAccessTokenRequest{}, dingtalk.GetUserAccessTokenResponse{}, dingtalk.GetMeRequest{},
	dingtalk.GetUserAuthRulesRequest{}, dingtalk.Operation{}, dingtalk.GetJSAPITicketResponse{}, login.Session{},
	dingtalk.RegisterCallbackRequest{}, dingtalk.UpdateCallbackRequest{}, dingtalk.GetCallbackResponse{},
	callback.Key{}, callback.Config{}, dingtalktest.CallbackConfig{}, event.SuiteTicket{}, event.SuiteAuth{},
}

// exportedStructs returns the exported struct types of the package in dir, by name.
func exportedStructs(t *testing.T, dir string) map[string]*ast.StructType {
	t.Helper()
	files, err := filepath.Glob(fromRoot(dir, "*.go"))
	require.NoError(t, err)
	found := map[string]*ast.StructType{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		ast.FileExports(file)
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok {
				if s, ok := spec.Type.(*ast.StructType); ok {
					found[spec.Name.Name] = s
				}
			}
			return true
		})
	}
	require.NotEmpty(t, found, dir)
	return found
}

// mentions reports whether the type in an expression is, or is made of, one of these. What a function takes and
// returns is not printed.
func mentions(expr ast.Expr, names map[string]bool) (found bool) {
	ast.Inspect(expr, func(n ast.Node) bool {
		if _, ok := n.(*ast.FuncType); ok {
			return false
		}
		id, ok := n.(*ast.Ident)
		found = found || ok && names[id.Name]
		return true
	})
	return found
}

// surfaces are the packages whose exported types users print. Those of the emulator are dingtalktest's.
var surfaces = []string{".", "login", "provision", "event", "callback", "stream", "dingtalktest", "internal/emulator"}

func TestSecretType_IsKnown(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, v := range secretTypes {
		known[reflect.TypeOf(v).Name()] = true
	}
	holding := map[string]bool{"Secret": true}
	for range 5 { // types within types
		for _, dir := range surfaces {
			for name, s := range exportedStructs(t, dir) {
				for _, field := range s.Fields.List {
					if mentions(field.Type, holding) || dir == "." && mentions(field.Type, map[string]bool{"any": true}) {
						holding[name] = true
					}
				}
			}
		}
	}
	assert.ElementsMatch(t, slices.Collect(maps.Keys(holding)), slices.Collect(maps.Keys(known)))
}

var secretName = regexp.MustCompile(`(?i)password|passwd|secret|token|credential|apikey|privatekey|^key$`)

func TestExportedType_KeepsSecretsInASecretAlone(t *testing.T) {
	t.Parallel()
	plain := map[string]bool{"string": true, "byte": true, "rune": true, "RawMessage": true}
	for _, dir := range surfaces {
		for name, s := range exportedStructs(t, dir) {
			for _, field := range s.Fields.List {
				for _, id := range field.Names {
					isSecret := secretName.MatchString(id.Name) && id.Name != "NextToken" // which is the place of a page
					assert.False(t, isSecret && mentions(field.Type, plain),
						"%s: %s.%s should be a dingtalk.Secret", dir, name, id.Name)
				}
			}
		}
	}
}

// fill puts text into every secret of v, however deep, and into every field that may hold anything.
func fill(v reflect.Value, text string) {
	switch v.Type() {
	case reflect.TypeFor[dingtalk.Secret]():
		v.Set(reflect.ValueOf(dingtalk.NewSecret(text)))
		return
	case reflect.TypeFor[event.Secret]():
		v.Set(reflect.ValueOf(event.NewSecret(text)))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for _, field := range v.Fields() {
			if field.CanSet() {
				fill(field, text)
			}
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), text)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), text)
	case reflect.Interface:
		if v.NumMethod() == 0 {
			v.Set(reflect.ValueOf(dingtalk.CreateUserRequest{InitPassword: dingtalk.NewSecret(text)}))
		}
	}
}

// nested returns v in everything that values are kept in.
func nested(v any) map[string]any {
	pointer := reflect.New(reflect.TypeOf(v))
	pointer.Elem().Set(reflect.ValueOf(v))
	p := pointer.Interface()
	many := reflect.MakeSlice(reflect.SliceOf(reflect.TypeOf(v)), 2, 2)
	many.Index(1).Set(reflect.ValueOf(v))
	type exported struct{ In any }
	type unexported struct{ in any }
	return map[string]any{
		"value": v, "pointer": p, "pointer to pointer": &p, "slice": many.Interface(), "pointers": []any{p, p},
		"map": map[string]any{"a": v, "b": []any{v}}, "struct": exported{v}, "pointer in struct": &exported{p},
		"unexported": unexported{v}, "unexported pointer": []unexported{{p}},
		"error": fmt.Errorf("cannot use %v, %+v, %#v, %s, %d", v, v, v, p, p),
	}
}

// testifyDiff holds the text that testify prints for values that differ.
type testifyDiff struct{ bytes.Buffer }

func (d *testifyDiff) Errorf(format string, args ...any) { _, _ = fmt.Fprintf(d, format, args...) }

func TestSecretType_ShowsInNoPrint(t *testing.T) {
	t.Parallel()
	const secret = "Passw0rd-once/=<钥>"
	for _, empty := range secretTypes {
		filled := reflect.New(reflect.TypeOf(empty))
		fill(filled.Elem(), secret)
		v := filled.Elem().Interface()
		require.NotEqual(t, empty, v)
		for place, n := range nested(v) {
			where := fmt.Sprintf("%T in a %s", v, place)
			assertClean(t, where+": fmt, JSON and slog", printed(n), secret)
			assertClean(t, where+": %p", fmt.Sprintf("%p %t %U %c", n, n, n, n), secret)
			text, _ := xml.Marshal(n) // some refuse
			assertClean(t, where+": XML", string(text), secret)
			var diff testifyDiff
			other := reflect.New(reflect.TypeOf(n)).Elem().Interface()
			assert.False(t, assert.Equal(&diff, n, other))
			assert.False(t, assert.ElementsMatch(&diff, []any{n}, []any{other}))
			assert.False(t, assert.Contains(&diff, []any{n}, 1))
			assertClean(t, where+": testify", diff.String(), secret)
			for i := range secret[:8] { // as in the columns of a hexadecimal dump
				dump := strings.TrimSpace(fmt.Sprintf("% x", secret[i:i+8]))
				assert.NotContains(t, diff.String(), dump, where)
			}
		}
	}
}
