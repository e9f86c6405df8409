package console

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
)

// token is a piece of JSON and what kind of one; the pieces together are the whole.
type token struct {
	Kind string // key, text, literal or empty
	Text string
}

var jsonToken = regexp.MustCompile(`"(?:[^"\\]|\\.)*":?|[-\w.+]+`)

// tokens breaks JSON into lines, which changes neither a value nor the order, and then into pieces to be coloured.
// What is no JSON remains as it is.
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

func kindOf(piece string) string {
	switch {
	case piece[0] != '"':
		return "literal"
	case strings.HasSuffix(piece, ":"):
		return "key"
	}
	return "text"
}
