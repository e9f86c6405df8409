package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
)

// extract returns a function of a file, or the whole file from its package clause if no function is named.
func extract(src []byte, name []string) (string, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "", src, parser.ParseComments)
	if err != nil {
		return "", err
	}
	at := func(pos token.Pos) int { return files.Position(pos).Offset }
	if len(name) == 0 {
		return string(src[at(file.Package):]), nil
	}
	for _, decl := range file.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if !ok || f.Recv != nil || f.Name.Name != name[0] {
			continue
		}
		if !strings.HasPrefix(f.Name.Name, "Example") {
			return string(src[at(f.Pos()):at(f.End())]), nil
		}
		end := f.Body.Rbrace
		for _, comment := range file.Comments {
			if comment.Pos() > f.Body.Lbrace && comment.End() < end && isOutput(comment) {
				end = comment.Pos()
			}
		}
		return dedent(string(src[at(f.Body.Lbrace)+1 : at(end)])), nil
	}
	return "", fmt.Errorf("there is no function %s", name[0])
}

// isOutput reports whether a comment is the expected output of an Example.
func isOutput(comment *ast.CommentGroup) bool {
	return strings.HasPrefix(comment.Text(), "Output:") || strings.HasPrefix(comment.Text(), "Unordered output:")
}

func dedent(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimPrefix(line, "\t")
	}
	return strings.Join(lines, "\n")
}
