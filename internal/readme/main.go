// Readme regenerates the parts of the READMEs and of the pages in docs/ that come from the code: examples, which are therefore compiled and run,
// and the table of endpoints. Markers in comments select the content:
//
//	<!-- code example_test.go ExampleNew -->
//	<!-- /code -->
//
//	<!-- endpoints en -->
//	<!-- /endpoints -->
//
// An Example is shown by its body, another function by its declaration, and a file without a name as a whole.
package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// patterns match the files to refresh, from the root of the repository.
var patterns = []string{"README*.md", "dingtalkotel/README.md", "docs/*.md"}

// fileNames returns the files to refresh in the repository at root, by their slash-separated paths in it.
func fileNames(root string) ([]string, error) {
	var names []string
	for _, pattern := range patterns {
		found, err := fs.Glob(os.DirFS(root), pattern)
		if err != nil {
			return nil, err
		}
		names = append(names, found...)
	}
	return names, nil
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "readme:", err)
		os.Exit(1)
	}
}

func run() error {
	names, err := fileNames(".")
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := refresh(name); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func refresh(name string) error {
	old, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	text, err := render(".", string(old))
	if err != nil || text == string(old) {
		return err
	}
	return os.WriteFile(name, []byte(text), 0o644)
}

var section = regexp.MustCompile(`(?s)<!-- (code|endpoints) ([^\n]*?) -->\n(.*?)<!-- /(\w+) -->`)

// render fills in the sections of a README with files below root.
func render(root, text string) (string, error) {
	var failure error
	out := section.ReplaceAllStringFunc(text, func(whole string) string {
		m := section.FindStringSubmatch(whole)
		kind, args, old, end := m[1], strings.Fields(m[2]), m[3], m[4]
		var body string
		var err error
		switch {
		case kind != end, strings.Contains(old, "<!-- "):
			err = fmt.Errorf("<!-- %s %s --> has no end", kind, m[2])
		case kind == "endpoints":
			body, err = endpoints(args)
		default:
			body, err = code(root, args)
		}
		if err != nil {
			failure = err
			return whole
		}
		return fmt.Sprintf("<!-- %s %s -->\n%s<!-- /%s -->", kind, m[2], body, kind)
	})
	return out, failure
}

// code returns a fenced block of a file, or of a function in it.
func code(root string, args []string) (string, error) {
	if len(args) == 0 || len(args) > 2 {
		return "", fmt.Errorf("code takes a file and optionally a function, not %q", args)
	}
	src, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(args[0])))
	if err != nil {
		return "", err
	}
	text, err := extract(src, args[1:])
	if err != nil {
		return "", fmt.Errorf("%s: %w", args[0], err)
	}
	return "```go\n" + strings.TrimSpace(text) + "\n```\n", nil
}
