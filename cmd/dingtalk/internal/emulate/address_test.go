package emulate

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/apptest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
)

// fetch sends a request and returns the response, whatever its status.
func fetch(t *testing.T, method, address string, header ...string) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, nil)
	require.NoError(t, err)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(r)
	require.NoError(t, err)
	t.Cleanup(func() { _ = res.Body.Close() })
	return res
}

// stop interrupts the process and returns what it wrote to standard error.
func (p *process) stop(t *testing.T) string {
	t.Helper()
	require.NoError(t, p.cmd.Process.Signal(os.Interrupt))
	_, err := io.ReadAll(p.out)
	require.NoError(t, err)
	require.NoError(t, p.cmd.Wait(), "the exit code is 0")
	return p.errOut.String()
}

func TestEmulator_PrintsEveryAddressThatReachesIt(t *testing.T) {
	t.Parallel()
	for _, host := range []string{"0.0.0.0", "[::]"} {
		p := start(t, "-addr", host+":0")
		base, err := url.Parse(p.base)
		require.NoError(t, err)
		want := []string{p.base}
		interfaces, err := net.InterfaceAddrs()
		require.NoError(t, err)
		for _, addr := range interfaces {
			if ip := addr.(*net.IPNet).IP; ip.IsGlobalUnicast() {
				want = append(want, "http://"+net.JoinHostPort(ip.String(), base.Port()))
			}
		}
		assert.Equal(t, want, p.addresses, host)
		credentials := url.Values{"appkey": {p.id}, "appsecret": {p.secret}}.Encode()
		for _, address := range p.addresses {
			assert.Equal(t, 200, fetch(t, "GET", address+"/gettoken?"+credentials).StatusCode, "the API of %s needs no token", address)
			assert.Equal(t, 401, fetch(t, "GET", address+"/console/").StatusCode, "%s: from this machine too", address)
		}
	}
}

func TestEmulator_ProtectsItsConsoleFromOtherMachines(t *testing.T) {
	t.Parallel()
	p := start(t, "-addr", "0.0.0.0:0")
	assert.Equal(t, 401, fetch(t, "POST", p.base+"/console/controls/reset").StatusCode)
	assert.Equal(t, 401, fetch(t, "GET", p.base+"/console/?token=wrong").StatusCode)
	require.Regexp(t, "^"+p.base+`/console/\?token=[0-9A-Z]{26}$`, p.console)
	admitted := fetch(t, "GET", p.console)
	assert.Equal(t, 303, admitted.StatusCode)
	require.Len(t, admitted.Cookies(), 1)
	cookie := admitted.Cookies()[0].String()
	assert.Equal(t, 200, fetch(t, "GET", p.base+admitted.Header.Get("Location"), "Cookie", cookie).StatusCode)
	assert.Equal(t, 303, fetch(t, "POST", p.base+"/console/controls/revoke", "Cookie", cookie).StatusCode)
	assert.Contains(t, p.stop(t), "dingtalk: other machines can reach this address; the console asks for the token")

	p = start(t, "-addr", "0.0.0.0:0", "-open")
	assert.Equal(t, p.base+"/console/", p.console)
	assert.Equal(t, 200, fetch(t, "GET", p.console).StatusCode)
	assert.Contains(t, p.stop(t), "dingtalk: warning: other machines can reach this address, and the console has no login")

	for _, addr := range []string{"127.0.0.1:0", "localhost:0", ":0"} {
		p = start(t, "-addr", addr)
		assert.Equal(t, []string{p.base}, p.addresses)
		assert.Equal(t, 200, fetch(t, "GET", p.base+"/console/").StatusCode, addr)
		assert.Empty(t, p.stop(t), addr)
	}
}

func TestIsLoopback_TakesUnknownHostsForShared(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]bool{
		"": true, "127.0.0.1": true, "127.1.2.3": true, "::1": true, "localhost": true,
		"0.0.0.0": false, "::": false, "192.0.2.1": false, "2001:db8::1": false, "fe80::1%eth0": false,
	} {
		assert.Equal(t, want, isLoopback(t.Context(), host), host)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	assert.False(t, isLoopback(ctx, "emulator.invalid"), "it could not be looked up")
}

// interrupting is an output that interrupts the program which writes to it.
type interrupting struct {
	strings.Builder
	interrupt func()
}

func (w *interrupting) Write(text []byte) (int, error) {
	w.interrupt()
	return w.Builder.Write(text)
}

// A large organization takes many seconds to generate.
func TestEmulator_EndsWhileItGenerates(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	var out strings.Builder
	errOut := &interrupting{interrupt: interrupt}
	code := apptest.Main(Command)(ctx, cli.Process{
		Name: apptest.Name, Args: []string{"-sample", "50000,500000"}, Stdin: strings.NewReader(""), Stdout: &out, Stderr: errOut,
	})
	assert.Equal(t, 1, code)
	assert.Empty(t, out.String())
	assert.Equal(t, "dingtalk: generating 50000 departments and 500000 people\n"+
		"dingtalk: interrupted while the organization was generated\n", errOut.String())
}
