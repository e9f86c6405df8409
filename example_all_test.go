package dingtalk_test

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// standardMethods are methods that other packages call, and that need no example.
var standardMethods = map[string]bool{
	"Format": true, "String": true, "GoString": true, "LogValue": true,
	"MarshalJSON": true, "UnmarshalJSON": true, "MarshalText": true, "UnmarshalText": true,
}

func TestExamples_CoverEveryFunctionAndMethod(t *testing.T) {
	t.Parallel()
	for dir, atLeast := range map[string]int{".": 20, "login": 8, "provision": 10, "event": 4, "callback": 8, "tenants": 4} {
		code, examples := parsePackage(t, dir)
		shown := map[string]bool{}
		for _, e := range examples {
			shown[e.Name] = true
		}
		names := exampleNames(code)
		require.Greater(t, len(names), atLeast)
		for _, name := range names {
			assert.True(t, shown[name], "%s: Example%s is missing", dir, name)
		}
	}
}

// TestExamples_CoverEveryPartOfTheTestServer requires an example that uses each part, because several options and faults
// share one.
func TestExamples_CoverEveryPartOfTheTestServer(t *testing.T) {
	t.Parallel()
	code, examples := parsePackage(t, "dingtalktest")
	shown := map[string]bool{}
	for _, e := range examples {
		ast.Inspect(e.Code, func(n ast.Node) bool {
			if use, ok := n.(*ast.SelectorExpr); ok {
				of, _ := use.X.(*ast.Ident)
				switch {
				case of != nil && of.Name == "srv":
					shown["Server_"+use.Sel.Name] = true
				case of != nil && of.Name == "conn":
					shown["StreamConnection_"+use.Sel.Name] = true
				case of != nil && of.Name == "dingtalktest":
					shown[use.Sel.Name] = true
				default:
					shown["Fault_"+use.Sel.Name] = true
				}
			}
			return true
		})
	}
	names := append(exampleNames(code), "Fault_AfterWork") // of the type behind the alias
	require.Greater(t, len(names), 50)
	for _, name := range names {
		assert.True(t, shown[name], "no Example uses %s", name)
	}
}

func TestExamples_AreRun(t *testing.T) {
	t.Parallel()
	for _, dir := range []string{".", "dingtalktest", "login", "provision", "event", "callback", "tenants"} {
		_, examples := parsePackage(t, dir)
		require.NotEmpty(t, examples)
		for _, e := range examples {
			assert.True(t, e.Output != "" || e.EmptyOutput, "%s: Example%s has no // Output:", dir, e.Name)
		}
	}
}

// parsePackage returns the files of a package without tests, and the examples in its test files.
func parsePackage(t *testing.T, dir string) (code []*ast.File, examples []*doc.Example) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	var tests []*ast.File
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		require.NoError(t, err)
		if strings.HasSuffix(name, "_test.go") {
			tests = append(tests, file)
		} else {
			code = append(code, file)
		}
	}
	return code, doc.Examples(tests...)
}

// exampleNames returns what needs an example, under the name that the example has: functions, methods, and variables
// other than errors, which belong to the functions that return them.
func exampleNames(files []*ast.File) (names []string) {
	for _, file := range files {
		for _, decl := range file.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				switch {
				case !d.Name.IsExported():
				case d.Recv == nil:
					names = append(names, d.Name.Name)
				case ast.IsExported(receiver(d)) && !standardMethods[d.Name.Name]:
					names = append(names, receiver(d)+"_"+d.Name.Name)
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					if v, ok := spec.(*ast.ValueSpec); ok && d.Tok == token.VAR {
						names = append(names, variables(v)...)
					}
				}
			}
		}
	}
	return names
}

// variables returns the exported variables of a declaration, without the errors.
func variables(v *ast.ValueSpec) (names []string) {
	for _, name := range v.Names {
		if name.IsExported() && !strings.HasPrefix(name.Name, "Err") {
			names = append(names, name.Name)
		}
	}
	return names
}

// receiver returns the type name of a method's receiver.
func receiver(f *ast.FuncDecl) string {
	expr := f.Recv.List[0].Type
	if star, ok := expr.(*ast.StarExpr); ok {
		expr = star.X
	}
	return expr.(*ast.Ident).Name
}
