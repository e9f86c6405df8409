package console

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
)

// token is a part of a JSON text. The tokens together are the whole text.
type token struct {
	Kind string // key, text, literal or empty
	Text string
}

var jsonToken = regexp.MustCompile(`"(?:[^"\\]|\\.)*":?|[-\w.+]+`)

// tokens indents JSON, which changes neither values nor order, and splits it into tokens that a page colors. Other text
// is one token.
func tokens(body []byte) []token {
	var b bytes.Buffer
	if json.Indent(&b, body, "", "  ") != nil {
		return []token{{"", string(body)}}
	}
	indented := b.String()
	var all []token
	at := 0
	for _, span := range jsonToken.FindAllStringIndex(indented, -1) {
		piece := indented[span[0]:span[1]]
		all = append(all, token{"", indented[at:span[0]]}, token{kindOf(piece), piece})
		at = span[1]
	}
	return append(all, token{"", indented[at:]})
}

// kindOf returns the kind of a token that is not punctuation.
func kindOf(piece string) string {
	switch {
	case piece[0] != '"':
		return "literal"
	case strings.HasSuffix(piece, ":"):
		return "key"
	}
	return "text"
}
