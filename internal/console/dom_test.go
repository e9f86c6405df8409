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

// open reads a page that is there.
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

// all finds elements by name, or any for the empty one, of which the attribute, if one is named, has a value among
// those that spaces separate.
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

// one is the only element of its kind.
func (e element) one(tb testing.TB, name string, attr ...string) element {
	tb.Helper()
	found := e.all(name, attr...)
	require.Len(tb, found, 1, "%s %q", name, attr)
	return found[0]
}

// field is the only value of a documented field.
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

// text is what can be read, with single spaces.
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

// raw is the same to the letter.
func (e element) raw() string {
	var b strings.Builder
	for node := range e.Descendants() {
		if node.Type == html.TextNode {
			b.WriteString(node.Data)
		}
	}
	return b.String()
}

// read is the text of each.
func read(of []element) (out []string) {
	for _, e := range of {
		out = append(out, e.text())
	}
	return out
}
