package console

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

// newServer returns an emulator that is closed with the test.
func newServer(tb testing.TB, opts ...emulator.Option) *emulator.Server {
	tb.Helper()
	s, err := emulator.New(opts...)
	require.NoError(tb, err)
	tb.Cleanup(s.Close)
	return s
}

// ask sends a request to a console; header holds names and values in turn.
func ask(tb testing.TB, h http.Handler, method, target string, header ...string) *http.Response {
	tb.Helper()
	r := httptest.NewRequestWithContext(tb.Context(), method, target, nil)
	r.Header.Set("Accept-Language", "en")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	if host := r.Header.Get("Host"); host != "" {
		r.Host = host
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

// get reads an existing page.
func get(tb testing.TB, h http.Handler, target string, header ...string) string {
	tb.Helper()
	res := ask(tb, h, http.MethodGet, target, header...)
	require.Equal(tb, http.StatusOK, res.StatusCode, target)
	return bodyOf(tb, res)
}

func bodyOf(tb testing.TB, res *http.Response) string {
	tb.Helper()
	body, err := io.ReadAll(res.Body)
	require.NoError(tb, err)
	return string(body)
}

func TestConsole_IsServedBelowTheBasePath(t *testing.T) {
	t.Parallel()
	with := func(s *emulator.Server) http.Handler { return New(s, s.BasePath()) }
	for _, test := range []struct {
		options []emulator.Option
		target  string
		served  bool
	}{
		{[]emulator.Option{emulator.WithConsole(with)}, "/console/", true},
		{[]emulator.Option{emulator.WithConsole(with)}, "/console", true},
		{[]emulator.Option{emulator.WithConsole(with)}, "/consoles", false},
		{[]emulator.Option{emulator.WithConsole(with), emulator.WithBasePath("/ding {talk}")}, "/ding%20%7Btalk%7D/console/", true},
		{[]emulator.Option{emulator.WithConsole(with), emulator.WithBasePath("/dingtalk")}, "/console/", false},
		{nil, "/console/", false},
	} {
		host := httptest.NewServer(newServer(t, test.options...))
		t.Cleanup(host.Close)
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, host.URL+test.target, nil)
		require.NoError(t, err)
		res, err := host.Client().Do(r)
		require.NoError(t, err)
		body := bodyOf(t, res)
		assert.Equal(t, test.served, strings.Contains(body, "<html"), test.target)
		assert.Equal(t, !test.served, strings.Contains(body, "errcode"), "%s: it is one of the API", test.target)
		if test.served {
			home := strings.TrimSuffix(strings.TrimSuffix(test.target, "/"), "console") + "console/"
			assert.Contains(t, body, `href="`+home+`"`)
			assert.Contains(t, body, `href="`+home+`assets/console.css?`)
		}
	}
}

func TestConsole_IsNotServedInMemory(t *testing.T) {
	t.Parallel()
	s := newServer(t, emulator.WithConsole(func(s *emulator.Server) http.Handler { return New(s, "") }))
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://dingtalk/console/", nil)
	require.NoError(t, err)
	res, err := s.Transport().RoundTrip(r)
	require.NoError(t, err)
	assert.NotContains(t, bodyOf(t, res), "<html")
}

func TestConsole_HasANotFoundPage(t *testing.T) {
	t.Parallel()
	h := New(newServer(t), "")
	for _, target := range []string{
		"/console/nothing", "/console/users/absent", "/console/users/", "/console/departments/2", "/console/departments/x",
		"/console/departments/1/2", "/console/departments/99999999999999999999", "/console/log/9999999",
	} {
		res := ask(t, h, http.MethodGet, target, "Accept-Language", "zh")
		assert.Equal(t, http.StatusNotFound, res.StatusCode, target)
		assert.Contains(t, bodyOf(t, res), "页面不存在", target)
	}
	assert.Equal(t, http.StatusNotFound, ask(t, h, http.MethodGet, "/console/assets/console.js").StatusCode)
}

func TestConsole_RefusesOtherMethods(t *testing.T) {
	t.Parallel()
	h := New(newServer(t), "")
	for _, test := range []struct{ method, target, allow string }{
		{http.MethodPost, "/console/", "GET, HEAD"},
		{http.MethodPut, "/console/departments/1", "GET, HEAD"},
		{http.MethodDelete, "/console/users/1", "GET, HEAD"},
		{http.MethodPost, "/console/nothing", "GET, HEAD"},
		{http.MethodGet, "/console/controls/fault", "POST"},
	} {
		res := ask(t, h, test.method, test.target)
		assert.Equal(t, http.StatusMethodNotAllowed, res.StatusCode, test.target)
		assert.Equal(t, test.allow, res.Header.Get("Allow"), test.target)
	}
	for _, target := range []string{"/console/", "/console/departments/1", "/console/assets/console.css", "/console/updates"} {
		assert.Equal(t, http.StatusOK, ask(t, h, http.MethodHead, target).StatusCode, target)
	}
}

func TestAssets_AreCachedByVersion(t *testing.T) {
	t.Parallel()
	h := New(newServer(t), "")
	page := get(t, h, "/console/")
	for name, kind := range map[string]string{
		"console.css": "text/css; charset=utf-8", "htmx.min.js": "text/javascript; charset=utf-8",
		"sse.min.js": "text/javascript; charset=utf-8", "icon.svg": "image/svg+xml",
	} {
		_, rest, found := strings.Cut(page, `"/console/assets/`+name)
		require.True(t, found, name)
		query, _, _ := strings.Cut(rest, `"`)
		res := ask(t, h, http.MethodGet, "/console/assets/"+name+query)
		assert.Equal(t, http.StatusOK, res.StatusCode, name)
		assert.Equal(t, kind, res.Header.Get("Content-Type"), name)
		assert.Contains(t, res.Header.Get("Cache-Control"), "immutable", name)
		assert.Empty(t, ask(t, h, http.MethodGet, "/console/assets/"+name+"?v=other").Header.Get("Cache-Control"), name)
	}
}

// reached returns a request as it arrives over a connection to an address.
func reached(r *http.Request, local string) *http.Request {
	addr := &net.TCPAddr{IP: net.ParseIP(local), Port: 80}
	return r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, addr))
}
