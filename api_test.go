package dingtalk

import (
	"bytes"
	"go/ast"
	"go/build"
	"go/parser"
	"go/printer"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// oldestGo is the oldest supported release of Go, whose exported declarations the golden files hold, whichever release runs
// the test.
const oldestGo = "go1.26"

// TestAPI_SurfaceIsUnchanged fails on every change of the exported declarations, so that none is accidental.
func TestAPI_SurfaceIsUnchanged(t *testing.T) {
	t.Parallel()
	for _, dir := range []string{".", "callback", "dingtalktest", "event", "login", "mirror", "provision", "stream", "tenants"} {
		got := surface(t, dir)
		golden := filepath.Join("testdata", "api", filepath.Base(filepath.Join("dingtalk", dir))+".txt")
		if *update {
			require.NoError(t, os.MkdirAll(filepath.Dir(golden), 0o750))
			require.NoError(t, os.WriteFile(golden, []byte(got), 0o600))
		}
		want, err := os.ReadFile(golden)
		require.NoError(t, err, "run go test -run Surface -update . and read what it wrote")
		before, now := strings.Split(string(want), "\n"), strings.Split(got, "\n")
		extra, missing := without(now, before), without(before, now)
		assert.Empty(t, extra, "new since %s", golden)
		assert.Empty(t, missing, "gone from %s", golden)
	}
}

// surface prints the exported declarations of the package in dir, sorted.
func surface(t *testing.T, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	release := build.Default
	release.GOOS, release.GOARCH, release.ToolTags = "linux", "amd64", nil
	newer := slices.Index(release.ReleaseTags, oldestGo) + 1
	require.NotZero(t, newer)
	release.ReleaseTags = release.ReleaseTags[:newer]
	fset := token.NewFileSet()
	decls := []string{"# " + oldestGo}
	for _, name := range files {
		built, err := release.MatchFile(dir, filepath.Base(name))
		require.NoError(t, err)
		if !built || strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		ast.FileExports(file)
		for _, decl := range file.Decls {
			decls = append(decls, printed(t, fset, decl)...)
		}
	}
	slices.Sort(decls)
	return strings.Join(decls, "\n") + "\n"
}

// printed returns the exported declarations of decl, without bodies.
func printed(t *testing.T, fset *token.FileSet, decl ast.Decl) []string {
	t.Helper()
	show := func(prefix string, node any) string {
		var b bytes.Buffer
		config := printer.Config{Mode: printer.UseSpaces, Tabwidth: 4}
		require.NoError(t, config.Fprint(&b, fset, node))
		var lines []string // without alignment, which a longer name would change
		for line := range strings.Lines(b.String()) {
			if line = strings.Join(strings.Fields(line), " "); line != "" {
				lines = append(lines, line)
			}
		}
		return prefix + strings.Join(lines, "\n  ")
	}
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		if decl.Recv != nil && !ast.IsExported(strings.TrimPrefix(types.ExprString(decl.Recv.List[0].Type), "*")) {
			return nil
		}
		decl.Body = nil
		return []string{show("", decl)}
	case *ast.GenDecl:
		if decl.Tok == token.IMPORT {
			return nil
		}
		var out []string
		for _, spec := range decl.Specs {
			out = append(out, show(decl.Tok.String()+" ", spec))
		}
		return out
	}
	return nil
}

// without returns the lines of a that b does not have.
func without(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(line string) bool { return slices.Contains(b, line) })
}
