package main

import (
	"context"
	"fmt"
	"os"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAKilledWorkerIsStartedAgainAndLosesNobody(t *testing.T) {
	t.Parallel()
	const people = 60
	s, list := newService(t), file(t, people)
	var out, errOut page
	s.onWrite = func(n int64) {
		if n == 12 { // of the first worker's share some are left, for it is larger
			killed, err := os.FindProcess(out.pids(1)[0])
			if assert.NoError(t, err) {
				assert.NoError(t, killed.Kill())
			}
		}
	}
	code := run(t.Context(), []string{"-processes", "3", "-list", list, "-apply"}, s.getenv, &out, &errOut)
	require.Zero(t, code, out.String()+errOut.String())
	assert.Len(t, out.pids(1), 2)
	assert.Len(t, out.pids(2), 1)
	assert.Len(t, out.pids(3), 1)
	assert.Contains(t, out.String(), "worker 1: it ended early (signal: killed); it is started again\n")
	assert.Contains(t, out.String(), "60 written, 0 were as they should be\n", "the journal knows whom the killed one wrote")

	require.Len(t, s.Users(), people)
	times := map[string]int{}
	for _, c := range s.Calls("CreateUser") {
		assert.NotEqual(t, 90018, c.Code, "the dead one's calls are counted on")
		if c.Code == 0 {
			times[c.Body["userid"].(string)]++
		}
	}
	assert.Len(t, times, people)
	for id, n := range times {
		assert.Equal(t, 1, n, id)
	}
	assert.Len(t, s.Calls("GetToken"), 1, "the one that is started again has the token of the others")
}

func TestAWorkerThatAlwaysDiesIsGivenUp(t *testing.T) {
	t.Parallel()
	s, list := newService(t), file(t, 12)
	var out, errOut page
	s.onWrite = func(int64) {
		all := out.pids(1)
		killed, err := os.FindProcess(all[len(all)-1])
		if assert.NoError(t, err) {
			_ = killed.Kill()
		}
	}
	require.Equal(t, 1, run(t.Context(), []string{"-processes", "1", "-list", list, "-apply"}, s.getenv, &out, &errOut))
	assert.Len(t, out.pids(1), mostStarts)
	assert.Contains(t, out.String(), "worker 1: it was started 4 times, and died each time: it ended early (signal: killed)\n")
}

func TestAnInterruptionEndsAllWorkersAndTheSameCommandGoesOn(t *testing.T) {
	t.Parallel()
	const people = 60
	s, list := newService(t), file(t, people)
	var out, errOut page
	ctx, interrupt := context.WithCancel(t.Context())
	s.onWrite = func(n int64) {
		if n == 20 {
			interrupt()
		}
	}
	args := []string{"-processes", "3", "-list", list, "-apply"}
	require.Equal(t, 1, run(ctx, args, s.getenv, &out, &errOut))
	assert.Contains(t, out.String(), "interrupted: all workers have ended; the same command goes on with whoever is missing\n")
	for i := 1; i <= 3; i++ {
		assert.Contains(t, out.String(), fmt.Sprintf("worker %d: provision: stopped: ", i), "it says how it went")
		pids := out.pids(i)
		require.Len(t, pids, 1)
		worker, err := os.FindProcess(pids[0])
		require.NoError(t, err)
		assert.ErrorIs(t, worker.Signal(syscall.Signal(0)), os.ErrProcessDone)
	}
	assert.Empty(t, errOut.String())
	before := len(s.Users())
	assert.Less(t, before, people)
	assert.GreaterOrEqual(t, before, 10)

	var again page
	require.Zero(t, run(t.Context(), args, s.getenv, &again, &errOut), again.String()+errOut.String())
	assert.Len(t, s.Users(), people)
}
