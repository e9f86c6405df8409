package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/clitest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/demo"
)

// newService returns an emulator that the program takes for DingTalk, with people of all kinds.
func newService(t *testing.T, opts ...dingtalktest.Option) (*dingtalktest.Server, map[string]string) {
	t.Helper()
	srv := dingtalktest.New(t, append(opts, demo.OtherOrganization())...)
	demo.Seed(srv)
	demo.AddGuest(srv)
	return srv, clitest.Environment(t, srv)
}

// program is the running program.
type program struct {
	t       *testing.T
	base    string // the address to open
	printed string
	errOut  *lockedBuilder
	stop    func() int // interrupts it and returns its exit code
}

// start runs the program on a free port until the end of the test.
func start(t *testing.T, env map[string]string, args ...string) *program {
	t.Helper()
	ctx, interrupt := context.WithCancel(context.Background()) //nolint:usetesting // the cleanup interrupts it
	out, stdout := io.Pipe()
	p := &program{t: t, errOut: &lockedBuilder{}}
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, cli.Process{
			Name: "login", Args: append([]string{"-addr", "127.0.0.1:0"}, args...), Getenv: func(name string) string { return env[name] },
			Stdin: strings.NewReader(""), Stdout: stdout, Stderr: p.errOut,
		})
		_ = stdout.Close()
	}()
	p.stop = sync.OnceValue(func() int { interrupt(); return <-ended })
	t.Cleanup(func() { p.stop() })
	var printed strings.Builder
	for lines := bufio.NewScanner(out); p.base == "" && lines.Scan(); {
		printed.WriteString(lines.Text() + "\n")
		if rest, found := strings.CutPrefix(lines.Text(), "open "); found {
			p.base, _, _ = strings.Cut(rest, " ")
		}
	}
	p.printed = printed.String()
	require.NotEmpty(t, p.base, "%s%s", p.printed, p.errOut)
	return p
}

// lockedBuilder is a strings.Builder for several goroutines.
type lockedBuilder struct {
	mu sync.Mutex
	strings.Builder
}

func (b *lockedBuilder) Write(text []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Builder.Write(text)
}

func (b *lockedBuilder) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Builder.String()
}

// browser keeps cookies, as a browser does, and follows no redirect.
type browser struct {
	t       *testing.T
	cookies http.CookieJar
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	return &browser{t, jar}
}

// send sends a request and returns the response, with the text of its body.
func (b *browser) send(method, address string, header ...string) (*http.Response, string) {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, address, nil)
	require.NoError(b.t, err)
	for _, c := range b.cookies.Cookies(r.URL) {
		r.AddCookie(c)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(r)
	require.NoError(b.t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	require.NoError(b.t, err)
	b.cookies.SetCookies(r.URL, res.Cookies())
	return res, string(body)
}

// open returns a page.
func (b *browser) open(address string) string {
	b.t.Helper()
	_, body := b.send(http.MethodGet, address)
	return body
}

// begin begins a sign-in, and returns the address of the login page.
func (b *browser) begin(p *program) string {
	b.t.Helper()
	res, _ := b.send(http.MethodGet, p.base+"/login/start")
	require.Equal(b.t, http.StatusFound, res.StatusCode)
	return res.Header.Get("Location")
}

// signIn signs in as a person, and returns the response of the site to the return from the login page.
func (b *browser) signIn(p *program, srv *dingtalktest.Server, userid string) (*http.Response, string) {
	b.t.Helper()
	back, err := srv.SignIn(userid, b.begin(p))
	require.NoError(b.t, err)
	return b.send(http.MethodGet, back)
}

// replace returns an address with another value of a parameter.
func replace(t *testing.T, address, name, value string) string {
	t.Helper()
	u, err := url.Parse(address)
	require.NoError(t, err)
	query := u.Query()
	query.Set(name, value)
	u.RawQuery = query.Encode()
	return u.String()
}
