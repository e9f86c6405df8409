package matrix_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the table of docs/reliability.md")

func TestMatrix_IsPrintedInTheDocument(t *testing.T) {
	t.Parallel()
	file := filepath.Join("..", "..", "..", "docs", "reliability.md")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	before, rest, ok := strings.Cut(string(text), "<!-- matrix -->\n")
	require.True(t, ok, "the start of the table")
	_, after, ok := strings.Cut(rest, "<!-- /matrix -->")
	require.True(t, ok, "the end of the table")
	want := before + "<!-- matrix -->\n" + table() + "<!-- /matrix -->" + after
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(want), 0o600))
		return
	}
	assert.Equal(t, want, string(text), "out of date: go generate .")
}

// table returns the matrix in Markdown.
func table() string {
	var b strings.Builder
	b.WriteString("| Fault | Injected into | read | create | update | delete |\n| --- | --- | --- | --- | --- | --- |\n")
	for _, f := range faults {
		for _, p := range []injectionPoint{firstAttempt, everyAttempt} {
			fmt.Fprintf(&b, "| %s | %s |", f.name, p)
			for _, op := range opClasses {
				fmt.Fprintf(&b, " %s |", f.describe(p, op))
			}
			b.WriteString("\n")
		}
	}
	b.WriteString("\n| Fault | of the first token fetch | of every token fetch |\n| --- | --- | --- |\n")
	for _, f := range faults {
		name := f.name
		if f.legacyOnly {
			name += ", of `/gettoken` alone"
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", name, f.describe(firstTokenFetch, reads), f.describe(everyTokenFetch, reads))
	}
	return b.String()
}

// describe returns the expected outcome as text, such as "1: OutcomeUnknown; applied".
func (f *fault) describe(p injectionPoint, op opClass) string {
	want := f.class.expected(p, op)
	if want.classes == "" {
		return fmt.Sprintf("%d: ok", want.attempts)
	}
	text := fmt.Sprintf("%d: %s", want.attempts, strings.ReplaceAll(want.classes, "+", " + "))
	switch {
	case !strings.Contains(want.classes, "OutcomeUnknown"):
		return text
	case f.applied:
		return text + "; applied"
	default:
		return text + "; not applied"
	}
}
