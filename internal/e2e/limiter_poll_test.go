package e2e_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// pollingLimiter is a limiter that lets no call go after the first, and looks at its context now and then.
type pollingLimiter struct{ granted *int }

func (l pollingLimiter) Acquire(ctx context.Context, _ dingtalk.LimitRequest) (dingtalk.LimitPermit, error) {
	if *l.granted++; *l.granted == 1 {
		return l, nil
	}
	for ctx.Err() == nil {
		time.Sleep(time.Second)
	}
	return nil, ctx.Err()
}

func (pollingLimiter) Release(dingtalk.LimitOutcome) {}

func TestLimiter_MayPollItsContext(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		var log warnings
		client := srv.Client(dingtalk.WithLimiter(pollingLimiter{new(int)}), log.logged(),
			dingtalk.WithTokenSource(dingtalk.StaticToken(liveToken(t, srv))))
		srv.Fail("GetUser", dingtalktest.BanJSON, 1)
		met := make(chan error)
		go func() { met <- getZhaoMin(t.Context(), client) }()
		synctest.Wait()
		err := getZhaoMin(t.Context(), client)
		require.ErrorIs(t, err, dingtalk.ErrRateLimited)
		require.ErrorContains(t, err, "blocked by DingTalk until")
		assert.Equal(t, 19500*time.Millisecond, sinceStart(), "at the next look at the context after the ban began")
		require.Error(t, <-met)
		assert.Contains(t, log.all()[0], `time=14.5s level=WARN msg="dingtalk calls wait" cause="the rate limit" waiting=1 longest=5s`)
	}, dingtalktest.WithLatency(9500*time.Millisecond))
}
