package export

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/program/columns"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/terminal"
)

func TestBar_AcceptsMoreThanExpected(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var screen strings.Builder
		b := &bar{to: terminal.New(&screen, func() int { return 80 })}
		b.update(5) // of an earlier run
		b.expect(0)
		require.Empty(t, screen.String())
		b.expect(10)
		for people := 6; people <= 30; people++ {
			time.Sleep(time.Second)
			b.update(people)
			if people == 20 {
				b.expect(2)
			}
		}
		b.end()
		shown := screen.String()
		require.Contains(t, shown, "people")
		require.Contains(t, shown, "(1/5, ")
		require.True(t, strings.HasSuffix(shown, " \r"), "the line is empty at the end")
	})
}

func TestBar_IsRemovedWhenInterrupted(t *testing.T) {
	t.Parallel()
	var screen strings.Builder
	b := &bar{to: terminal.New(&screen, func() int { return 80 })}
	b.end()
	require.Empty(t, screen.String())
	b.update(0)
	b.expect(3)
	b.update(2)
	b.end()
	require.True(t, strings.HasSuffix(screen.String(), " \r"))
}

func TestBar_FitsANarrowTerminal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for _, width := range []int{200, 80, 45, 20, 1} {
			var screen strings.Builder
			b := &bar{to: terminal.New(&screen, func() int { return width })}
			b.update(0)
			b.expect(20_000)
			for done := range 20 {
				time.Sleep(time.Second)
				b.update(done * 1000)
			}
			b.end()
			require.NotContains(t, screen.String(), "\n")
			for line := range strings.SplitSeq(screen.String(), "\r") {
				require.LessOrEqual(t, columns.Width(line), width, line)
			}
			require.Contains(t, screen.String(), "people"[:min(width, 6)])
		}
	})
}
