package dingtalk_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Methods that other packages call, so that nobody needs to be shown how.
var standardMethods = map[string]bool{
	"Format": true, "String": true, "GoString": true, "LogValue": true,
	"MarshalJSON": true, "UnmarshalJSON": true, "MarshalText": true,
}

func TestEveryFunctionAndMethodHasAnExample(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("*.go")
	require.NoError(t, err)
	shown, wanted := map[string]bool{}, []string{}
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			switch {
			case !ok || !f.Name.IsExported():
			case strings.HasSuffix(name, "_test.go"):
				shown[f.Name.Name] = true
			case f.Recv == nil:
				wanted = append(wanted, "Example"+f.Name.Name)
			case ast.IsExported(receiver(f)) && !standardMethods[f.Name.Name]:
				wanted = append(wanted, "Example"+receiver(f)+"_"+f.Name.Name)
			}
		}
	}
	require.Greater(t, len(wanted), 20)
	for _, name := range wanted {
		assert.True(t, shown[name], "%s is missing", name)
	}
}

func receiver(f *ast.FuncDecl) string {
	expr := f.Recv.List[0].Type
	if star, ok := expr.(*ast.StarExpr); ok {
		expr = star.X
	}
	return expr.(*ast.Ident).Name
}
