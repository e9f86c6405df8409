package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	bannedList = regexp.MustCompile(`(?s)<!-- banned -->\n(.*?)<!-- /banned -->\n`)
	glossary   = regexp.MustCompile(`(?s)\n## Glossary\n.*?\n## `) // it names the words that it bans
)

// banned returns a pattern for the words that the glossary bans.
func banned(t *testing.T, contributing string) *regexp.Regexp {
	t.Helper()
	list := bannedList.FindStringSubmatch(contributing)
	require.NotNil(t, list, "CONTRIBUTING.md has no list of banned words")
	words := strings.Split(strings.Join(strings.Fields(list[1]), " "), ", ")
	require.Greater(t, len(words), 5)
	for i, word := range words {
		first := word[:1] // in either case: http.NoBody is no such word
		words[i] = "[" + first + strings.ToUpper(first) + "]" + regexp.QuoteMeta(word[1:])
	}
	return regexp.MustCompile(`\b(` + strings.Join(words, "|") + `)\b`)
}

// sources are the extensions of the files that are searched.
var sources = []string{".go", ".md", ".lua", ".sh", ".html", ".yml"}

func TestGlossary_BansItsWordsEverywhere(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	contributing, err := os.ReadFile(filepath.Join(root, "CONTRIBUTING.md"))
	require.NoError(t, err)
	pattern := banned(t, string(contributing))
	require.True(t, pattern.MatchString("what Whoever reads"))
	require.False(t, pattern.MatchString("license of an organization"))
	files := 0
	err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch name := entry.Name(); {
		case err != nil:
			return err
		case entry.IsDir() && (name == "testdata" || name == "node_modules" || strings.HasPrefix(name, ".") && name != ".." && name != ".ci"):
			return filepath.SkipDir
		case entry.IsDir() || !slices.Contains(sources, filepath.Ext(name)) && name != "Makefile":
			return nil
		}
		files++
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for number, line := range strings.Split(glossary.ReplaceAllStringFunc(string(text), blank), "\n") {
			if word := pattern.FindString(line); word != "" && filepath.Base(path) != "glossary_test.go" {
				assert.Fail(t, "a banned word", "%s:%d: %q", path, number+1, word)
			}
		}
		return nil
	})
	require.NoError(t, err)
	assert.Greater(t, files, 300)
}

// blank returns the line breaks of text, so that the numbers of the lines after it stay.
func blank(text string) string { return strings.Repeat("\n", strings.Count(text, "\n")) }
