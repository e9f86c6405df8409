package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAssumptions_AreTheParagraphsThatBeginSo(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "some_code.go")
	require.NoError(t, os.WriteFile(file, []byte(`package p

// f does something. Assumed: not this.
//
// Assumed: One thing, which takes
// two lines. Another (v1.0).
func f() {}

// Assumed: A third.
const c = 1
`), 0o600))
	got, err := assumptions(file)
	require.NoError(t, err)
	assert.Equal(t, []string{"One thing, which takes two lines. Another (v1.0).", "A third."}, got)
	assert.Equal(t, "Some code", title(file))
}

func TestDocument_IsUpToDate(t *testing.T) {
	t.Parallel()
	want, err := document("../..")
	require.NoError(t, err)
	got, err := os.ReadFile("../../docs/emulator.md")
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got), "run go generate ./dingtalktest")
}
