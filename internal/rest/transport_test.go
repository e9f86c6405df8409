package rest

import (
	"bytes"
	"compress/gzip"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func startServer(t *testing.T, handle http.HandlerFunc) *httptest.Server {
	t.Helper()
	srv := httptest.NewServer(handle)
	t.Cleanup(srv.Close)
	return srv
}

func TestDo_SendsWhatTheServiceExpects(t *testing.T) {
	t.Parallel()
	var got *http.Request
	var body []byte
	transport := transportFunc(func(req *http.Request) (*http.Response, error) {
		got = req
		body, _ = io.ReadAll(req.Body)
		return httpResponse(200, okBody), nil
	})
	c := New(&http.Client{Transport: transport}, Hosts{Legacy: "https://oapi.example.test/prefix/"}, "agent/1", time.Minute)
	begin := time.Now()
	var into *person
	_, err := c.Do(t.Context(), writeRequest("/topapi/v2/user/get"), wantUnderResult(&into))
	end := time.Now()
	require.NoError(t, err)
	assert.Equal(t, "zhao.min", into.UserID)
	assert.Equal(t, "https://oapi.example.test/prefix/topapi/v2/user/get?access_token="+url.QueryEscape(testToken), got.URL.String())
	assert.Equal(t, http.MethodPost, got.Method)
	assert.Equal(t, `{"userid":"zhao.min"}`, string(body))
	assert.EqualValues(t, len(body), got.ContentLength)
	assert.Equal(t, http.Header{
		"Content-Type": {"application/json"}, "Accept": {"application/json"}, "Accept-Encoding": {"gzip"}, "User-Agent": {"agent/1"},
	}, got.Header)
	deadline, ok := got.Context().Deadline()
	require.True(t, ok)
	assert.WithinRange(t, deadline, begin.Add(time.Minute), end.Add(time.Minute))
}

func TestURL_HasTheTokenBesideTheQuery(t *testing.T) {
	t.Parallel()
	c := newTestClient(nil)
	base := "https://oapi.example.test/x"
	for want, req := range map[string]Request{
		base:                               {Path: "/x"},
		base + "?access_token=a%2Bb":       {Path: "/x", Token: "a+b"},
		base + "?appkey=k&appsecret=s%26t": {Path: "/x", Query: url.Values{"appkey": {"k"}, "appsecret": {"s&t"}}},
		base + "?appkey=k&access_token=%E8%B5%B5%3F%23%25": {Path: "/x", Query: url.Values{"appkey": {"k"}}, Token: "赵?#%"},
	} {
		assert.Equal(t, want, c.url(&req))
	}
}

func TestNew_NeverWritesToTheCallersClient(t *testing.T) {
	t.Parallel()
	hc := &http.Client{Timeout: time.Minute}
	c := New(hc, Hosts{Legacy: "https://oapi.example.test"}, "test", time.Minute)
	require.Equal(t, http.Client{Timeout: time.Minute}, *hc)
	for _, name := range []string{"first", "second"} {
		hc.Transport = fixedResponse(200, `{"errcode":0,"result":{"userid":"`+name+`"}}`)
		var into *person
		_, err := c.Do(t.Context(), readRequest("/x"), wantUnderResult(&into))
		require.NoError(t, err)
		assert.Equal(t, name, into.UserID, "the current transport")
	}
	assert.Nil(t, hc.Jar)
	assert.Nil(t, hc.CheckRedirect)
}

func TestTransport_IsNetHTTPsCurrentDefault(t *testing.T) { //nolint:paralleltest // it replaces a global
	before := http.DefaultTransport
	t.Cleanup(func() { http.DefaultTransport = before })
	hc := &http.Client{}
	c := New(hc, Hosts{Legacy: "https://oapi.example.test"}, "test", time.Minute)
	http.DefaultTransport = fixedResponse(200, okBody)
	var into *person
	_, err := c.Do(t.Context(), readRequest("/x"), wantUnderResult(&into))
	require.NoError(t, err)
	assert.Nil(t, hc.Transport)

	replaced := DefaultTransport()
	require.NotNil(t, replaced, "also if the default is of another type")
	assert.NotNil(t, replaced.Proxy)
	assert.Equal(t, 256, replaced.MaxIdleConnsPerHost)
	assert.NotZero(t, replaced.TLSHandshakeTimeout)
}

func TestTransport_SendsAWriteInOnePacket(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var first []byte // with a body of an unknown type net/http sends the headers first
		c := New(&http.Client{Transport: pipes(t, func(conn net.Conn) {
			first = make([]byte, 64<<10)
			n, _ := conn.Read(first)
			first = first[:n]
			send(conn, "HTTP/1.1 200 OK\r\nContent-Length: "+itoa(len(okBody))+"\r\n\r\n"+okBody)
		})}, Hosts{Legacy: "http://oapi.example.test"}, "test", time.Minute)
		var into *person
		_, err := c.Do(t.Context(), writeRequest("/x"), wantUnderResult(&into))
		require.NoError(t, err)
		synctest.Wait()
		assert.Contains(t, string(first), `{"userid":"zhao.min"}`)
	})
}

