package main

import (
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// go-redis logs each failed dial to standard error by itself, and that a connection was closed while a call used it.
func TestWorker_ReportsAnOutageOfRedisOnce(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	s := newService(t)
	self, err := os.Executable()
	require.NoError(t, err)
	var errOut buffer
	cmd := exec.CommandContext(t.Context(), self, "worker")
	cmd.Stderr = &errOut
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	require.NoError(t, json.NewEncoder(in).Encode(settings{
		Of: 1, People: 1, Dir: t.TempDir(), Redis: l.Addr().String(), URL: s.env["DINGTALK_BASE_URL"], ID: s.ClientID(), Secret: s.ClientSecret(),
	}))
	assert.Eventually(t, func() bool { return strings.Contains(errOut.String(), "Redis is down") }, time.Minute, 10*time.Millisecond)
	require.NoError(t, in.Close())
	require.NoError(t, cmd.Wait())
	assert.Equal(t, 1, strings.Count(errOut.String(), `msg="dingtalkredis: Redis is down: `))
	assertOnlyWarnings(t, errOut.String())
}
