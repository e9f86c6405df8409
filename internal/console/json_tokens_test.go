package console

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTokens_IndentAndSplitJSON(t *testing.T) {
	t.Parallel()
	for body, want := range map[string][]token{
		`{"a":"x\":y","n":-1.5e+7}`: {
			{"", "{\n  "}, {"key", `"a":`}, {"", " "}, {"text", `"x\":y"`}, {"", ",\n  "},
			{"key", `"n":`}, {"", " "}, {"literal", "-1.5e+7"}, {"", "\n}"},
		},
		`[true,{}]`:    {{"", "[\n  "}, {"literal", "true"}, {"", ",\n  {}\n]"}},
		`<html>`:       {{"", "<html>"}},
		`{"a":"\\"}`:   {{"", "{\n  "}, {"key", `"a":`}, {"", " "}, {"text", `"\\"`}, {"", "\n}"}},
		`{"errcode":0`: {{"", `{"errcode":0`}},
	} {
		assert.Equal(t, want, tokens([]byte(body)), body)
	}
}