func TestDefaultTransport_UsesHTTP2IfOffered(t *testing.T) {
	t.Parallel()
	var protocol atomic.Int64
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		protocol.Store(int64(r.ProtoMajor))
		_, _ = io.WriteString(w, okBody)
	}))
	srv.EnableHTTP2 = true
	srv.StartTLS()
	t.Cleanup(srv.Close)
	transport := DefaultTransport()
	trusted := x509.NewCertPool()
	trusted.AddCert(srv.Certificate())
	transport.TLSClientConfig = &tls.Config{RootCAs: trusted}
	t.Cleanup(transport.CloseIdleConnections)
	var into *person
	_, err := New(&http.Client{Transport: transport}, Hosts{Legacy: srv.URL}, "test", time.Minute).Do(t.Context(), readRequest("/x"), wantUnderResult(&into))
	require.NoError(t, err)
	assert.EqualValues(t, 2, protocol.Load())
}

func TestDefaultTransport_IsACopy(t *testing.T) {
	t.Parallel()
	a, b := DefaultTransport(), DefaultTransport()
	assert.NotSame(t, a, b)
	assert.NotSame(t, http.DefaultTransport, a)
	assert.Zero(t, a.MaxIdleConns)
	assert.Zero(t, a.MaxConnsPerHost)
}

func TestDo_KeepsNoCookies(t *testing.T) {
	t.Parallel()
	var cookies atomic.Int32
	srv := startServer(t, func(w http.ResponseWriter, r *http.Request) {
		cookies.Add(int32(len(r.Cookies())))
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "1", Path: "/"})
		_, _ = io.WriteString(w, okBody)
	})
	c := New(&http.Client{}, Hosts{Legacy: srv.URL}, "test", time.Minute)
	for range 3 {
		var into *person
		_, err := c.Do(t.Context(), readRequest("/x"), wantUnderResult(&into))
		require.NoError(t, err)
	}
	assert.Zero(t, cookies.Load())
}

func TestDo_FollowsNoRedirect(t *testing.T) {
	t.Parallel()
	var followed atomic.Int32
	elsewhere := startServer(t, func(w http.ResponseWriter, _ *http.Request) {
		followed.Add(1) // with the token in the Referer header, and personal data in the body
		_, _ = io.WriteString(w, okBody)
	})
	for _, status := range []int{301, 302, 303, 307, 308} {
		var seen atomic.Int32
		srv := startServer(t, func(w http.ResponseWriter, _ *http.Request) {
			seen.Add(1)
			w.Header().Set("Location", elsewhere.URL+"/login")
			w.WriteHeader(status)
		})
		f := requireFailure(t, New(&http.Client{}, Hosts{Legacy: srv.URL}, "test", time.Minute), writeRequest("/x"))
		assert.Equal(t, WrongHost, f.Kind)
		assert.Equal(t, status, f.Status)
		assert.EqualValues(t, 1, seen.Load())
		assert.NotContains(t, f.Error(), elsewhere.URL)
	}
	assert.Zero(t, followed.Load())
}

func TestDo_SendsOnceAndEachTimeWithTheBody(t *testing.T) {
	t.Parallel()
	for _, status := range []int{429, 500, 502, 503} {
		var bodies []string
		c := newTestClient(transportFunc(func(req *http.Request) (*http.Response, error) {
			body, _ := io.ReadAll(req.Body)
			bodies = append(bodies, string(body))
			return httpResponse(status, "", "Retry-After", "0"), nil
		}))
		req := readRequest("/x")
		require.Equal(t, status, requireFailure(t, c, req).Status)
		require.Equal(t, status, requireFailure(t, c, req).Status)
		assert.Equal(t, []string{`{"userid":"zhao.min"}`, `{"userid":"zhao.min"}`}, bodies)
	}
	calls := 0
	f := requireFailure(t, newTestClient(transportFunc(func(*http.Request) (*http.Response, error) {
		calls++
		return nil, io.ErrUnexpectedEOF
	})), readRequest("/x"))
	require.ErrorIs(t, f, io.ErrUnexpectedEOF)
	assert.Equal(t, 1, calls)
}

