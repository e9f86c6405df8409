package main

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const root = "../.."

// pages returns the READMEs and the pages of the documentation.
func pages(t *testing.T) []string {
	t.Helper()
	names, err := fileNames(root)
	require.NoError(t, err)
	require.Subset(t, names, []string{"README.md", "README.zh-CN.md", "docs/emulator.md"})
	return names
}

func TestPages_ShowTheCurrentCode(t *testing.T) {
	t.Parallel()
	for _, name := range pages(t) {
		text := read(t, name)
		fresh, err := render(root, text)
		require.NoError(t, err, name)
		require.Equal(t, fresh, text, "%s is out of date: run `make generate`", name)
	}
}

func TestPages_ShowCompiledCodeOnly(t *testing.T) {
	t.Parallel()
	for _, name := range pages(t) {
		rest := section.ReplaceAllString(read(t, name), "")
		require.NotContains(t, rest, "```go\n", "%s: a block belongs between markers", name)
		require.NotContains(t, rest, "<!-- code", "%s: a marker has no counterpart", name)
		require.NotContains(t, rest, "<!-- /code", "%s: a marker has no counterpart", name)
	}
}

func TestPages_HaveTheSamePartsInBothLanguages(t *testing.T) {
	t.Parallel()
	parts := regexp.MustCompile("(?m)^(#+ |<!-- code .*|<!-- endpoints |```|\\| `\\w+`|[0-9]\\. )")
	translated := 0
	for _, name := range pages(t) {
		english, chinese := strings.CutSuffix(name, ".zh-CN.md")
		if !chinese {
			continue
		}
		translated++
		require.Equal(t, parts.FindAllString(read(t, english+".md"), -1), parts.FindAllString(read(t, name), -1), name)
	}
	require.Positive(t, translated)
}

func TestPages_LinkToExistingFilesAndHeadings(t *testing.T) {
	t.Parallel()
	link := regexp.MustCompile(`\]\(([^)]+)\)`)
	for _, name := range pages(t) {
		for _, m := range link.FindAllStringSubmatch(section.ReplaceAllString(read(t, name), ""), -1) {
			if strings.HasPrefix(m[1], "https://") {
				continue
			}
			file, anchor, _ := strings.Cut(m[1], "#")
			target := name
			if file != "" {
				target = path.Join(path.Dir(name), file)
			}
			if assert.FileExists(t, filepath.Join(root, target), name) && anchor != "" {
				assert.Contains(t, anchors(read(t, target)), anchor, "%s: %s", name, m[1])
			}
		}
	}
}

var (
	heading     = regexp.MustCompile(`(?m)^#+ (.*)$`)
	punctuation = regexp.MustCompile(`[^\p{L}\p{N}_ -]`)
)

// anchors returns those that GitHub gives the headings of a page.
func anchors(text string) []string {
	var names []string
	for _, m := range heading.FindAllStringSubmatch(text, -1) {
		name := punctuation.ReplaceAllString(strings.ToLower(m[1]), "")
		names = append(names, strings.ReplaceAll(name, " ", "-"))
	}
	return names
}

// The calls in running text and tables are not compiled.
func TestPages_NameMethodsThatExist(t *testing.T) {
	t.Parallel()
	method := regexp.MustCompile("`client\\.(\\w+)")
	api := read(t, "testdata/api/dingtalk.txt")
	found := 0
	for _, name := range pages(t) {
		for _, m := range method.FindAllStringSubmatch(section.ReplaceAllString(read(t, name), ""), -1) {
			found++
			assert.Contains(t, api, "\nfunc (c *Client) "+m[1]+"(", name)
		}
	}
	require.Greater(t, found, 50)
}

func TestPages_NameEachOptionAndErrorClass(t *testing.T) {
	t.Parallel()
	for _, list := range []struct{ page, source, declaration string }{
		{"docs/configuration", "testdata/api/dingtalk.txt", `(?m)^func (With\w+)\(`},
		{"docs/errors", "errors.go", `(?m)^\t(Err\w+) += errors\.New`},
	} {
		declared := regexp.MustCompile(list.declaration).FindAllStringSubmatch(read(t, list.source), -1)
		require.Greater(t, len(declared), 10)
		for _, language := range []string{".md", ".zh-CN.md"} {
			text := read(t, list.page+language)
			for _, m := range declared {
				row := regexp.MustCompile("(?m)^\\| [^|]*`" + m[1] + "`")
				assert.True(t, row.MatchString(text), "%s has no row for %s", list.page+language, m[1])
			}
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

func TestAnchors_AreThoseOfGitHub(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"errstate-not-the-sign-in-that-this-browser-began", "看看程序做了什么", "why--how"},
		anchors("# `ErrState`: not the sign-in that this browser began\n\n## 看看程序做了什么\n### Why / how?\n"))
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	require.NoError(t, err)
	return string(text)
}
