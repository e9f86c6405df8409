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

func serve(t *testing.T, handle http.HandlerFunc) *httptest.Server {
	t.Helper()
	srv := httptest.NewServer(handle)
	t.Cleanup(srv.Close)
	return srv
}

func TestARequestCarriesWhatTheServiceExpects(t *testing.T) {
	t.Parallel()
	var got *http.Request
	var body []byte
	transport := roundTrip(func(req *http.Request) (*http.Response, error) {
		got = req
		body, _ = io.ReadAll(req.Body)
		return response(200, okAnswer), nil
	})
	c := New(&http.Client{Transport: transport}, "https://oapi.example.test/prefix/", "agent/1", time.Minute)
	var into *person
	_, err := c.Do(t.Context(), write1("/topapi/v2/user/get"), underResult(&into))
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
	assert.WithinDuration(t, time.Now().Add(time.Minute), deadline, 10*time.Second)
}

func TestTheQueryHoldsTheTokenBesideTheArguments(t *testing.T) {
	t.Parallel()
	c := over(nil)
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

func TestTheCallersClientIsReadAndNeverWrittenTo(t *testing.T) {
	t.Parallel()
	hc := &http.Client{Timeout: time.Minute}
	c := New(hc, "https://oapi.example.test", "test", time.Minute)
	require.Equal(t, http.Client{Timeout: time.Minute}, *hc)
	for _, name := range []string{"first", "second"} {
		hc.Transport = answering(200, `{"errcode":0,"result":{"userid":"`+name+`"}}`)
		var into *person
		_, err := c.Do(t.Context(), read1("/x"), underResult(&into))
		require.NoError(t, err)
		assert.Equal(t, name, into.UserID, "the transport of the moment")
	}
	assert.Nil(t, hc.Jar)
	assert.Nil(t, hc.CheckRedirect)
}

func TestTheDefaultTransportIsTheOneOfTheMoment(t *testing.T) { //nolint:paralleltest // it replaces a global
	before := http.DefaultTransport
	t.Cleanup(func() { http.DefaultTransport = before })
	hc := &http.Client{}
	c := New(hc, "https://oapi.example.test", "test", time.Minute)
	http.DefaultTransport = answering(200, okAnswer)
	var into *person
	_, err := c.Do(t.Context(), read1("/x"), underResult(&into))
	require.NoError(t, err)
	assert.Nil(t, hc.Transport)

	replaced := DefaultTransport()
	require.NotNil(t, replaced, "also where somebody put another kind in its place")
	assert.NotNil(t, replaced.Proxy)
	assert.Equal(t, 256, replaced.MaxIdleConnsPerHost)
	assert.NotZero(t, replaced.TLSHandshakeTimeout)
}

func TestAWriteGoesOutInOnePiece(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var first []byte // with a body that net/http does not know it sends the header alone first
		c := New(&http.Client{Transport: pipes(t, func(conn net.Conn) {
			first = make([]byte, 64<<10)
			n, _ := conn.Read(first)
			first = first[:n]
			send(conn, "HTTP/1.1 200 OK\r\nContent-Length: "+itoa(len(okAnswer))+"\r\n\r\n"+okAnswer)
		})}, "http://oapi.example.test", "test", time.Minute)
		var into *person
		_, err := c.Do(t.Context(), write1("/x"), underResult(&into))
		require.NoError(t, err)
		synctest.Wait()
		assert.Contains(t, string(first), `{"userid":"zhao.min"}`)
	})
}

func TestHTTP2IsSpokenWhereItIsOffered(t *testing.T) {
	t.Parallel()
	var spoken atomic.Int64
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		spoken.Store(int64(r.ProtoMajor))
		_, _ = io.WriteString(w, okAnswer)
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
	_, err := New(&http.Client{Transport: transport}, srv.URL, "test", time.Minute).Do(t.Context(), read1("/x"), underResult(&into))
	require.NoError(t, err)
	assert.EqualValues(t, 2, spoken.Load())
}

func TestTheDefaultTransportIsACopy(t *testing.T) {
	t.Parallel()
	a, b := DefaultTransport(), DefaultTransport()
	assert.NotSame(t, a, b)
	assert.NotSame(t, http.DefaultTransport, a)
	assert.Zero(t, a.MaxIdleConns)
	assert.Zero(t, a.MaxConnsPerHost)
}

func TestCookiesAreNotKept(t *testing.T) {
	t.Parallel()
	var cookies atomic.Int32
	srv := serve(t, func(w http.ResponseWriter, r *http.Request) {
		cookies.Add(int32(len(r.Cookies())))
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "1", Path: "/"})
		_, _ = io.WriteString(w, okAnswer)
	})
	c := New(&http.Client{}, srv.URL, "test", time.Minute)
	for range 3 {
		var into *person
		_, err := c.Do(t.Context(), read1("/x"), underResult(&into))
		require.NoError(t, err)
	}
	assert.Zero(t, cookies.Load())
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	var followed atomic.Int32
	elsewhere := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		followed.Add(1) // with the token in the Referer header, and a person in the body
		_, _ = io.WriteString(w, okAnswer)
	})
	for _, status := range []int{301, 302, 303, 307, 308} {
		var seen atomic.Int32
		srv := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			seen.Add(1)
			w.Header().Set("Location", elsewhere.URL+"/login")
			w.WriteHeader(status)
		})
		f := failed(t, New(&http.Client{}, srv.URL, "test", time.Minute), write1("/x"))
		assert.Equal(t, Foreign, f.Kind)
		assert.Equal(t, status, f.Status)
		assert.EqualValues(t, 1, seen.Load())
		assert.NotContains(t, f.Error(), elsewhere.URL)
	}
	assert.Zero(t, followed.Load())
}

