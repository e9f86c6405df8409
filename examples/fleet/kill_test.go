package main

import (
	"context"
	"fmt"
	"os"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/program/clitest"
)

func TestFleet_RestartsAKilledWorkerWithoutLosingPeople(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped with -short: starts and kills processes")
	}
	const people = 60
	s, list := newService(t), writeList(t, people)
	var out, errOut buffer
	s.onWrite = func(n int64) {
		if n == 12 { // the share of the first worker is larger, so some of it is left
			killed, err := os.FindProcess(out.pids(1)[0])
			if assert.NoError(t, err) {
				assert.NoError(t, killed.Kill())
			}
		}
	}
	code := runFleet(t.Context(), s.getenv, &out, &errOut, "-processes", "3", "-list", list, "-apply", "-yes")
	require.Zero(t, code, out.String()+errOut.String())
	assert.Len(t, out.pids(1), 2)
	assert.Len(t, out.pids(2), 1)
	assert.Len(t, out.pids(3), 1)
	assert.Contains(t, out.String(), "worker 1: it ended early (signal: killed); restarting it\n")
	assert.Contains(t, out.String(), "60 written, 0 unchanged\n", "the journal names the people whom the killed process wrote")

	require.Len(t, s.Users(), people)
	times := map[string]int{}
	for _, c := range s.Calls("CreateUser") {
		assert.NotEqual(t, 90018, c.Code, "the calls of the killed process still count")
		if c.Code == 0 {
			times[c.Body["userid"].(string)]++
		}
	}
	assert.Len(t, times, people)
	for id, n := range times {
		assert.Equal(t, 1, n, id)
	}
	if !storeFailed(errOut.String()) {
		assert.Len(t, s.Calls("GetToken"), 1+1, "the restarted process has the token of the others; the other is for the name of the place")
	}
}

func TestFleet_GivesUpAWorkerThatAlwaysDies(t *testing.T) {
	t.Parallel()
	s, list := newService(t), writeList(t, 12)
	var out, errOut buffer
	s.onWrite = func(int64) {
		all := out.pids(1)
		killed, err := os.FindProcess(all[len(all)-1])
		if assert.NoError(t, err) {
			_ = killed.Kill()
		}
	}
	require.Equal(t, 1, runFleet(t.Context(), s.getenv, &out, &errOut, "-processes", "1", "-list", list, "-apply", "-yes"))
	assert.Len(t, out.pids(1), maxStarts)
	assert.Contains(t, out.String(), "worker 1: died in each of 4 runs: it ended early (signal: killed)\n")
}

func TestFleet_ContinuesAfterAnInterruption(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped with -short: starts a fleet of processes twice")
	}
	const people = 60
	s, list := newService(t), writeList(t, people)
	var out, errOut buffer
	ctx, interrupt := context.WithCancel(t.Context())
	s.onWrite = func(n int64) {
		if n == 20 {
			interrupt()
		}
	}
	args := []string{"-processes", "3", "-list", list, "-apply", "-yes"}
	require.Equal(t, 1, runFleet(ctx, s.getenv, &out, &errOut, args...))
	assert.Contains(t, out.String(), "interrupted: all workers have ended; the same command continues with the missing people\n")
	for i := 1; i <= 3; i++ {
		assert.Contains(t, out.String(), fmt.Sprintf("worker %d: provision: stopped: ", i), "it reports its outcome")
		pids := out.pids(i)
		require.Len(t, pids, 1)
		worker, err := os.FindProcess(pids[0])
		require.NoError(t, err)
		assert.ErrorIs(t, worker.Signal(syscall.Signal(0)), os.ErrProcessDone)
	}
	assertOnlyWarnings(t, clitest.CutPlace("fleet", errOut.String()))
	before := len(s.Users())
	assert.Less(t, before, people)
	assert.GreaterOrEqual(t, before, 10)

	var again buffer
	require.Zero(t, runFleet(t.Context(), s.getenv, &again, &errOut, args...), again.String()+errOut.String())
	assert.Len(t, s.Users(), people)
}
