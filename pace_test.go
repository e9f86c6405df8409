package dingtalk_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

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

// ways are how a call may fare, and the share of the limit that is reached nevertheless.
var ways = []struct {
	name  string
	way   func(seed uint64) func(n int) (there, back time.Duration)
	seeds int
	share float64
}{
	{"30 ms", func(uint64) func(int) (time.Duration, time.Duration) { return constant(0, 30*time.Millisecond) }, 1, .97},
	{"100 ms", func(uint64) func(int) (time.Duration, time.Duration) { return constant(0, 100*time.Millisecond) }, 1, .94},
	{"100 ms, all there", func(uint64) func(int) (time.Duration, time.Duration) { return constant(100*time.Millisecond, 0) }, 1, .94},
	{"100 +- 90 ms, divided at random", func(seed uint64) func(int) (time.Duration, time.Duration) {
		return jitter(seed, func(_ int, r *rand.Rand) float64 { return r.Float64() })
	}, 4, .9},
	{"100 +- 90 ms, all there", func(seed uint64) func(int) (time.Duration, time.Duration) {
		return jitter(seed, func(int, *rand.Rand) float64 { return 1 })
	}, 1, .9},
	{"100 +- 90 ms, all back", func(seed uint64) func(int) (time.Duration, time.Duration) {
		return jitter(seed, func(int, *rand.Rand) float64 { return 0 })
	}, 1, .9},
	{"100 +- 90 ms, all there and all back by turns", func(seed uint64) func(int) (time.Duration, time.Duration) {
		return jitter(seed, func(n int, _ *rand.Rand) float64 { return float64(n % 2) })
	}, 1, .9},
	{"100 +- 90 ms, one window all there and one all back", func(seed uint64) func(int) (time.Duration, time.Duration) {
		return jitter(seed, func(n int, _ *rand.Rand) float64 { return float64(n / 20 % 2) })
	}, 1, .9},
}

// windows are the shapes that the service's limit may have.
var windows = map[string][]dingtalktest.Option{"aligned": nil, "sliding": {dingtalktest.WithSlidingWindow()}}

// TestTheLimitIsReachedAndNeverExceeded keeps 256 callers busy for two minutes.
func TestTheLimitIsReachedAndNeverExceeded(t *testing.T) {
	t.Parallel()
	for shape, opts := range windows {
		for _, w := range ways {
			for seed := range w.seeds {
				t.Run(fmt.Sprintf("%s/%s/%d", shape, w.name, seed), func(t *testing.T) {
					t.Parallel()
					scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
						link, over := linkOf(srv, w.way(uint64(seed)))
						client := srv.Client(over, dingtalk.WithRateLimit(dingtalk.RateLimit{}))
						time.Sleep(370 * time.Millisecond) // not with the second of the server's clock
						failed := keepBusy(256, 2*time.Minute, func(int, int) error {
							_, err := client.CountUsers(t.Context(), dingtalk.CountUsersRequest{})
							return err
						})
						assert.Empty(t, failed)
						assert.Zero(t, link.throttles, "throttles")
						assert.Zero(t, link.blocks, "blocks")
						assert.Equal(t, 1, link.fetches, "of the token")
						share := float64(link.calls(time.Minute, 2*time.Minute)) / 60 / 20
						t.Logf("%.1f %% of the limit", 100*share)
						assert.Greater(t, share, w.share)
						assert.Less(t, share, 1.)
					}, append(opts, dingtalktest.WithQPS(20))...)
				})
			}
		}
	}
}

// TestJitterThatCannotBeSeenCostsAThrottleNowAndThen: every round trip takes 100 ms, of which anything may be the
// way there. No path is like that; the client goes by less and less credit.
func TestJitterThatCannotBeSeenCostsAThrottleNowAndThen(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		link, over := linkOf(srv, nil)
		client := srv.Client(over, dingtalk.WithRateLimit(dingtalk.RateLimit{}))
		var throttles []int
		for minute := range 6 {
			failed := keepBusy(64, time.Duration(minute+1)*time.Minute, func(int, int) error {
				_, err := client.CountUsers(t.Context(), dingtalk.CountUsersRequest{})
				return err
			})
			assert.Empty(t, failed)
			throttles = append(throttles, link.throttles)
		}
		t.Logf("throttles after each minute: %v", throttles)
		assert.Positive(t, link.throttles, "or the test shows nothing")
		assert.Less(t, link.throttles, 10, "of 7,000 calls")
	}, dingtalktest.WithQPS(20), dingtalktest.WithSlidingWindow(),
		dingtalktest.WithJitter(100*time.Millisecond, 100*time.Millisecond, 1))
}
