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
)

const callersEach = 64

// callers is a process in which many make their first call at once, when it is told to.
func callers(in io.Reader, out, errOut io.Writer) int {
	input := bufio.NewReader(in)
	line, err := input.ReadBytes('\n')
	if err != nil {
		return 2
	}
	var s settings
	if err := json.Unmarshal(line, &s); err != nil {
		return 2
	}
	rdb := redis.NewClient(&redis.Options{Addr: s.Redis})
	defer func() { _ = rdb.Close() }()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	client, limiter, err := s.connect(rdb, slog.New(slog.NewTextHandler(errOut, nil)))
	if err != nil {
		return complain(errOut, 1, "%v", err)
	}
	_, _ = fmt.Fprintln(out, "ready")
	if _, err := input.ReadBytes('\n'); err != nil {
		return 2
	}
	var all sync.WaitGroup
	for range callersEach {
		all.Go(func() {
			_, err := client.ListSubDepartmentIDs(ctx, dingtalk.ListSubDepartmentIDsRequest{DeptID: dingtalk.RootDepartmentID})
			if err != nil {
				complain(errOut, 1, "%v", err)
			}
		})
	}
	all.Wait()
	if err := limiter.Flush(ctx); err != nil {
		return complain(errOut, 1, "%v", err)
	}
	return 0
}

// All of them find that there is no token, at the same time.
func TestAFleetOfProcessesThatStartsColdFetchesOneToken(t *testing.T) {
	t.Parallel()
	const processes = 4
	srv := dingtalktest.New(t, dingtalktest.WithQPS(limit), dingtalktest.WithSlidingWindow(), dingtalktest.WithLatency(latency))
	url, err := srv.Listen("")
	require.NoError(t, err)
	shared, err := openRedis(t.Context(), options{program: "redis-server"}, t.TempDir())
	require.NoError(t, err)
	defer shared.close()
	self, err := os.Executable()
	require.NoError(t, err)

	var errOut page
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
	assert.Empty(t, errOut.String())
	assert.Len(t, srv.Calls("GetToken"), 1)
	codes := map[int]int{}
	for _, c := range srv.Calls("ListSubDepartmentIDs") {
		codes[c.Code]++
	}
	assert.Equal(t, map[int]int{0: processes * callersEach}, codes, "none without a token, and none too many")
}
