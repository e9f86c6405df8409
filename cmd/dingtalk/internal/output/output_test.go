package output_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/output"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/clitest"
)

type person struct {
	ID   string `json:"id"`
	Name string `json:"full_name"`
}

func TestPrinter_PrintsInEachFormat(t *testing.T) {
	t.Parallel()
	people := []person{{"a", "赵 & 敏"}, {"longer", "=1+1\n"}}
	for format, want := range map[output.Format][2]string{
		output.Table: {"", "ID      FULL NAME\na       赵 & 敏\nlonger  =1+1\n"},
		output.JSON:  {"", "{\"id\":\"a\",\"full_name\":\"赵 & 敏\"}\n{\"id\":\"longer\",\"full_name\":\"=1+1\\n\"}\n"},
		output.CSV:   {"id,full_name\n", "id,full_name\na,赵 & 敏\nlonger,\"'=1+1\n\"\n"},
	} {
		var text strings.Builder
		require.NoError(t, output.NewPrinter(&text, format, []string{"id", "full_name"}).Flush())
		assert.Equal(t, want[0], text.String(), "%s without records", format)
		text.Reset()
		p := output.NewPrinter(&text, format, []string{"id", "full_name"})
		for _, r := range people {
			require.NoError(t, p.Print(r, r.ID, r.Name))
		}
		if format != output.Table {
			assert.Equal(t, want[1], text.String(), "%s is printed at once", format)
		}
		require.NoError(t, p.Flush())
		assert.Equal(t, want[1], text.String(), format)
	}
}

func TestPrinter_ReportsAFailureToWrite(t *testing.T) {
	t.Parallel()
	for _, format := range output.All() {
		p := output.NewPrinter(clitest.FullDisk{}, format, []string{"id"})
		err := p.Print(person{ID: "a"}, "a")
		if err == nil {
			err = p.Flush()
		}
		assert.ErrorContains(t, err, "no space left", format)
	}
}

func TestParse_NamesTheFormats(t *testing.T) {
	t.Parallel()
	_, err := output.Parse("table", []output.Format{output.JSON, output.CSV})
	require.EqualError(t, err, "table: choose json or csv")
	f, err := output.Parse("csv", output.All())
	require.NoError(t, err)
	require.Equal(t, output.CSV, f)
}
