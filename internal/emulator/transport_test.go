package emulator

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// closer is a body that records that it was closed.
type closer struct {
	io.Reader
	closed chan struct{}
}

func (c *closer) Close() error {
	select {
	case <-c.closed:
	default:
		close(c.closed)
	}
	return nil
}

func TestTransport_ClosesTheBody(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for name, body := range map[string]io.Reader{
		"read":   strings.NewReader(`{}`),
		"broken": io.MultiReader(strings.NewReader(`{`), failing{}),
	} {
		c := &closer{body, make(chan struct{})}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://any"+listPath, c)
		require.NoError(t, err)
		res, err := s.Transport().RoundTrip(req)
		if err == nil {
			require.NoError(t, res.Body.Close())
			assert.Same(t, req, res.Request)
		}
		assert.Equal(t, name == "broken", errors.Is(err, errBroken), name)
		select {
		case <-c.closed:
		default:
			assert.Fail(t, "the body is open", name)
		}
	}
}

var errBroken = errors.New("broken")

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errBroken }

func TestTransport_ObeysTheContext(t *testing.T) {
	t.Parallel()
	cause := errors.New("changed my mind")
	t.Run("before the call", func(t *testing.T) {
		t.Parallel()
		s := newServer(t)
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(cause)
		req := httptest.NewRequestWithContext(ctx, http.MethodGet, "/gettoken", nil)
		_, err := s.Transport().RoundTrip(req)
		require.ErrorIs(t, err, cause)
		calls, err := s.Calls("")
		require.NoError(t, err)
		assert.Empty(t, calls, "nothing arrived")
	})
	t.Run("while the body is sent", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			s := newServer(t)
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			body, _ := io.Pipe() // nothing is ever written to it
			req, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://any"+listPath, body)
			require.NoError(t, err)
			_, err = s.Transport().RoundTrip(req)
			require.ErrorIs(t, err, context.DeadlineExceeded)
		})
	})
	t.Run("while the server hangs", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			s := newServer(t)
			require.NoError(t, s.Fail("GetToken", Hang, 1))
			ctx, cancel := context.WithCancelCause(t.Context())
			time.AfterFunc(time.Hour, func() { cancel(cause) })
			began := time.Now()
			_, err := s.Transport().RoundTrip(httptest.NewRequestWithContext(ctx, http.MethodGet, "/gettoken", nil))
			require.ErrorIs(t, err, cause)
			assert.Equal(t, time.Hour, time.Since(began))
		})
	})
	t.Run("while the response is read", func(t *testing.T) {
		t.Parallel()
		s := newServer(t)
		ctx, cancel := context.WithCancel(t.Context())
		res, err := s.Transport().RoundTrip(httptest.NewRequestWithContext(ctx, http.MethodGet, "/gettoken", nil))
		require.NoError(t, err)
		cancel()
		_, err = io.ReadAll(res.Body)
		require.ErrorIs(t, err, context.Canceled)
	})
}

func TestServer_IgnoresTheHostButNotTheBasePath(t *testing.T) {
	t.Parallel()
	s := newServer(t, WithBasePath("/proxy/dingtalk/"))
	assert.Equal(t, "/proxy/dingtalk", s.BasePath())
	credentials := url.Values{"appkey": {s.ClientID()}, "appsecret": {s.ClientSecret()}}
	base, err := s.Listen(":0")
	require.NoError(t, err)
	assert.Regexp(t, `^http://127\.0\.0\.1:\d+/proxy/dingtalk$`, base)

	for _, a := range []*app{
		{t: t, client: &http.Client{Transport: s.Transport()}, base: "https://oapi.example.com/proxy/dingtalk"},
		{t: t, client: &http.Client{Transport: s.Transport()}, base: "http://192.0.2.7:99/proxy/dingtalk"},
		{t: t, client: &http.Client{}, base: base},
	} {
		assert.Equal(t, "0", a.get("/gettoken", credentials).code())
		a.base = strings.TrimSuffix(a.base, "/dingtalk")
		assert.Equal(t, "404", a.get("/gettoken", credentials).code())
	}
	calls, err := s.Calls("GetToken")
	require.NoError(t, err)
	require.Len(t, calls, 3)
	assert.Equal(t, "/gettoken", calls[0].Path)
}

func TestServeHTTP_WorksBehindAnotherServer(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	rec := httptest.NewRecorder()
	s.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/gettoken", nil))
	assert.Equal(t, 200, rec.Code)
	assert.JSONEq(t, `{"errcode":40035,"errmsg":"缺少参数 corpid or appkey"}`, rec.Body.String())
}

func TestListen_Addresses(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for addr, want := range map[string]string{
		"":            `^http://127\.0\.0\.1:\d+$`,
		":0":          `^http://127\.0\.0\.1:\d+$`,
		"localhost:0": `^http://(127\.0\.0\.1|\[::1\]):\d+$`,
	} {
		base, err := s.Listen(addr)
		require.NoError(t, err, addr)
		assert.Regexp(t, want, base)
	}
	_, err := s.Listen("nonsense")
	require.Error(t, err)
}

func TestServer_RefusesAnOversizedBody(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	assert.Equal(t, "400002", a.post(createPath, `{"name":"`+strings.Repeat("x", maxBody)+`"}`).code())
}
