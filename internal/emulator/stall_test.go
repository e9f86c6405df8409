package emulator

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// pipes is a listener in memory.
type pipes struct {
	arriving chan net.Conn
	closed   chan struct{}
	close    sync.Once
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.arriving:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.close.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }

func (p *pipes) dial() net.Conn {
	client, server := net.Pipe()
	p.arriving <- server
	return client
}

// overPipes runs f in a bubble over a server that listens in memory.
func overPipes(t *testing.T, f func(t *testing.T, s *Server, p *pipes), opts ...Option) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s, err := New(opts...)
		require.NoError(t, err)
		p := &pipes{arriving: make(chan net.Conn), closed: make(chan struct{})}
		require.NoError(t, s.serve(p))
		f(t, s, p)
		s.Close()
	})
}

// ends returns what a connection still brings, and when it ended.
func ends(t *testing.T, c net.Conn, start time.Time) (text string, after time.Duration) {
	t.Helper()
	got, err := io.ReadAll(c)
	require.NoError(t, err)
	return string(got), time.Since(start)
}

func TestServe_AClientThatStallsIsCutOff(t *testing.T) {
	t.Parallel()
	const head = "POST " + getPath + " HTTP/1.1\r\nHost: any\r\nContent-Length: 1000000000\r\n"
	for name, tt := range map[string]struct {
		sent  string
		after time.Duration
	}{
		"before the header":      {"", headerTimeout},
		"in the header":          {head, headerTimeout},
		"before the body":        {head + "\r\n", readTimeout},
		"in the body":            {head + "\r\n{", readTimeout},
		"shortly before its end": {head + "\r\n{" + strings.Repeat(" ", maxBody-1), readTimeout},
		"in a chunk": {"POST " + getPath + " HTTP/1.1\r\nHost: any\r\nTransfer-Encoding: chunked\r\n\r\n" +
			"ffffff\r\n{", readTimeout},
		"in a form of the console": {"POST /console/clock HTTP/1.1\r\nHost: any\r\n" +
			"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nby", readTimeout},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			overPipes(t, func(t *testing.T, s *Server, p *pipes) {
				start := time.Now()
				c := p.dial()
				_, err := io.WriteString(c, tt.sent)
				require.NoError(t, err)
				_, after := ends(t, c, start)
				assert.GreaterOrEqual(t, after, tt.after)
				assert.LessOrEqual(t, after, tt.after+time.Second, "net/http may linger before it closes")
				calls, err := s.Calls("")
				require.NoError(t, err)
				assert.Empty(t, calls, "a call that did not arrive is none")
			}, WithConsole(func(*Server) http.Handler {
				return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.ReadAll(r.Body) })
			}))
		})
	}
}

func TestServe_ABodyThatTricklesInIsCutOff(t *testing.T) {
	t.Parallel()
	overPipes(t, func(t *testing.T, _ *Server, p *pipes) {
		start := time.Now()
		c := p.dial()
		_, err := fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: any\r\nContent-Length: %d\r\n\r\n", getPath, maxBody)
		for err == nil {
			time.Sleep(time.Second)
			_, err = c.Write([]byte(" "))
		}
		assert.LessOrEqual(t, time.Since(start), readTimeout+time.Second, "the next byte after it fails")
		assert.GreaterOrEqual(t, time.Since(start), readTimeout)
	})
}

func TestServe_AnIdleConnectionIsClosedLaterThanClientsCloseIt(t *testing.T) {
	t.Parallel()
	overPipes(t, func(t *testing.T, _ *Server, p *pipes) {
		c := p.dial()
		_, err := io.WriteString(c, "GET /gettoken HTTP/1.1\r\nHost: any\r\n\r\n")
		require.NoError(t, err)
		text, after := ends(t, c, time.Now())
		assert.Contains(t, text, `"errcode":40035`)
		assert.Equal(t, idleTimeout, after)
		assert.Greater(t, after, http.DefaultTransport.(*http.Transport).IdleConnTimeout)
	})
}

func TestServe_AResponseMayBeDelayedByAFault(t *testing.T) {
	t.Parallel()
	overPipes(t, func(t *testing.T, s *Server, p *pipes) {
		require.NoError(t, s.Fail("GetUser", Slow(time.Hour), 1))
		start := time.Now()
		c := p.dial()
		_, err := fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: any\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}", getPath)
		require.NoError(t, err)
		text, after := ends(t, c, start)
		assert.Contains(t, text, "HTTP/1.1 200 OK")
		assert.Equal(t, time.Hour, after)
	})
}

func TestServe_AStreamOfEventsHasNoEnd(t *testing.T) {
	t.Parallel()
	overPipes(t, func(t *testing.T, _ *Server, p *pipes) {
		start := time.Now()
		c := p.dial()
		_, err := io.WriteString(c, "GET /console/events HTTP/1.1\r\nHost: any\r\nConnection: close\r\n\r\n")
		require.NoError(t, err)
		text, after := ends(t, c, start)
		assert.Equal(t, 240, strings.Count(text, "data: beat"))
		assert.Equal(t, time.Hour, after)
	}, WithConsole(func(*Server) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			for range 240 {
				time.Sleep(15 * time.Second)
				_, _ = io.WriteString(w, "data: beat\n\n")
				_ = http.NewResponseController(w).Flush()
				if r.Context().Err() != nil {
					return
				}
			}
		})
	}))
}

// TestServe_StalledBodiesHoldLittleMemory runs alone, for it looks at the memory of the process.
func TestServe_StalledBodiesHoldLittleMemory(t *testing.T) {
	const clients = 100
	heap := func() int64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	for name, tt := range map[string]struct {
		sent int
		most int64 // MiB
	}{
		"nothing of it": {0, 5}, "nearly all of it": {maxBody - 1, 100},
	} {
		overPipes(t, func(t *testing.T, _ *Server, p *pipes) {
			part := make([]byte, tt.sent)
			before := heap()
			var wg sync.WaitGroup
			for range clients {
				wg.Go(func() {
					c := p.dial()
					_, err := fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: any\r\nContent-Length: 1000000000\r\n\r\n%s", getPath, part)
					assert.NoError(t, err)
					_, _ = io.ReadAll(c)
				})
			}
			synctest.Wait()
			assert.Less(t, (heap()-before)>>20, tt.most, name)
			wg.Wait()
		})
	}
}
