package columns_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/program/columns"
)

func TestWidth_CountsColumns(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"": 0, "Zhao Min": 8, "赵敏": 4, "Zha\u0301o": 4, "全角（ＡＢ）": 12, "カナ": 4, "한글": 4, "🚀": 2, "é": 1,
	} {
		assert.Equal(t, want, columns.Width(text), text)
	}
}

func TestOneLine_ReplacesControlCharacters(t *testing.T) {
	t.Parallel()
	require.Equal(t, "a b c d e [31mf", columns.OneLine("a\nb\tc\u2028d\u202ee\x1b[31mf"))
}

func TestTable_IsAligned(t *testing.T) {
	t.Parallel()
	require.Equal(t, ""+
		"USERID  NAME    TITLE\n"+
		"lin     林悦\n"+
		"zhao    Zhao M  工程师，很长很长的职位\n"+
		"\n"+
		"ghost   not found, and why this is so\n",
		columns.Table([][]string{
			{"USERID", "NAME", "TITLE"},
			{"lin", "林悦", ""},
			{"zhao", "Zhao\tM", "工程师，很长很长的职位"},
			{},
			{"ghost", "not found, and why this is so"},
		}))
}
