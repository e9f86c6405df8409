package console

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
)

// element is an element of a page as a browser reads it.
type element struct{ *html.Node }

// open reads an existing page.
func open(tb testing.TB, h http.Handler, target string, header ...string) element {
	tb.Helper()
	return parsePage(tb, get(tb, h, target, header...))
}

func parsePage(tb testing.TB, body string) element {
	tb.Helper()
	doc, err := html.Parse(strings.NewReader(body))
	require.NoError(tb, err)
	return element{doc}
}

// all returns the elements with a name, or all elements for the empty name. If an attribute is given, it must have the
// value among its values.
func (e element) all(name string, attr ...string) (found []element) {
	for node := range e.Descendants() {
		at := element{node}
		if node.Type == html.ElementNode && (name == "" || node.Data == name) &&
			(len(attr) == 0 || at.has(attr[0]) && (len(attr) == 1 || slices.Contains(strings.Fields(at.attr(attr[0])), attr[1]))) {
			found = append(found, at)
		}
	}
	return found
}

// one returns the only element of its kind.
func (e element) one(tb testing.TB, name string, attr ...string) element {
	tb.Helper()
	found := e.all(name, attr...)
	require.Len(tb, found, 1, "%s %q", name, attr)
	return found[0]
}

// field returns the only value of a documented field.
func (e element) field(tb testing.TB, name string) element {
	tb.Helper()
	return e.one(tb, "", "data-field", name)
}

func (e element) has(attr string) bool {
	return slices.ContainsFunc(e.Attr, func(a html.Attribute) bool { return a.Key == attr })
}

func (e element) attr(name string) string {
	for _, a := range e.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// text returns the visible text with single spaces.
func (e element) text() string {
	var b strings.Builder
	for node := range e.Descendants() {
		switch {
		case node.Type == html.TextNode:
			b.WriteString(node.Data)
		case node.Data == "dt" || node.Data == "dd" || node.Data == "br" || node.Data == "code":
			b.WriteString(" ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// raw returns the text unchanged.
func (e element) raw() string {
	var b strings.Builder
	for node := range e.Descendants() {
		if node.Type == html.TextNode {
			b.WriteString(node.Data)
		}
	}
	return b.String()
}

// read returns the text of each element.
func read(of []element) (out []string) {
	for _, e := range of {
		out = append(out, e.text())
	}
	return out
}