func TestNothingIsRepeatedAndEveryAttemptHasItsBody(t *testing.T) {
	t.Parallel()
	for _, status := range []int{429, 500, 502, 503} {
		var bodies []string
		c := over(roundTrip(func(req *http.Request) (*http.Response, error) {
			body, _ := io.ReadAll(req.Body)
			bodies = append(bodies, string(body))
			return response(status, "", "Retry-After", "0"), nil
		}))
		req := read1("/x")
		require.Equal(t, status, failed(t, c, req).Status)
		require.Equal(t, status, failed(t, c, req).Status)
		assert.Equal(t, []string{`{"userid":"zhao.min"}`, `{"userid":"zhao.min"}`}, bodies)
	}
	calls := 0
	f := failed(t, over(roundTrip(func(*http.Request) (*http.Response, error) {
		calls++
		return nil, io.ErrUnexpectedEOF
	})), read1("/x"))
	require.ErrorIs(t, f, io.ErrUnexpectedEOF)
	assert.Equal(t, 1, calls)
}

func TestNothingIsWrittenToStandardError(t *testing.T) { //nolint:paralleltest // it replaces globals
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
		answering(200, okAnswer), answering(500, "x"), answering(302, "", "Location", "https://elsewhere.example.test"),
		answering(200, "<html>", "Content-Type", "application/json"),
		roundTrip(func(*http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF }),
		roundTrip(func(*http.Request) (*http.Response, error) { panic("boom") }),
	} {
		c := over(transport)
		_, _ = c.Do(t.Context(), write1("/x"), Want{})
		_, _ = c.Do(t.Context(), secretive(), Want{})
	}
	require.NoError(t, w.Close())
	said, err := io.ReadAll(r)
	require.NoError(t, err)
	assert.Empty(t, string(said))
}

func TestOneConnectionServesManyAnswersOfAllKinds(t *testing.T) {
	t.Parallel()
	bodies := []string{okAnswer, "", `{"errcode":60121}`, "<html>" + strings.Repeat("x", 100_000), okAnswer + strings.Repeat(" \n", 50_000), `{"errcode":0,"result":{"userid":7}}`}
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
	c := New(&http.Client{Transport: DefaultTransport()}, srv.URL, "test", time.Minute)
	for range 20 {
		var into *person
		_, _ = c.Do(t.Context(), write1("/x"), underResult(&into))
	}
	assert.EqualValues(t, 20, calls.Load())
	// On a busy machine net/http does not keep a connection whose response came before it noted the end of the request.
	assert.LessOrEqual(t, connections.Load(), int32(4))
}

func TestAnswersCountWhateverTheirHeadersSay(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	_, _ = io.WriteString(zip, okAnswer)
	require.NoError(t, zip.Close())
	for name, handle := range map[string]http.HandlerFunc{
		"plain text": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/plain")
			_, _ = io.WriteString(w, okAnswer)
		},
		"no type": func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Content-Type"] = nil
			_, _ = io.WriteString(w, okAnswer)
		},
		"HTML by its type": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=GBK")
			_, _ = io.WriteString(w, okAnswer)
		},
		"packed": func(w http.ResponseWriter, r *http.Request) {
			assert.Equal(t, "gzip", r.Header.Get("Accept-Encoding"))
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(packed.Bytes())
		},
		"in pieces": func(w http.ResponseWriter, _ *http.Request) {
			for _, part := range []string{okAnswer[:9], okAnswer[9:30], okAnswer[30:]} {
				_, _ = io.WriteString(w, part)
				w.(http.Flusher).Flush()
			}
		},
		"status 201": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusCreated)
			_, _ = io.WriteString(w, okAnswer)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := New(&http.Client{}, serve(t, handle).URL, "test", time.Minute)
			var into *person
			answer, err := c.Do(t.Context(), read1("/x"), underResult(&into))
			require.NoError(t, err)
			assert.Equal(t, "1a2b3c4d5e6f", answer.RequestID)
			assert.Equal(t, "zhao.min", into.UserID)
		})
	}
}

func TestTheHeadersOfAMockStayAsTheyAre(t *testing.T) {
	t.Parallel()
	header := http.Header{"Location": {"https://elsewhere.example.test/"}}
	transport := roundTrip(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusFound, Header: header, Body: http.NoBody}, nil
	})
	for range 2 {
		assert.Equal(t, Foreign, failed(t, over(transport), read1("/x")).Kind)
	}
	assert.Equal(t, "https://elsewhere.example.test/", header.Get("Location"))
}

func TestCertificatesAreCheckedWhateverNetHTTPsTransportWasMade(t *testing.T) { //nolint:paralleltest // the default is global
	old := http.DefaultTransport
	defer func() { http.DefaultTransport = old }()
	http.DefaultTransport = &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}} //nolint:gosec // that is the point
	assert.False(t, DefaultTransport().TLSClientConfig.InsecureSkipVerify)
}
