package main

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

func TestStatusPage_ShowsAllOfTheState(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 3, 9, 12, 0, 0, 0, time.Local)
	page := func(s mirror.Status) string {
		var b bytes.Buffer
		require.NoError(t, statusTemplate.Execute(&b, newPageData(s, 7)))
		return b.String()
	}
	quiet := page(mirror.Status{Revision: 7, Users: 60, Ready: true, Leading: true, LastScanBegan: noon.Add(-3 * time.Second), LastScan: noon})
	for _, want := range []string{
		"Revision</dt><dd>7<", "all changes", "Users</dt><dd>60<", "Dirty keys</dt><dd>0<", "2026-03-09 12:00:00</time>, took 3s<",
		"Held removals</dt><dd>none<", "Paused</dt><dd>no<", "Leads</dt><dd>this process<",
	} {
		require.Contains(t, quiet, want)
	}
	busy := page(mirror.Status{
		Revision: 9, Dirty: 3, OldestDirty: 2 * time.Second, Details: 4, Scanning: true,
		Held: map[mirror.Kind]int{mirror.KindUser: 120}, PausedUntil: noon, PauseCause: errors.New("a <ban>"),
	})
	for _, want := range []string{
		"2 changes are not printed yet", "Dirty keys</dt><dd>3, the oldest for 2s<", "Details to read</dt><dd>4<",
		"the first one is not complete</span>, another one runs<", "120 removals of users held back", "until 12:00:00: a &lt;ban&gt;<",
		"another process, or none yet",
	} {
		require.Contains(t, busy, want)
	}
}
