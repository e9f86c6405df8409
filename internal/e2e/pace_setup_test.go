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

// link is a transport whose ways there and back take time, and which counts what comes back.
type link struct {
	door http.RoundTripper
	way  func(n int) (there, back time.Duration) // of the n-th request; nil: no time

	mu                         sync.Mutex
	sent                       []time.Duration // since the beginning of the bubble
	fetches, throttles, blocks int
	blocked                    time.Duration // when the first answer of a blocked address came
}

// linkOf is a link to the server, and the client's option for it.
func linkOf(srv *dingtalktest.Server, way func(n int) (there, back time.Duration)) (*link, dingtalk.Option) {
	l := &link{door: srv.Transport(), way: way}
	return l, dingtalk.WithHTTPClient(&http.Client{Transport: l})
}

// bubbleStart is when the fake time begins.
var bubbleStart = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

func sinceStart() time.Duration { return time.Since(bubbleStart) }

func (l *link) RoundTrip(r *http.Request) (*http.Response, error) {
	l.mu.Lock()
	l.sent = append(l.sent, sinceStart())
	if r.URL.Path == "/gettoken" {
		l.fetches++
	}
	var there, back time.Duration
	if l.way != nil {
		there, back = l.way(len(l.sent))
	}
	l.mu.Unlock()

	time.Sleep(there)
	resp, err := l.door.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(resp.Body)
	resp.Body = io.NopCloser(bytes.NewReader(body))
	time.Sleep(back)
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

// calls is how many requests went out from one instant to another.
func (l *link) calls(from, to time.Duration) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(slices.DeleteFunc(slices.Clone(l.sent), func(at time.Duration) bool { return at < from || at >= to }))
}

// keepBusy has callers call without a pause until the instant.
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

// jitter is a round trip of 10 to 190 ms, divided as divide says: from 0, all back, to 1, all there.
func jitter(seed uint64, divide func(n int, r *rand.Rand) float64) func(n int) (there, back time.Duration) {
	random := rand.New(rand.NewPCG(seed, 0))
	return func(n int) (time.Duration, time.Duration) {
		trip := 10*time.Millisecond + time.Duration(random.Int64N(int64(180*time.Millisecond)+1))
		there := time.Duration(float64(trip) * divide(n, random))
		return there, trip - there
	}
}

func constant(there, back time.Duration) func(int) (time.Duration, time.Duration) {
	return func(int) (time.Duration, time.Duration) { return there, back }
}
