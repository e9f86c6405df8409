package dingtalkredis

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalkredis/internal/redisserver"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// rig is some limiters with a real server and calls to an emulator that enforces the limit, in real time.
type rig struct {
	t         *testing.T
	ctx       context.Context
	server    *redisserver.Server
	client    *redis.Client
	done      chan struct{} // one for each call
	throttled atomic.Int64
}

// await waits for so many further calls.
func (r *rig) await(n int) {
	r.t.Helper()
	for i := range n {
		select {
		case <-r.done:
		case <-r.ctx.Done():
			require.FailNow(r.t, "the fleet stands still", "after %d of %d calls", i, n)
		}
	}
}

func (r *rig) drain() {
	for len(r.done) > 0 {
		<-r.done
	}
}

func (r *rig) work(client *dingtalk.Client) {
	for r.ctx.Err() == nil {
		_, err := client.ListSubDepartmentIDs(r.ctx, dingtalk.ListSubDepartmentIDsRequest{DeptID: dingtalk.RootDepartmentID})
		_, late := errors.AsType[*dingtalk.LimitError](err)
		switch {
		case err == nil:
			r.done <- struct{}{}
		case r.ctx.Err() != nil || late:
			return
		case errors.Is(err, dingtalk.ErrRateLimited):
			r.throttled.Add(1)
		default:
			assert.NoError(r.t, err)
			return
		}
	}
}

func TestNoFailureOfARealServerMakesTheServiceThrottle(t *testing.T) {
	t.Parallel()
	failures := []struct {
		name       string
		begin, end func(r *rig) error
	}{
		{
			"killed and restarted without data",
			func(r *rig) error { return r.server.Kill() },
			func(r *rig) error { return r.server.Start() },
		},
		{
			"killed and restarted with old data",
			func(r *rig) error {
				if redisserver.Available() {
					require.NoError(r.t, r.client.Save(r.ctx).Err())
				}
				r.drain()
				r.await(20)
				return r.server.Kill()
			},
			func(r *rig) error { return r.server.Start() },
		},
		{
			"killed and restarted at once",
			func(r *rig) error { return errors.Join(r.server.Kill(), r.server.Start()) },
			func(*rig) error { return nil },
		},
		{
			"stopped for a while",
			func(r *rig) error { return r.server.Stop() },
			func(r *rig) error { return r.server.Continue() },
		},
		{
			"flushed",
			func(r *rig) error { return r.client.FlushAll(r.ctx).Err() },
			func(*rig) error { return nil },
		},
	}
	var all sync.WaitGroup
	defer all.Wait()
	for _, failure := range failures {
		// Time is what they take, so they need not wait for processors to be parallel.
		all.Go(func() { t.Run(failure.name, func(t *testing.T) { fail(t, failure.begin, failure.end) }) })
	}
}

func fail(t *testing.T, begin, end func(r *rig) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	r := &rig{t: t, ctx: ctx, server: startRedis(t), done: make(chan struct{}, 100_000)}
	r.client = connect(t, r.server)
	service := dingtalktest.New(t, dingtalktest.WithQPS(20), dingtalktest.WithSlidingWindow(),
		dingtalktest.WithLatency(30*time.Millisecond))
	var all sync.WaitGroup
	for range 3 {
		limiter := NewLimiter(connect(t, r.server))
		client := service.Client(dingtalk.WithLimiter(limiter),
			dingtalk.WithRetry(dingtalk.RetryPolicy{MaxAttempts: 1}))
		for range 5 {
			all.Go(func() { r.work(client) })
		}
	}
	r.await(40)
	require.NoError(t, begin(r))
	r.drain()
	r.await(30)
	require.NoError(t, end(r))
	r.drain()
	r.await(60)
	cancel()
	all.Wait()
	assert.Zero(t, r.throttled.Load())
}

// refusals notes what Redis refuses.
type refusals struct {
	redis.Scripter
	mu  sync.Mutex
	all []error
}

func (r *refusals) EvalSha(ctx context.Context, sha string, keys []string, args ...any) *redis.Cmd {
	cmd := r.Scripter.EvalSha(ctx, sha, keys, args...)
	if err, ok := errors.AsType[redis.Error](cmd.Err()); ok && !redis.HasErrorPrefix(err, "NOSCRIPT") {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.all = append(r.all, err)
	}
	return cmd
}

// flush tries until Redis answers in time, for which a busy machine may need several attempts.
func flush(t *testing.T, l *Limiter) {
	t.Helper()
	require.Eventually(t, func() bool { return l.Flush(t.Context()) == nil }, patientWait, pollGap)
}

func TestALimiterWorksInACluster(t *testing.T) {
	t.Parallel()
	client := &refusals{Scripter: startCluster(t)}
	l := NewLimiter(client, WithPrefix("{a}{b"), WithAddressLabel("{c}"), WithApp("ding}{"))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for _, path := range []string{create, read, "/{odd}"} {
		p, err := l.Acquire(ctx, dingtalk.LimitRequest{Path: path})
		require.NoError(t, err)
		p.Release(dingtalk.LimitOutcome{})
	}
	flush(t, l)
	client.mu.Lock()
	defer client.mu.Unlock()
	assert.Empty(t, client.all)
}

func TestAServerThatWasRestartedIsKnownByItsRunID(t *testing.T) {
	t.Parallel()
	if !redisserver.Available() {
		t.Log("miniredis has no run ID: see TestARollbackOfRedisIsNoticedByWhoeverRemembersMore")
		return
	}
	s := startRedis(t)
	client := connect(t, s)
	epoch := func() string {
		t.Helper()
		l := NewLimiter(client, WithTimeout(time.Second))
		flush(t, l)
		e, err := client.HGet(t.Context(), "dingtalk:v1:{app}:limits", "epoch").Result()
		require.NoError(t, err)
		return e
	}
	first := epoch()
	assert.Equal(t, first, epoch())
	require.NoError(t, client.Save(t.Context()).Err())
	require.NoError(t, s.Kill())
	require.NoError(t, s.Start())
	assert.NotEqual(t, first, epoch(), "it has its data, but perhaps not the latest")
}
