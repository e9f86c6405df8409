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

// realFleet is a fleet of limiters with a real server and an emulator that enforces the limit, in real time.
type realFleet struct {
	t         *testing.T
	ctx       context.Context
	server    *redisserver.Server
	client    *redis.Client
	done      chan struct{} // one for each call
	throttled atomic.Int64
}

// await waits for n further calls.
func (f *realFleet) await(n int) {
	f.t.Helper()
	for i := range n {
		select {
		case <-f.done:
		case <-f.ctx.Done():
			require.FailNow(f.t, "the fleet makes no calls", "after %d of %d calls", i, n)
		}
	}
}

func (f *realFleet) drain() {
	for len(f.done) > 0 {
		<-f.done
	}
}

func (f *realFleet) work(client *dingtalk.Client) {
	for f.ctx.Err() == nil {
		_, err := client.ListSubDepartmentIDs(f.ctx, dingtalk.ListSubDepartmentIDsRequest{DeptID: dingtalk.RootDepartmentID})
		_, late := errors.AsType[*dingtalk.LimitError](err)
		switch {
		case err == nil:
			f.done <- struct{}{}
		case f.ctx.Err() != nil || late:
			return
		case errors.Is(err, dingtalk.ErrRateLimited):
			f.throttled.Add(1)
		default:
			assert.NoError(f.t, err)
			return
		}
	}
}

func TestServer_NoFailureMakesTheServiceThrottle(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped with -short: takes 70 seconds of real time")
	}
	failures := []struct {
		name       string
		begin, end func(f *realFleet) error
	}{
		{
			"killed and restarted without data",
			func(f *realFleet) error { return f.server.Kill() },
			func(f *realFleet) error { return f.server.Start() },
		},
		{
			"killed and restarted with old data",
			func(f *realFleet) error {
				if redisserver.Available() {
					require.NoError(f.t, f.client.Save(f.ctx).Err())
				}
				f.drain()
				f.await(20)
				return f.server.Kill()
			},
			func(f *realFleet) error { return f.server.Start() },
		},
		{
			"killed and restarted at once",
			func(f *realFleet) error { return errors.Join(f.server.Kill(), f.server.Start()) },
			func(*realFleet) error { return nil },
		},
		{
			"stopped for a while",
			func(f *realFleet) error { return f.server.Stop() },
			func(f *realFleet) error { return f.server.Continue() },
		},
		{
			"flushed",
			func(f *realFleet) error { return f.client.FlushAll(f.ctx).Err() },
			func(*realFleet) error { return nil },
		},
	}
	var all sync.WaitGroup
	defer all.Wait()
	for _, failure := range failures {
		// All at once, beyond the limit of parallel tests: they wait nearly all the time.
		all.Go(func() { t.Run(failure.name, func(t *testing.T) { fail(t, failure.begin, failure.end) }) })
	}
}

func fail(t *testing.T, begin, end func(f *realFleet) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	f := &realFleet{t: t, ctx: ctx, server: startRedis(t), done: make(chan struct{}, 100_000)}
	f.client = connect(t, f.server)
	service := dingtalktest.New(t, dingtalktest.WithQPS(20), dingtalktest.WithSlidingWindow(),
		dingtalktest.WithLatency(30*time.Millisecond))
	var all sync.WaitGroup
	for range 3 {
		limiter := newLimiter(t, connect(t, f.server))
		client := service.Client(dingtalk.WithLimiter(limiter),
			dingtalk.WithRetry(dingtalk.RetryPolicy{MaxAttempts: 1}))
		for range 5 {
			all.Go(func() { f.work(client) })
		}
	}
	f.await(40)
	require.NoError(t, begin(f))
	f.drain()
	f.await(30)
	require.NoError(t, end(f))
	f.drain()
	f.await(60)
	cancel()
	all.Wait()
	assert.Zero(t, f.throttled.Load())
}

// errorRecorder records the errors that Redis returns.
type errorRecorder struct {
	redis.Scripter
	mu  sync.Mutex
	all []error
}

func (r *errorRecorder) EvalSha(ctx context.Context, sha string, keys []string, args ...any) *redis.Cmd {
	cmd := r.Scripter.EvalSha(ctx, sha, keys, args...)
	if err, ok := errors.AsType[redis.Error](cmd.Err()); ok && !redis.HasErrorPrefix(err, "NOSCRIPT") {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.all = append(r.all, err)
	}
	return cmd
}

// flush repeats Flush until Redis replies in time, which may take several attempts on a busy machine.
func flush(t *testing.T, l *Limiter) {
	t.Helper()
	require.Eventually(t, func() bool { return l.Flush(t.Context()) == nil }, pollTimeout, pollInterval)
}

func TestLimiter_WorksInACluster(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped with -short: starts a cluster of servers")
	}
	client := &errorRecorder{Scripter: startCluster(t)}
	l, err := NewLimiter(client, "ding}{", WithPrefix("{a}{b"), WithAddressLabel("{c}"))
	require.NoError(t, err)
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

func TestServer_ARestartIsDetectedByTheRunID(t *testing.T) {
	t.Parallel()
	if !redisserver.Available() {
		t.Log("miniredis has no run ID: see TestLimiter_PausesAfterARollbackOfRedis")
		return
	}
	s := startRedis(t)
	client := connect(t, s)
	epoch := func() string {
		t.Helper()
		l := newLimiter(t, client, WithTimeout(time.Second))
		flush(t, l)
		e, err := client.HGet(t.Context(), keyBase+"limits", "epoch").Result()
		require.NoError(t, err)
		return e
	}
	first := epoch()
	assert.Equal(t, first, epoch())
	require.NoError(t, client.Save(t.Context()).Err())
	require.NoError(t, s.Kill())
	require.NoError(t, s.Start())
	assert.NotEqual(t, first, epoch(), "the server has its data, but perhaps not the latest")
}
