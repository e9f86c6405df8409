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

// spaces is an endless body, which knows how much of it was read and whether it was closed.
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

func TestAnAnswerWithoutEndIsCutOff(t *testing.T) {
	t.Parallel()
	body := &spaces{head: strings.NewReader(okAnswer)}
	f := failed(t, over(roundTrip(func(*http.Request) (*http.Response, error) {
		resp := response(200, "")
		resp.Body, resp.ContentLength = body, -1
		return resp, nil
	})), read1("/x"))
	assert.Equal(t, Foreign, f.Kind)
	assert.Equal(t, 200, f.Status)
	assert.EqualError(t, f, "the answer exceeds 16384 KiB")
	assert.EqualValues(t, maxAnswer+1, body.read)
	assert.True(t, body.closed)
}

func TestTheLimitIsNotShortOfItself(t *testing.T) {
	t.Parallel()
	for size, want := range map[int64]error{0: nil, maxAnswer: nil, maxAnswer + 1: errTooLarge} {
		endless := &spaces{head: strings.NewReader("")}
		var x exchange
		_, err := x.read(&http.Response{Body: io.NopCloser(io.LimitReader(endless, size))}, maxAnswer)
		require.ErrorIs(t, err, want)
		assert.EqualValues(t, size, x.answer.Len())
	}
}

func TestTheLimitCountsWhatComesOutOfACompressedAnswer(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	_, _ = zip.Write(blank)
	require.NoError(t, zip.Close())
	srv := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(bytes.Repeat(packed.Bytes(), maxAnswer>>20+1)) // some kilobytes
	})
	f := failed(t, New(&http.Client{}, srv.URL, "test", time.Minute), read1("/x"))
	assert.ErrorIs(t, f, errTooLarge)
}

func TestTheLimitCountsWhatArrivesPackedToo(t *testing.T) {
	t.Parallel()
	var nothing bytes.Buffer // packed: many bytes that unpack to none
	require.NoError(t, gzip.NewWriter(&nothing).Close())
	arrived := &counted{r: io.LimitReader(&repeated{text: nothing.Bytes()}, 4*maxAnswer)}
	resp := &http.Response{Body: io.NopCloser(arrived), Header: http.Header{"Content-Encoding": {"GZIP"}}}
	_, err := new(exchange).read(resp, maxAnswer)
	require.ErrorIs(t, err, errTooLarge)
	assert.LessOrEqual(t, arrived.n, int64(maxAnswer+1))
}

// repeated is a text without end.
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

func TestUnpackingStopsAtTheLimit(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	_, _ = zip.Write(bytes.Repeat([]byte(" "), 1<<20))
	require.NoError(t, zip.Close())
	arrived := &counted{r: &repeated{text: packed.Bytes()}} // unpacks to white space without end
	resp := &http.Response{Body: io.NopCloser(arrived), Header: http.Header{"Content-Encoding": {"gzip"}}}
	_, err := new(exchange).read(resp, 4<<20)
	require.ErrorIs(t, err, errTooLarge)
	assert.Less(t, arrived.n, int64(64<<10), "no more was taken than the limit needs")
}

// TestUnpackingNeedsNoMemoryOfItsOwn reads packed answers in the same memory, among them some that are broken.
func TestUnpackingNeedsNoMemoryOfItsOwn(t *testing.T) { //nolint:paralleltest // it counts allocations
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	_, _ = io.WriteString(zip, okAnswer)
	require.NoError(t, zip.Close())
	var x exchange
	read := func(text []byte) (string, error) {
		x.answer.Reset()
		resp := &http.Response{Body: io.NopCloser(bytes.NewReader(text)), Header: http.Header{"Content-Encoding": {"gzip"}}}
		body, err := x.read(resp, maxAnswer)
		return string(body), err
	}
	for cut := range packed.Len() {
		_, err := read(packed.Bytes()[:cut])
		require.Error(t, err)
		body, err := read(packed.Bytes())
		require.NoError(t, err)
		require.Equal(t, okAnswer, body)
	}
	allocs := testing.AllocsPerRun(100, func() { _, _ = read(packed.Bytes()) })
	assert.LessOrEqual(t, allocs, 10.0, "one more is some ten kilobytes")
	t.Log(allocs)
}

func TestAnAnswerThatOnlyClaimsToBePackedIsLost(t *testing.T) {
	t.Parallel()
	answer := response(200, okAnswer, "Content-Encoding", "gzip")
	f := failed(t, over(roundTrip(func(*http.Request) (*http.Response, error) { return answer, nil })), read1("/x"))
	assert.Equal(t, Lost, f.Kind)
}

func TestAnswersNeverMix(t *testing.T) {
	t.Parallel()
	// Each answer repeats its request's name, at a length of its own, so that buffers change hands.
	c := over(roundTrip(func(req *http.Request) (*http.Response, error) {
		name := req.URL.Path[1:]
		long := strings.Repeat(name+",", 1+len(name)*int(name[0])%200)
		body := fmt.Sprintf(`{"errcode":0,"result":{"userid":%q,"name":%q,"tags":[%q,%q],"extension":{"a":%q}},"request_id":%q}`,
			name, long, name, long, name, name)
		return response(200, body), nil
	}))
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() {
			var kept []*person
			for n := range 40 {
				name := fmt.Sprintf("%c%d-%d", 'A'+i%26, i, n)
				var into *person
				answer, err := c.Do(t.Context(), read1("/"+name), underResult(&into))
				if !assert.NoError(t, err) {
					return
				}
				assert.Equal(t, name, answer.RequestID)
				kept = append(kept, into)
			}
			for n, p := range kept { // long after their buffers served others
				name := fmt.Sprintf("%c%d-%d", 'A'+i%26, i, n)
				assert.Equal(t, name, p.UserID)
				assert.Equal(t, name+",", p.Name[:len(name)+1])
				assert.Equal(t, []string{name, p.Name}, p.Tags)
				assert.Equal(t, bare64(`{"a":"`+name+`"}`), p.Extension)
			}
		})
	}
	wg.Wait()
}

func TestLargeBuffersAreNotKept(t *testing.T) {
	t.Parallel()
	var x exchange
	_, err := x.read(&http.Response{Body: io.NopCloser(strings.NewReader(strings.Repeat("x", maxPooled+1)))}, maxAnswer)
	require.NoError(t, err)
	size := x.answer.Len()
	x.release()
	assert.Equal(t, size, x.answer.Len(), "an exchange that was put back would be empty")
}

func TestTheMemoryForAPageOfPeopleIsKept(t *testing.T) {
	t.Parallel()
	var x exchange
	page := strings.NewReader(strings.Repeat("x", 120<<10))
	_, err := x.read(&http.Response{Body: io.NopCloser(page)}, maxAnswer)
	require.NoError(t, err)
	assert.LessOrEqual(t, x.answer.Cap(), maxPooled)
}

func TestAnAttemptEndsInTime(t *testing.T) {
	t.Parallel()
	hang := roundTrip(func(req *http.Request) (*http.Response, error) {
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
			10 * time.Second, nil, "no answer within 10s",
		},
		"by the caller's deadline": {
			func(ctx context.Context) (context.Context, context.CancelFunc) {
				return context.WithTimeout(ctx, time.Second)
			},
			time.Second, []error{context.DeadlineExceeded}, "context deadline exceeded",
		},
		"by the caller's reason": {
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
				_, err := over(hang).Do(ctx, write1("/x"), Want{})
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
