package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const root = "../.."

func TestREADMEs_ShowTheCurrentCode(t *testing.T) {
	t.Parallel()
	for _, name := range fileNames() {
		text := read(t, name)
		fresh, err := render(root, text)
		require.NoError(t, err)
		require.Equal(t, fresh, text, "%s is out of date: run `make generate`", name)
	}
}

func TestREADMEs_ShowCompiledCodeOnly(t *testing.T) {
	t.Parallel()
	for _, name := range fileNames() {
		rest := section.ReplaceAllString(read(t, name), "")
		require.NotContains(t, rest, "```go\n", "%s: a block belongs between markers", name)
		require.NotContains(t, rest, "<!-- ", "%s: a marker has no counterpart", name)
	}
}

func TestREADMEs_HaveTheSameParts(t *testing.T) {
	t.Parallel()
	parts := regexp.MustCompile("(?m)^(#+ |<!-- code .*|<!-- endpoints |```|\\| `\\w+`|[0-9]\\. )")
	var all [][]string
	for _, name := range fileNames() {
		all = append(all, parts.FindAllString(read(t, name), -1))
	}
	require.Equal(t, all[0], all[1])
}

func TestREADMEs_LinkToExistingFiles(t *testing.T) {
	t.Parallel()
	link := regexp.MustCompile(`\]\(([^)]+)\)`)
	for _, name := range fileNames() {
		for _, m := range link.FindAllStringSubmatch(section.ReplaceAllString(read(t, name), ""), -1) {
			switch part, within := strings.CutPrefix(m[1], "#"); {
			case within:
				heading := strings.ReplaceAll(regexp.QuoteMeta(part), "-", "[- ]")
				assert.Regexp(t, "(?mi)^#+ "+heading+"$", read(t, name), name)
			case !strings.HasPrefix(m[1], "https://"):
				assert.FileExists(t, filepath.Join(root, m[1]), name)
			}
		}
	}
}

func TestREADMEs_NameEachOptionAndErrorClass(t *testing.T) {
	t.Parallel()
	declared := regexp.MustCompile(`(?m)^(?:func (With\w+)\(|\t(Err\w+) += errors\.New)`)
	source := read(t, "options.go") + read(t, "errors.go")
	found := declared.FindAllStringSubmatch(source, -1)
	require.Greater(t, len(found), 15)
	for _, m := range found {
		for _, name := range fileNames() {
			assert.Contains(t, read(t, name), "| `"+m[1]+m[2]+"` |", name)
		}
	}
}

func TestExtract_ReturnsABodyADeclarationOrAFile(t *testing.T) {
	t.Parallel()
	const src = "// Introduction.\npackage p\n\n// F is documented.\nfunc F() {}\n\n" +
		"func ExampleF() {\n\tif true {\n\t\tF()\n\t}\n\t// Output:\n\t// x\n}\n"
	for want, name := range map[string][]string{
		"func F() {}":         {"F"},
		"if true {\n\tF()\n}": {"ExampleF"},
		strings.TrimSpace(src[len("// Introduction.\n"):]): nil,
	} {
		got, err := extract([]byte(src), name)
		require.NoError(t, err)
		require.Equal(t, want, strings.TrimSpace(got))
	}
	_, err := extract([]byte(src), []string{"G"})
	require.EqualError(t, err, "there is no function G")
}

func TestRender_ReportsWrongMarkers(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"<!-- code nowhere.go -->\n<!-- /code -->":                         "nowhere.go",
		"<!-- code doc.go New -->\n<!-- /code -->":                         "doc.go: there is no function New",
		"<!-- code -->\n<!-- /code -->\n<!-- code  -->\n<!-- /code -->":    "takes a file",
		"<!-- endpoints fr -->\n<!-- /endpoints -->":                       "supports the languages",
		"<!-- code doc.go -->\n<!-- endpoints en -->\n<!-- /endpoints -->": "has no end",
	} {
		_, err := render(root, text)
		assert.ErrorContains(t, err, want, text)
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	require.NoError(t, err)
	return string(text)
}
