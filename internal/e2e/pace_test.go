package e2e_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// networks are kinds of delays, with the share of the limit that must be reached under them.
var networks = []struct {
	name  string
	delay func(seed uint64) func(n int) (out, in time.Duration)
	seeds int
	share float64
	short bool // tested with -short, too
}{
	{"30 ms", func(uint64) func(int) (time.Duration, time.Duration) { return constantDelay(0, 30*time.Millisecond) }, 1, .97, true},
	{"100 ms", func(uint64) func(int) (time.Duration, time.Duration) { return constantDelay(0, 100*time.Millisecond) }, 1, .94, false},
	{"100 ms, all there", func(uint64) func(int) (time.Duration, time.Duration) { return constantDelay(100*time.Millisecond, 0) }, 1, .94, false},
	{"100 +- 90 ms, divided at random", func(seed uint64) func(int) (time.Duration, time.Duration) {
		return jitter(seed, func(_ int, r *rand.Rand) float64 { return r.Float64() })
	}, 4, .9, true},
	{"100 +- 90 ms, all there", func(seed uint64) func(int) (time.Duration, time.Duration) {
		return jitter(seed, func(int, *rand.Rand) float64 { return 1 })
	}, 1, .9, false},
	{"100 +- 90 ms, all back", func(seed uint64) func(int) (time.Duration, time.Duration) {
		return jitter(seed, func(int, *rand.Rand) float64 { return 0 })
	}, 1, .9, false},
	{"100 +- 90 ms, all there and all back by turns", func(seed uint64) func(int) (time.Duration, time.Duration) {
		return jitter(seed, func(n int, _ *rand.Rand) float64 { return float64(n % 2) })
	}, 1, .9, false},
	{"100 +- 90 ms, one window all there and one all back", func(seed uint64) func(int) (time.Duration, time.Duration) {
		return jitter(seed, func(n int, _ *rand.Rand) float64 { return float64(n / 20 % 2) })
	}, 1, .9, false},
}

// windows are the kinds of windows that the service may count calls in.
var windows = map[string][]dingtalktest.Option{"aligned": nil, "sliding": {dingtalktest.WithSlidingWindow()}}

// TestPace_ReachesTheLimitAndNeverExceedsIt keeps 256 callers busy for two minutes.
func TestPace_ReachesTheLimitAndNeverExceedsIt(t *testing.T) {
	t.Parallel()
	for shape, opts := range windows {
		for _, w := range networks {
			for seed := range w.seeds {
				t.Run(fmt.Sprintf("%s/%s/%d", shape, w.name, seed), func(t *testing.T) {
					t.Parallel()
					if testing.Short() && (shape != "sliding" || seed > 0 || !w.short) {
						t.Skip("skipped with -short: makes 2,400 calls; two networks are tested with the sliding window")
					}
					scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
						link, viaLink := newLink(srv, w.delay(uint64(seed)))
						client := srv.Client(viaLink, dingtalk.WithRateLimit(dingtalk.RateLimit{}))
						time.Sleep(370 * time.Millisecond) // not aligned with the seconds of the server's clock
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

// TestPace_InvisibleJitterCausesFewThrottles has round trips of exactly 100 ms, split at random between request and
// response. No real network is like that. The client lowers its credit after each throttle.
func TestPace_InvisibleJitterCausesFewThrottles(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped with -short: makes 7,000 calls")
	}
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		link, viaLink := newLink(srv, nil)
		client := srv.Client(viaLink, dingtalk.WithRateLimit(dingtalk.RateLimit{}))
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
