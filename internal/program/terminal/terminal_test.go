package terminal_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/program/terminal"
)

func screen(columns int) (*terminal.Terminal, *strings.Builder) {
	var shown strings.Builder
	return terminal.New(&shown, func() int { return columns }), &shown
}

func TestTerminal_IsNotControlledByText(t *testing.T) {
	t.Parallel()
	const text = "赵敏\x1b[31m\x1b]0;title\x07 a\tb\rc\u009b2J\u202e\u2028d\x9be \u200f\n🚀\x7f\n"
	const want = "赵敏 [31m ]0;title  a\tb c 2J  d\ufffde  \n🚀 \n"
	for size := 1; size <= len(text); size++ { // however the text is cut into writes
		s, shown := screen(80)
		for rest := text; rest != ""; {
			n := min(size, len(rest))
			written, err := io.WriteString(s, rest[:n])
			require.NoError(t, err)
			require.Equal(t, n, written)
			rest = rest[n:]
		}
		assert.Equal(t, want, shown.String(), size)
	}
}

func TestTerminal_CutsWideLinesOfADrawing(t *testing.T) {
	t.Parallel()
	s, shown := screen(10)
	_, err := io.WriteString(s.Drawing(), "\rreading people 7\r\x1b[3A\n12345研发中心\r")
	require.NoError(t, err)
	require.Equal(t, "\rreading pe\r\x1b[3A\n12345研发\r", shown.String())
}

func TestTerminal_WritesInPlaceOfAnUnfinishedDrawing(t *testing.T) {
	t.Parallel()
	s, shown := screen(80)
	for _, w := range []struct {
		to   io.Writer
		text string
	}{{s.Drawing(), "\rreading 7"}, {s, "a warning\n"}, {s.Drawing(), "\rreading 8"}, {s.Drawing(), "\n"}, {s, "done\n"}} {
		_, err := io.WriteString(w.to, w.text)
		require.NoError(t, err)
	}
	require.Equal(t, "\rreading 7\r\x1b[Ka warning\n\rreading 8\ndone\n", shown.String())
}

func TestTerminal_HasAUsualWidthIfItsOwnIsUnknown(t *testing.T) {
	t.Parallel()
	unknown, _ := screen(0)
	narrow, _ := screen(40)
	for want, w := range map[int]io.Writer{40: narrow, 80: unknown} {
		require.Equal(t, want, terminal.ColumnsOf(w))
	}
	require.Equal(t, 80, terminal.ColumnsOf(io.Discard))
}

func TestOf_RecognizesOnlyTerminals(t *testing.T) {
	t.Parallel()
	file, err := os.Create(filepath.Join(t.TempDir(), "file"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = file.Close() })
	null, err := os.Open(os.DevNull)
	require.NoError(t, err)
	t.Cleanup(func() { _ = null.Close() })
	read, write, err := os.Pipe()
	require.NoError(t, err)
	t.Cleanup(func() { _, _ = read.Close(), write.Close() })
	for _, f := range []*os.File{file, null, write} {
		_, ok := terminal.Of(f)
		require.False(t, ok, f.Name())
	}
}
