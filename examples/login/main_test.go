package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/clitest"
)

// interruptor is an output that interrupts the program when it begins to serve.
type interruptor struct {
	io.Writer
	interrupt func()
}

func (w interruptor) Write(text []byte) (int, error) {
	if bytes.Contains(text, []byte("listening on ")) {
		w.interrupt()
	}
	return w.Writer.Write(text)
}

// runBriefly runs the program until it begins to serve.
func runBriefly(ctx context.Context, p cli.Process) int {
	ctx, interrupt := context.WithCancel(ctx)
	defer interrupt()
	p.Stdout = interruptor{p.Stdout, interrupt}
	return run(ctx, p)
}

func TestLogin_KeepsTheConventions(t *testing.T) {
	t.Parallel()
	free := []string{"-addr", "127.0.0.1:0"}
	clitest.CheckConventions(t, clitest.Program{
		Name: "login", Run: runBriefly, OnEmulator: free, OnService: free, EmulatorByDefault: true,
	})
}

// listeningAddress returns the address that the program printed.
func listeningAddress(p *program) string {
	_, rest, _ := strings.Cut(p.printed, "listening on ")
	address, _, _ := strings.Cut(rest, "\n")
	return address
}

func TestLogin_ServesTheEmulatorUntilItIsInterrupted(t *testing.T) {
	t.Parallel()
	p := start(t, nil)
	require.Regexp(t, `^listening on http://127\.0\.0\.1:\d+\nconsole of the emulator: http://127\.0\.0\.1:\d+/console/\n`+
		`open http://127\.0\.0\.1:\d+ in a browser; Ctrl-C ends\n$`, p.printed)
	b := newBrowser(t)
	assert.Contains(t, b.open(p.base), "all people are invented")
	page := b.open(b.begin(p))
	for _, name := range []string{"Chen Rui", "Lin Yue", "Mei Tan", "Omar Haddad"} {
		assert.Contains(t, page, name)
	}
	_, rest, _ := strings.Cut(p.printed, "emulator: ")
	console, _, _ := strings.Cut(rest, "\n")
	assert.Contains(t, b.open(console), "Engineering")
	assert.Contains(t, b.open(p.base+"/style.css"), "--accent")
	res, _ := b.send(http.MethodGet, p.base+"/page.html")
	assert.Equal(t, http.StatusNotFound, res.StatusCode)

	assert.Zero(t, p.stop())
	assert.Equal(t, "login: on the built-in emulator, with invented people\n", p.errOut.String())
	_, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(p.base, "http://"))
	assert.Error(t, err, "the port is free again")
}

func TestLogin_NamesTheRedirectURLOnDingTalk(t *testing.T) {
	t.Parallel()
	_, env := newService(t)
	p := start(t, env)
	assert.Contains(t, p.printed, "\nredirect URL to register: "+p.base+"/login/callback\n")
	assert.NotContains(t, newBrowser(t).open(p.base), "invented")
	p = start(t, env, "-url", "https://app.example.com/")
	assert.Contains(t, p.printed, "\nredirect URL to register: https://app.example.com/login/callback\nopen https://app.example.com in a browser")
}

func TestLogin_ExplainsWrongUsage(t *testing.T) {
	t.Parallel()
	taken, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = taken.Close() })
	for want, tt := range map[string]struct {
		args []string
		code int
	}{
		"address already in use: choose another address with -addr": {[]string{"-addr", taken.Addr().String()}, cli.Failed},
		"give a host and a port, such as 127.0.0.1:8080":            {[]string{"-addr", "localhost"}, cli.Usage},
		"names no host: add -url with the address that people open": {[]string{"-addr", "0.0.0.0:0"}, cli.Usage},
		"RedirectURL: not an absolute http or https address":        {[]string{"-addr", "127.0.0.1:0", "-url", "app.example.com"}, cli.Usage},
	} {
		code, out, errOut := clitest.Run(t.Context(), "login", runBriefly, nil, "", tt.args...)
		assert.Equal(t, tt.code, code, want)
		assert.Contains(t, errOut, want)
		assert.Empty(t, out, want)
	}
}
