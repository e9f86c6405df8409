package main

import (
	"bytes"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestMain runs this test binary as one of the other processes if its arguments name a role.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && (os.Args[1] == "service" || os.Args[1] == "member") {
		if err := run(os.Args[1:], os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func TestFleet_IsNeverThrottled(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped with -short: starts processes and takes ten seconds of real time")
	}
	r, err := measure(settings{Time: 2 * time.Second, Size: 4, Callers: 5, Latency: 30 * time.Millisecond, Limit: 20})
	require.NoError(t, err)
	assert.Zero(t, r.Throttled)
	assert.Positive(t, r.Calls)
	assert.LessOrEqual(t, r.MostAligned, r.Limit)
}

func TestFleet_PrintsTheTable(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped with -short: starts processes and takes ten seconds of real time")
	}
	var out bytes.Buffer
	require.NoError(t, run([]string{"-time", "1s", "-sizes", "1", "-callers", "1", "-latency", "1ms"}, nil, &out))
	assert.Regexp(t, `(?m)^\| 1 \| \d+ \| [\d.]+ % \| 0 \| \d+ \| \d+ \| [\d.]+ \|$`, out.String())
	assert.Error(t, run([]string{"-sizes", "many"}, nil, &out))
}
