package dingtalkredis

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
	"github.com/stretchr/testify/assert"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// fleet is a fleet of limiters, as in several processes, with one Redis and one service, in a bubble.
type fleet struct {
	t       *testing.T
	redis   *miniredis.Miniredis
	faults  *faults
	service *service
	client  *redis.Client
}

func newFleet(t *testing.T) *fleet {
	t.Helper()
	if strconv.IntSize < 64 {
		t.Skip("miniredis returns the numbers of a script as int, and the times among them need 64 bits")
	}
	m := miniredis.NewMiniRedis()
	m.ClockTTL(true)
	f := &fleet{t: t, redis: m, faults: &faults{}, service: &service{t: t, limit: 20, arrivals: map[string][]time.Time{}}}
	f.client = redis.NewClient(&redis.Options{
		Dialer:                   func(context.Context, string, string) (net.Conn, error) { return m.Dial() },
		Addr:                     "127.0.0.1:6379", // not a name, which would be looked up outside the bubble
		DisableIdentity:          true,
		PoolSize:                 1000, // waiting for a connection uses a timer that bubbles would share
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	})
	t.Cleanup(func() {
		time.Sleep(time.Minute) // after which no goroutine of a limiter is left, or the bubble fails
		_ = f.client.Close()
		m.Close()
	})
	return f
}

func (f *fleet) process(opts ...LimiterOption) *Limiter {
	l, _ := f.processWithFaults(opts...)
	return l
}

// processWithFaults returns a limiter with faults of its own, beside those of the fleet.
func (f *fleet) processWithFaults(opts ...LimiterOption) (*Limiter, *faults) {
	f.t.Helper()
	own := &faults{}
	return newLimiter(f.t, &faultyClient{f.client, []*faults{f.faults, own}, nil}, opts...), own
}

// service checks arrivals: no second, aligned or not, may have more than the limit.
type service struct {
	t        *testing.T
	limit    int
	mu       sync.Mutex
	arrivals map[string][]time.Time
	excess   int         // arrivals above the limit
	worst    int         // the most arrivals in a second
	when     []time.Time // of the excess
}

func (s *service) arrive(path string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	all := append(s.arrivals[path], now)
	s.arrivals[path] = all
	n := 0
	for i := len(all) - 1; i >= 0 && now.Sub(all[i]) < time.Second; i-- {
		n++
	}
	s.worst = max(s.worst, n)
	if n > s.limit {
		s.excess++
		s.when = append(s.when, now)
	}
}

func (s *service) count(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.arrivals[path])
}

func (s *service) between(path string, from, to time.Time) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, at := range s.arrivals[path] {
		if !at.Before(from) && at.Before(to) {
			n++
		}
	}
	return n
}

// call makes a call that takes the given times to arrive and to return.
func (s *service) call(ctx context.Context, l *Limiter, request dingtalk.LimitRequest, there, back time.Duration) error {
	p, err := l.Acquire(ctx, request)
	if err != nil {
		return err
	}
	time.Sleep(there)
	s.arrive(request.Path)
	time.Sleep(back)
	p.Release(dingtalk.LimitOutcome{})
	return nil
}

// load runs callers until the end of ctx, and waits for them.
func (f *fleet) load(ctx context.Context, l *Limiter, path string, callers int, latency func() (there, back time.Duration)) {
	var all sync.WaitGroup
	for range callers {
		all.Go(func() {
			for ctx.Err() == nil {
				there, back := latency()
				err := f.service.call(ctx, l, dingtalk.LimitRequest{Path: path}, there, back)
				if late, ok := errors.AsType[*dingtalk.LimitError](err); ok {
					time.Sleep(late.Wait) // beyond the end of ctx
				}
			}
		})
	}
	all.Wait()
}

func steady(d time.Duration) func() (there, back time.Duration) {
	return func() (time.Duration, time.Duration) { return d / 2, d / 2 }
}

func jittery(most time.Duration) func() (there, back time.Duration) {
	return func() (time.Duration, time.Duration) { return rand.N(most), rand.N(most) }
}

// faults holds the faults of a connection to Redis.
type faults struct {
	mu      sync.Mutex
	refused bool
	delay   time.Duration // less than 0: at random up to that
	hung    chan struct{} // closed when the server continues; nil: it does not hang
	lossy   bool          // the replies are lost
	n       int           // of attempts
}

func (x *faults) refuse(on bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.refused = on
}

func (x *faults) slow(d time.Duration) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.delay = d
}

func (x *faults) lose(on bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.lossy = on
}

func (x *faults) attempts() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.n
}

func (x *faults) hang() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.hung = make(chan struct{})
}

func (x *faults) resume() {
	x.mu.Lock()
	defer x.mu.Unlock()
	close(x.hung)
	x.hung = nil
}

// faultyClient is a client with faults.
type faultyClient struct {
	redis.Scripter
	faults []*faults
	watch  func(args []any)
}

func (c *faultyClient) EvalSha(ctx context.Context, sha string, keys []string, args ...any) *redis.Cmd {
	ctx = context.WithoutCancel(ctx)
	lossy := false
	if c.watch != nil {
		c.watch(args)
	}
	for _, x := range c.faults {
		x.mu.Lock()
		x.n++
		refused, delay, hung := x.refused, x.delay, x.hung
		lossy = lossy || x.lossy
		x.mu.Unlock()
		switch {
		case refused:
			return failedCmd(ctx, errors.New("connection refused"))
		case hung != nil:
			// The server will find the command in its buffer, whether or not the client has given up.
			done := make(chan *redis.Cmd, 1)
			go func() {
				<-hung
				done <- c.Scripter.EvalSha(ctx, sha, keys, args...)
			}()
			select {
			case cmd := <-done:
				return cmd
			case <-time.After(3 * time.Second):
				return failedCmd(ctx, errors.New("i/o timeout"))
			}
		}
		if delay < 0 {
			delay = rand.N(-delay)
		}
		time.Sleep(delay)
	}
	cmd := c.Scripter.EvalSha(ctx, sha, keys, args...)
	if lossy && cmd.Err() == nil {
		return failedCmd(ctx, errors.New("connection reset"))
	}
	return cmd
}

// assertNoExcess checks that the limit was never exceeded.
func (f *fleet) assertNoExcess() {
	f.t.Helper()
	f.service.mu.Lock()
	defer f.service.mu.Unlock()
	assert.Zero(f.t, f.service.excess, "arrivals above the limit; at worst %d in a second", f.service.worst)
}
