// Command emulatordoc writes docs/emulator.md: what the emulator is and does not emulate, from head.md, and what it
// assumes, from the comments that begin with "Assumed:" at the code that decides so.
package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

//go:embed head.md
var head string

// packages holds the directories with the assumptions, relative to the root of the module.
var packages = []string{"internal/emulator", "internal/directory"}

// main runs in the directory of dingtalktest, where go generate calls it.
func main() {
	if err := run(".."); err != nil {
		fmt.Fprintln(os.Stderr, "emulatordoc:", err)
		os.Exit(1)
	}
}

func run(root string) error {
	doc, err := document(root)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(root, "docs", "emulator.md"), doc, 0o644)
}

// document returns the text of docs/emulator.md.
func document(root string) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(head)
	for _, pkg := range packages {
		files, err := filepath.Glob(filepath.Join(root, pkg, "*.go"))
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			assumed, err := assumptions(file)
			if err != nil {
				return nil, err
			}
			if len(assumed) > 0 {
				fmt.Fprintf(&b, "\n### %s\n\n", title(file))
			}
			for _, text := range assumed {
				fmt.Fprintf(&b, "- %s\n", text)
			}
		}
	}
	return b.Bytes(), nil
}

// title returns the heading of a file: "User read" for user_read.go.
func title(file string) string {
	name := strings.ReplaceAll(strings.TrimSuffix(filepath.Base(file), ".go"), "_", " ")
	return strings.ToUpper(name[:1]) + name[1:]
}

// assumptions returns the paragraphs of a file's comments that begin with "Assumed:", without that word.
func assumptions(file string) ([]string, error) {
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	var found []string
	comments := slices.SortedFunc(slices.Values(parsed.Comments), func(a, b *ast.CommentGroup) int { return int(a.Pos() - b.Pos()) })
	for _, comment := range comments {
		for paragraph := range strings.SplitSeq(comment.Text(), "\n\n") {
			if text, is := strings.CutPrefix(strings.Join(strings.Fields(paragraph), " "), "Assumed: "); is {
				found = append(found, text)
			}
		}
	}
	return found, nil
}
