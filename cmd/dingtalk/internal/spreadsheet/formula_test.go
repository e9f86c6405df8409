package spreadsheet_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/spreadsheet"
)

func TestGuard_LetsNoCellBeginAFormula(t *testing.T) {
	t.Parallel()
	for text, cell := range map[string]string{
		"=cmd|'/c calc'!A1": "'=cmd|'/c calc'!A1", "+1": "'+1", "-7": "'-7", "@SUM(1)": "'@SUM(1)", "\t=1": "'\t=1", "\r=1": "'\r=1",
		"\n=1": "'\n=1", "＝1": "'＝1", "'=1": "''=1", "''+1": "'''+1",
		"": "", "'": "'", "'t Hooft": "'t Hooft", "1=1": "1=1", "赵敏": "赵敏", "a'=": "a'=",
	} {
		assert.Equal(t, cell, spreadsheet.Guard(text), text)
		assert.Equal(t, text, spreadsheet.Unguard(cell), "the original is recovered")
	}
	assert.Equal(t, "=1", spreadsheet.Unguard("=1"), "a cell that was not guarded stays as it is")
}

func FuzzGuard(f *testing.F) {
	for _, text := range []string{"", "=1", "'=1", "''", "\r", "赵"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		assert.Equal(t, text, spreadsheet.Unguard(spreadsheet.Guard(text)))
	})
}
