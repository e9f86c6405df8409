package rest

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var blank = bytes.Repeat([]byte(" "), 1<<20)

// spaces is an endless body that records how much was read, and whether it was closed.
type spaces struct {
	head   io.Reader
	read   int64
	closed bool
}

func (s *spaces) Read(p []byte) (int, error) {
	if n, _ := s.head.Read(p); n > 0 {
		s.read += int64(n)
		return n, nil
	}
	n := copy(p, blank)
	s.read += int64(n)
	return n, nil
}

func (s *spaces) Close() error {
	s.closed = true
	return nil
}

func TestLimit_EndsAnEndlessResponse(t *testing.T) {
	t.Parallel()
	body := &spaces{head: strings.NewReader(okBody)}
	f := requireFailure(t, newTestClient(transportFunc(func(*http.Request) (*http.Response, error) {
		resp := httpResponse(200, "")
		resp.Body, resp.ContentLength = body, -1
		return resp, nil
	})), readRequest("/x"))
	assert.Equal(t, WrongHost, f.Kind)
	assert.Equal(t, 200, f.Status)
	assert.EqualError(t, f, "the response exceeds 16384 KiB")
	assert.EqualValues(t, maxBody+1, body.read)
	assert.True(t, body.closed)
}

func TestLimit_AcceptsItsExactSize(t *testing.T) {
	t.Parallel()
	for size, want := range map[int64]error{0: nil, maxBody: nil, maxBody + 1: errTooLarge} {
		endless := &spaces{head: strings.NewReader("")}
		var b buffers
		_, err := b.read(&http.Response{Body: io.NopCloser(io.LimitReader(endless, size))}, maxBody)
		require.ErrorIs(t, err, want)
		assert.EqualValues(t, size, b.body.Len())
	}
}

func TestLimit_AppliesToTheUnpackedBody(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	_, _ = zip.Write(blank)
	require.NoError(t, zip.Close())
	srv := startServer(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(bytes.Repeat(packed.Bytes(), maxBody>>20+1)) // a few kilobytes
	})
	f := requireFailure(t, New(&http.Client{}, Hosts{Legacy: srv.URL}, "test", time.Minute), readRequest("/x"))
	assert.ErrorIs(t, f, errTooLarge)
}

func TestLimit_AppliesToThePackedBody(t *testing.T) {
	t.Parallel()
	var nothing bytes.Buffer // a packed empty text, whose many bytes unpack to none
	require.NoError(t, gzip.NewWriter(&nothing).Close())
	arrived := &counted{r: io.LimitReader(&repeated{text: nothing.Bytes()}, 4*maxBody)}
	resp := &http.Response{Body: io.NopCloser(arrived), Header: http.Header{"Content-Encoding": {"GZIP"}}}
	_, err := new(buffers).read(resp, maxBody)
	require.ErrorIs(t, err, errTooLarge)
	assert.LessOrEqual(t, arrived.n, int64(maxBody+1))
}

// repeated is an endless text.
type repeated struct {
	text []byte
	at   int
}

func (r *repeated) Read(p []byte) (int, error) {
	n := copy(p, r.text[r.at:])
	r.at = (r.at + n) % len(r.text)
	return n, nil
}