func TestDo_WritesNothingToStandardError(t *testing.T) { //nolint:paralleltest // it replaces globals
	r, w, err := os.Pipe()
	require.NoError(t, err)
	stderr, stdout := os.Stderr, os.Stdout
	os.Stderr, os.Stdout = w, w
	log.SetOutput(w)
	defer func() {
		os.Stderr, os.Stdout = stderr, stdout
		log.SetOutput(stderr)
	}()
	for _, transport := range []http.RoundTripper{
		fixedResponse(200, okBody), fixedResponse(500, "x"), fixedResponse(302, "", "Location", "https://elsewhere.example.test"),
		fixedResponse(200, "<html>", "Content-Type", "application/json"),
		transportFunc(func(*http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF }),
		transportFunc(func(*http.Request) (*http.Response, error) { panic("boom") }),
	} {
		c := newTestClient(transport)
		_, _ = c.Do(t.Context(), writeRequest("/x"), Want{})
		_, _ = c.Do(t.Context(), secretRequest(), Want{})
	}
	require.NoError(t, w.Close())
	said, err := io.ReadAll(r)
	require.NoError(t, err)
	assert.Empty(t, string(said))
}

func TestDo_ReusesConnectionsAfterResponsesOfAllKinds(t *testing.T) {
	t.Parallel()
	bodies := []string{okBody, "", `{"errcode":60121}`, "<html>" + strings.Repeat("x", 100_000), okBody + strings.Repeat(" \n", 50_000), `{"errcode":0,"result":{"userid":7}}`}
	var connections, calls atomic.Int32
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		n := int(calls.Add(1))
		w.WriteHeader([]int{200, 500, 200, 404, 200, 502, 429}[n%7])
		_, _ = io.WriteString(w, bodies[n%len(bodies)])
	}))
	srv.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	srv.Start()
	t.Cleanup(srv.Close)
	c := New(&http.Client{Transport: DefaultTransport()}, Hosts{Legacy: srv.URL}, "test", time.Minute)
	for range 20 {
		var into *person
		_, _ = c.Do(t.Context(), writeRequest("/x"), wantUnderResult(&into))
	}
	assert.EqualValues(t, 20, calls.Load())
	// On a busy machine net/http closes a connection whose response came before it noted the end of the request.
	assert.LessOrEqual(t, connections.Load(), int32(4))
}

func TestDo_AcceptsResponsesWithAnyHeaders(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	_, _ = io.WriteString(zip, okBody)
	require.NoError(t, zip.Close())
	for name, handle := range map[string]http.HandlerFunc{
		"plain text": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/plain")
			_, _ = io.WriteString(w, okBody)
		},
		"no type": func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Content-Type"] = nil
			_, _ = io.WriteString(w, okBody)
		},
		"the type of HTML": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=GBK")
			_, _ = io.WriteString(w, okBody)
		},
		"packed": func(w http.ResponseWriter, r *http.Request) {
			assert.Equal(t, "gzip", r.Header.Get("Accept-Encoding"))
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(packed.Bytes())
		},
		"in pieces": func(w http.ResponseWriter, _ *http.Request) {
			for _, part := range []string{okBody[:9], okBody[9:30], okBody[30:]} {
				_, _ = io.WriteString(w, part)
				w.(http.Flusher).Flush()
			}
		},
		"status 201": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusCreated)
			_, _ = io.WriteString(w, okBody)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := New(&http.Client{}, Hosts{Legacy: startServer(t, handle).URL}, "test", time.Minute)
			var into *person
			resp, err := c.Do(t.Context(), readRequest("/x"), wantUnderResult(&into))
			require.NoError(t, err)
			assert.Equal(t, "1a2b3c4d5e6f", resp.RequestID)
			assert.Equal(t, "zhao.min", into.UserID)
		})
	}
}

func TestTransport_DoesNotChangeTheHeadersOfAMock(t *testing.T) {
	t.Parallel()
	header := http.Header{"Location": {"https://elsewhere.example.test/"}}
	transport := transportFunc(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusFound, Header: header, Body: http.NoBody}, nil
	})
	for range 2 {
		assert.Equal(t, WrongHost, requireFailure(t, newTestClient(transport), readRequest("/x")).Kind)
	}
	assert.Equal(t, "https://elsewhere.example.test/", header.Get("Location"))
}

func TestDefaultTransport_ChecksCertificates(t *testing.T) { //nolint:paralleltest // the default is global
	old := http.DefaultTransport
	defer func() { http.DefaultTransport = old }()
	http.DefaultTransport = &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}} //nolint:gosec // that is the point
	assert.False(t, DefaultTransport().TLSClientConfig.InsecureSkipVerify)
}
