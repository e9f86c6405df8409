package e2e_test

import (
	"bytes"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// link is a transport that delays requests and responses, and counts the throttles and blocks.
type link struct {
	transport http.RoundTripper
	delay     func(n int) (out, in time.Duration) // of the n-th request and its response; nil: none

	mu                         sync.Mutex
	sent                       []time.Duration // since the start of the bubble
	fetches, throttles, blocks int
	blocked                    time.Duration // the time of the first response to a blocked address
}

// newLink returns a link to the server, and the client's option for it.
func newLink(srv *dingtalktest.Server, delay func(n int) (out, in time.Duration)) (*link, dingtalk.Option) {
	l := &link{transport: srv.Transport(), delay: delay}
	return l, dingtalk.WithHTTPClient(&http.Client{Transport: l})
}

// bubbleStart is the start of the fake time.
var bubbleStart = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

func sinceStart() time.Duration { return time.Since(bubbleStart) }

func (l *link) RoundTrip(r *http.Request) (*http.Response, error) {
	l.mu.Lock()
	l.sent = append(l.sent, sinceStart())
	if r.URL.Path == "/gettoken" {
		l.fetches++
	}
	var out, in time.Duration
	if l.delay != nil {
		out, in = l.delay(len(l.sent))
	}
	l.mu.Unlock()

	time.Sleep(out)
	resp, err := l.transport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(resp.Body)
	resp.Body = io.NopCloser(bytes.NewReader(body))
	time.Sleep(in)
	l.mu.Lock()
	defer l.mu.Unlock()
	if bytes.Contains(body, []byte(`"sub_code":"90018"`)) {
		l.throttles++
	}
	if bytes.Contains(body, []byte(`"status":1111`)) {
		if l.blocks++; l.blocks == 1 {
			l.blocked = sinceStart()
		}
	}
	return resp, err
}

// calls returns the number of requests that were sent from one time to another.
func (l *link) calls(from, to time.Duration) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(slices.DeleteFunc(slices.Clone(l.sent), func(at time.Duration) bool { return at < from || at >= to }))
}

// keepBusy makes calls without pauses by concurrent callers, until the time, and returns their errors.
func keepBusy(callers int, until time.Duration, call func(caller, n int) error) (failed []error) {
	var all sync.WaitGroup
	var mu sync.Mutex
	for i := range callers {
		all.Go(func() {
			for n := 0; sinceStart() < until; n++ {
				if err := call(i, n); err != nil {
					mu.Lock()
					failed = append(failed, err)
					mu.Unlock()
				}
			}
		})
	}
	all.Wait()
	return failed
}

// jitter returns delays of 10 to 190 ms a round trip. split returns the part of the request, from 0 to 1.
func jitter(seed uint64, split func(n int, r *rand.Rand) float64) func(n int) (out, in time.Duration) {
	random := rand.New(rand.NewPCG(seed, 0))
	return func(n int) (time.Duration, time.Duration) {
		trip := 10*time.Millisecond + time.Duration(random.Int64N(int64(180*time.Millisecond)+1))
		out := time.Duration(float64(trip) * split(n, random))
		return out, trip - out
	}
}

func constantDelay(out, in time.Duration) func(int) (time.Duration, time.Duration) {
	return func(int) (time.Duration, time.Duration) { return out, in }
}
