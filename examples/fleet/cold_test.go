package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
)

const callersPerProcess = 64

// callers runs a process in which many goroutines make their first call at once, after a line of input.
func callers(ctx context.Context, p cli.Process) int {
	input := bufio.NewReader(p.Stdin)
	line, err := input.ReadBytes('\n')
	if err != nil {
		return cli.Usage
	}
	var s settings
	if err := json.Unmarshal(line, &s); err != nil {
		return cli.Usage
	}
	rdb := redis.NewClient(&redis.Options{Addr: s.Redis})
	defer func() { _ = rdb.Close() }()
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	client, limiter, err := s.connect(rdb, slog.New(slog.NewTextHandler(p.Stderr, nil)))
	if err != nil {
		return p.Fail(cli.Failed, "%v", err)
	}
	_, _ = fmt.Fprintln(p.Stdout, "ready")
	if _, err := input.ReadBytes('\n'); err != nil {
		return cli.Usage
	}
	var all sync.WaitGroup
	for range callersPerProcess {
		all.Go(func() {
			_, err := client.ListSubDepartmentIDs(ctx, dingtalk.ListSubDepartmentIDsRequest{DeptID: dingtalk.RootDepartmentID})
			if err != nil {
				p.Fail(cli.Failed, "%v", err)
			}
		})
	}
	all.Wait()
	if err := limiter.Flush(ctx); err != nil {
		return p.Fail(cli.Failed, "%v", err)
	}
	return 0
}

// All callers find at the same time that there is no token.
func TestFleet_FetchesOneTokenOnAColdStart(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped with -short: starts a fleet of processes")
	}
	const processes = 4
	srv := dingtalktest.New(t, dingtalktest.WithQPS(limit), dingtalktest.WithSlidingWindow(), dingtalktest.WithLatency(latency))
	url, err := srv.Listen("")
	require.NoError(t, err)
	shared, err := openRedis(t.Context(), options{program: "redis-server"}, t.TempDir())
	require.NoError(t, err)
	defer shared.close()
	self, err := os.Executable()
	require.NoError(t, err)

	var errOut buffer
	var running []*exec.Cmd
	var inputs []io.Writer
	for range processes {
		cmd := exec.CommandContext(t.Context(), self, "callers")
		cmd.Stderr = &errOut
		in, err := cmd.StdinPipe()
		require.NoError(t, err)
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		require.NoError(t, json.NewEncoder(in).Encode(settings{
			Of: processes, Redis: shared.addr, URL: url, ID: srv.ClientID(), Secret: srv.ClientSecret(),
		}))
		word, err := bufio.NewReader(out).ReadString('\n')
		require.NoError(t, err, errOut.String())
		require.Equal(t, "ready\n", word)
		running, inputs = append(running, cmd), append(inputs, in)
	}
	for _, in := range inputs {
		_, err := io.WriteString(in, "go\n")
		require.NoError(t, err)
	}
	for _, cmd := range running {
		assert.NoError(t, cmd.Wait())
	}
	assertOnlyWarnings(t, errOut.String()) // 256 calls take 12 s at the limit
	if !storeFailed(errOut.String()) {
		assert.Len(t, srv.Calls("GetToken"), 1)
	}
	codes := map[int]int{}
	for _, c := range srv.Calls("ListSubDepartmentIDs") {
		codes[c.Code]++
	}
	assert.Equal(t, map[int]int{0: processes * callersPerProcess}, codes, "no call without a token, and none over the limit")
}
