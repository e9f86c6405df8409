package e2e_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// comments returns the comments of the exported functions and methods of the client's package, by name.
func comments(t *testing.T) map[string]string {
	t.Helper()
	files, err := os.ReadDir(fromRoot())
	require.NoError(t, err)
	byName := map[string]string{}
	for _, file := range files {
		if !strings.HasSuffix(file.Name(), ".go") || strings.HasSuffix(file.Name(), "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), fromRoot(file.Name()), nil, parser.ParseComments)
		require.NoError(t, err)
		for _, decl := range parsed.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Name.IsExported() {
				byName[f.Name.Name] = f.Doc.Text()
			}
		}
	}
	return byName
}

func TestDocumentation_EachMethodEndsInItsPage(t *testing.T) {
	t.Parallel()
	byName := comments(t)
	pages := map[string]bool{}
	for _, ep := range contract.All() {
		page := ep.Doc.Page()
		require.NotEmpty(t, ep.Doc.Chinese, ep.Name)
		assert.False(t, pages[page], "%s has the page of another endpoint", ep.Name)
		pages[page] = true
		name := ep.Name
		switch ep {
		case &contract.GetToken:
			continue // only the client itself calls it
		case &contract.GetOAuth2Token:
			name = "WithOAuth2Token"
		case &contract.GetSuiteToken:
			continue // likewise
		case &contract.GetCorpToken:
			name = "WithCorpToken"
		case &contract.GetSuiteCorpToken:
			name = "WithTicketStore"
		case &contract.GetSSOToken:
			name = "WithSSOSecret"
		}
		assert.True(t, strings.HasSuffix(byName[name], "DingTalk docs: \""+ep.Title+"\",\n"+page+"\n"), "%s: %q", name, byName[name])
	}
}

func TestDocumentation_AddressesAreThoseOfEndpoints(t *testing.T) {
	t.Parallel()
	pages := map[string]bool{}
	for _, ep := range contract.All() {
		pages[ep.Doc.Chinese], pages[ep.Doc.English] = true, true
	}
	for name, comment := range comments(t) {
		for word := range strings.FieldsSeq(comment) {
			if strings.Contains(word, "/document/") || strings.Contains(word, "help.dingtalk") {
				assert.True(t, pages[word], "%s: %s", name, word)
			}
		}
	}
}

// TestDocumentation_NamesExistingTests keeps the documents from naming tests that were renamed or deleted.
func TestDocumentation_NamesExistingTests(t *testing.T) {
	t.Parallel()
	var code strings.Builder
	for _, pattern := range []string{"*_test.go", "*/*_test.go", "*/*/*_test.go", "*/*/*/*_test.go"} {
		files, err := filepath.Glob(fromRoot(pattern))
		require.NoError(t, err)
		for _, file := range files {
			source, err := os.ReadFile(file)
			require.NoError(t, err)
			code.Write(source)
		}
	}
	for _, document := range []string{"reliability.md", "performance.md"} {
		text, err := os.ReadFile(fromRoot("docs", document))
		require.NoError(t, err)
		names := regexp.MustCompile(`\b((?:Test|Fuzz)[A-Z][A-Za-z0-9_]+)`).FindAllStringSubmatch(string(text), -1)
		require.NotEmpty(t, names)
		for _, name := range names {
			assert.Contains(t, code.String(), "func "+name[1]+"(", "%s in %s", name[1], document)
		}
	}
}
