package importer

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/app"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/apptest"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/progress"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/columns"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/terminal"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

func TestBar_AcceptsMoreThanExpected(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var screen strings.Builder
		b := &bar{to: terminal.New(&screen, func() int { return 80 })}
		b.end()
		require.Empty(t, screen.String())
		for done := range 5 {
			time.Sleep(time.Second)
			b.update(provision.Progress{Step: provision.ReadingDepartments, Done: done})
		}
		for done := 10; done <= 30; done++ { // ten are from an earlier run
			time.Sleep(time.Second)
			b.update(provision.Progress{Step: provision.Applying, Done: done, Total: 25, Failed: done / 20})
		}
		b.end()
		shown := screen.String()
		require.Contains(t, shown, "reading departments")
		require.Contains(t, shown, "(1/15, ")
		require.Contains(t, shown, "60 people/min")
		require.Contains(t, shown, "applying, 1 failed")
		require.True(t, strings.HasSuffix(shown, " \r"), "the line is empty at the end")
	})
}

func TestBar_FitsANarrowTerminal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for _, width := range []int{200, 80, 45, 20, 1} {
			var screen strings.Builder
			b := &bar{to: terminal.New(&screen, func() int { return width })}
			for done := range 20 {
				time.Sleep(time.Second)
				b.update(provision.Progress{Step: provision.ReadingPeople, Done: done * 1000, Total: 20_000, Failed: done})
			}
			b.end()
			require.NotContains(t, screen.String(), "\n")
			for line := range strings.SplitSeq(screen.String(), "\r") {
				require.LessOrEqual(t, columns.Width(line), width, line)
			}
			require.Contains(t, screen.String(), "reading people, 19 failed"[:min(width, 20)])
		}
	})
}

func TestLogLines_AppearPeriodically(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		p := newProgress(&app.Run{Process: cli.Process{Name: apptest.Name, Stderr: &log}, Verbose: true})
		p.update(provision.Progress{Step: provision.ReadingPeople, Done: 1})
		time.Sleep(progress.LogInterval)
		p.update(provision.Progress{Step: provision.ReadingPeople, Done: 200})
		p.update(provision.Progress{Step: provision.ReadingPeople, Done: 201})
		time.Sleep(progress.LogInterval)
		p.update(provision.Progress{Step: provision.Applying, Done: 40, Total: 100, Failed: 2, Rate: 19.87, Left: 3 * time.Second})
		p.end()
		require.Equal(t, "dingtalk: reading people: 200\ndingtalk: applying: 40 of 100, 19.9 a second, 3s left, 2 failed\n", log.String())

		quiet := newProgress(&app.Run{Process: cli.Process{Name: apptest.Name, Stderr: &log}, Quiet: true})
		time.Sleep(2 * progress.LogInterval)
		quiet.update(provision.Progress{})
		require.Equal(t, 2, strings.Count(log.String(), "\n"))
	})
}