type counted struct {
	r io.Reader
	n int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

func TestLimit_StopsUnpacking(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	_, _ = zip.Write(bytes.Repeat([]byte(" "), 1<<20))
	require.NoError(t, zip.Close())
	arrived := &counted{r: &repeated{text: packed.Bytes()}} // unpacks to endless white space
	resp := &http.Response{Body: io.NopCloser(arrived), Header: http.Header{"Content-Encoding": {"gzip"}}}
	_, err := new(buffers).read(resp, 4<<20)
	require.ErrorIs(t, err, errTooLarge)
	assert.Less(t, arrived.n, int64(64<<10), "it reads no more than the limit needs")
}

// TestBuffers_ReuseTheUnpacker reads packed responses with the same memory. Some of them are broken.
func TestBuffers_ReuseTheUnpacker(t *testing.T) { //nolint:paralleltest // it counts allocations
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	_, _ = io.WriteString(zip, okBody)
	require.NoError(t, zip.Close())
	var b buffers
	read := func(text []byte) (string, error) {
		b.body.Reset()
		resp := &http.Response{Body: io.NopCloser(bytes.NewReader(text)), Header: http.Header{"Content-Encoding": {"gzip"}}}
		body, err := b.read(resp, maxBody)
		return string(body), err
	}
	for cut := range packed.Len() {
		_, err := read(packed.Bytes()[:cut])
		require.Error(t, err)
		body, err := read(packed.Bytes())
		require.NoError(t, err)
		require.Equal(t, okBody, body)
	}
	allocs := testing.AllocsPerRun(100, func() { _, _ = read(packed.Bytes()) })
	assert.LessOrEqual(t, allocs, 10.0, "another unpacker would take tens of kilobytes")
	t.Log(allocs)
}

func TestKind_IsLostIfTheBodyCannotBeUnpacked(t *testing.T) {
	t.Parallel()
	resp := httpResponse(200, okBody, "Content-Encoding", "gzip")
	f := requireFailure(t, newTestClient(transportFunc(func(*http.Request) (*http.Response, error) { return resp, nil })), readRequest("/x"))
	assert.Equal(t, Lost, f.Kind)
}

func TestBuffers_NeverMixResponses(t *testing.T) {
	t.Parallel()
	// Each response repeats its request's name, and has a length of its own, so that buffers are reused by others.
	c := newTestClient(transportFunc(func(req *http.Request) (*http.Response, error) {
		name := req.URL.Path[1:]
		long := strings.Repeat(name+",", 1+len(name)*int(name[0])%200)
		body := fmt.Sprintf(`{"errcode":0,"result":{"userid":%q,"name":%q,"tags":[%q,%q],"extension":{"a":%q}},"request_id":%q}`,
			name, long, name, long, name, name)
		return httpResponse(200, body), nil
	}))
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() {
			var kept []*person
			for n := range 40 {
				name := fmt.Sprintf("%c%d-%d", 'A'+i%26, i, n)
				var into *person
				resp, err := c.Do(t.Context(), readRequest("/"+name), wantUnderResult(&into))
				if !assert.NoError(t, err) {
					return
				}
				assert.Equal(t, name, resp.RequestID)
				kept = append(kept, into)
			}
			for n, p := range kept { // after other requests have used their buffers
				name := fmt.Sprintf("%c%d-%d", 'A'+i%26, i, n)
				assert.Equal(t, name, p.UserID)
				assert.Equal(t, name+",", p.Name[:len(name)+1])
				assert.Equal(t, []string{name, p.Name}, p.Tags)
				assert.Equal(t, rawExtension(`{"a":"`+name+`"}`), p.Extension)
			}
		})
	}
	wg.Wait()
}

func TestBuffers_AreNotPooledIfLarge(t *testing.T) {
	t.Parallel()
	var b buffers
	_, err := b.read(&http.Response{Body: io.NopCloser(strings.NewReader(strings.Repeat("x", maxPooled+1)))}, maxBody)
	require.NoError(t, err)
	size := b.body.Len()
	b.release()
	assert.Equal(t, size, b.body.Len(), "buffers in the pool would be empty")
}

func TestBuffers_ArePooledAfterAPageOfUsers(t *testing.T) {
	t.Parallel()
	var b buffers
	page := strings.NewReader(strings.Repeat("x", 120<<10))
	_, err := b.read(&http.Response{Body: io.NopCloser(page)}, maxBody)
	require.NoError(t, err)
	assert.LessOrEqual(t, b.body.Cap(), maxPooled)
}

func TestDo_EndsInTime(t *testing.T) {
	t.Parallel()
	hang := transportFunc(func(req *http.Request) (*http.Response, error) {
		<-req.Context().Done()
		return nil, req.Context().Err()
	})
	own := errors.New("own reason")
	for name, tt := range map[string]struct {
		ctx  func(context.Context) (context.Context, context.CancelFunc)
		took time.Duration
		is   []error
		text string
	}{
		"by its own limit": {
			func(ctx context.Context) (context.Context, context.CancelFunc) { return ctx, func() {} },
			testTimeout, nil, "no response within 1h0m0s",
		},
		"by the caller's deadline": {
			func(ctx context.Context) (context.Context, context.CancelFunc) {
				return context.WithTimeout(ctx, time.Second)
			},
			time.Second, []error{context.DeadlineExceeded}, "context deadline exceeded",
		},
		"by the caller's deadline with a cause": {
			func(ctx context.Context) (context.Context, context.CancelFunc) {
				return context.WithTimeoutCause(ctx, time.Second, own)
			},
			time.Second, []error{context.DeadlineExceeded, own}, "context deadline exceeded: own reason",
		},
		"by the caller": {
			func(ctx context.Context) (context.Context, context.CancelFunc) {
				ctx, cancel := context.WithCancelCause(ctx)
				time.AfterFunc(3*time.Second, func() { cancel(own) })
				return ctx, func() { cancel(nil) }
			},
			3 * time.Second, []error{context.Canceled, own}, "context canceled: own reason",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := tt.ctx(t.Context())
				defer cancel()
				start := time.Now()
				_, err := newTestClient(hang).Do(ctx, writeRequest("/x"), Want{})
				require.EqualError(t, err, tt.text)
				assert.Equal(t, tt.took, time.Since(start))
				for _, is := range tt.is {
					assert.ErrorIs(t, err, is)
				}
				if tt.is == nil {
					assert.NotErrorIs(t, err, context.DeadlineExceeded)
				}
			})
		})
	}
}
