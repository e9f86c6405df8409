package dingtalkredis

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
	"github.com/stretchr/testify/assert"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// fleet is several limiters, as in several processes, with one Redis and one service, in a bubble.
type fleet struct {
	t       *testing.T
	redis   *miniredis.Miniredis
	trouble *trouble
	service *service
	client  *redis.Client
}

func newFleet(t *testing.T) *fleet {
	t.Helper()
	m := miniredis.NewMiniRedis()
	m.ClockTTL(true)
	f := &fleet{t: t, redis: m, trouble: &trouble{}, service: &service{t: t, limit: 20, arrivals: map[string][]time.Time{}}}
	f.client = redis.NewClient(&redis.Options{
		Dialer:                   func(context.Context, string, string) (net.Conn, error) { return m.Dial() },
		Addr:                     "127.0.0.1:6379", // not a name, which would be looked up outside of the bubble
		DisableIdentity:          true,
		PoolSize:                 1000, // who has to wait for a connection does so with a timer that bubbles would share
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
	l, _ := f.processWithTrouble(opts...)
	return l
}

// processWithTrouble may have some that the others do not have.
func (f *fleet) processWithTrouble(opts ...LimiterOption) (*Limiter, *trouble) {
	own := &trouble{}
	return NewLimiter(&wire{f.client, []*trouble{f.trouble, own}, nil}, opts...), own
}

// service judges arrivals: no second, aligned or not, may have more than the limit.
type service struct {
	t        *testing.T
	limit    int
	mu       sync.Mutex
	arrivals map[string][]time.Time
	excess   int
	worst    int
	when     []time.Time // the limit was exceeded
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

// call makes one, which takes so long there and back.
func (s *service) call(ctx context.Context, l *Limiter, a dingtalk.LimitRequest, there, back time.Duration) error {
	p, err := l.Acquire(ctx, a)
	if err != nil {
		return err
	}
	time.Sleep(there)
	s.arrive(a.Path)
	time.Sleep(back)
	p.Release(dingtalk.LimitOutcome{})
	return nil
}

// load keeps so many callers busy until the end of ctx, and waits for them.
func (f *fleet) load(ctx context.Context, l *Limiter, path string, callers int, latency func() (there, back time.Duration)) {
	var all sync.WaitGroup
	for range callers {
		all.Go(func() {
			for ctx.Err() == nil {
				there, back := latency()
				err := f.service.call(ctx, l, dingtalk.LimitRequest{Path: path}, there, back)
				if late, ok := errors.AsType[*dingtalk.LimitError](err); ok {
					time.Sleep(late.Wait) // till the end of ctx
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

// trouble is what is wrong with the way to Redis.
type trouble struct {
	mu      sync.Mutex
	refused bool
	delay   time.Duration // less than 0: at random up to that
	hung    chan struct{} // closed when the server goes on; nil: it does not hang
	lossy   bool          // the answers are lost
	n       int           // of attempts
}

func (t *trouble) refuse(on bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.refused = on
}

func (t *trouble) slow(d time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.delay = d
}

func (t *trouble) lose(on bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lossy = on
}

func (t *trouble) attempts() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.n
}

func (t *trouble) hang() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.hung = make(chan struct{})
}

func (t *trouble) resume() {
	t.mu.Lock()
	defer t.mu.Unlock()
	close(t.hung)
	t.hung = nil
}

// wire is a client with trouble.
type wire struct {
	redis.Scripter
	troubles []*trouble
	watch    func(args []any)
}

func (w *wire) EvalSha(ctx context.Context, sha string, keys []string, args ...any) *redis.Cmd {
	ctx = context.WithoutCancel(ctx)
	lossy := false
	if w.watch != nil {
		w.watch(args)
	}
	for _, t := range w.troubles {
		t.mu.Lock()
		t.n++
		refused, delay, hung := t.refused, t.delay, t.hung
		lossy = lossy || t.lossy
		t.mu.Unlock()
		switch {
		case refused:
			return failed(ctx, errors.New("connection refused"))
		case hung != nil:
			// The server will find the command in its buffer, if the client has given up or not.
			done := make(chan *redis.Cmd, 1)
			go func() {
				<-hung
				done <- w.Scripter.EvalSha(ctx, sha, keys, args...)
			}()
			select {
			case cmd := <-done:
				return cmd
			case <-time.After(3 * time.Second):
				return failed(ctx, errors.New("i/o timeout"))
			}
		}
		if delay < 0 {
			delay = rand.N(-delay)
		}
		time.Sleep(delay)
	}
	cmd := w.Scripter.EvalSha(ctx, sha, keys, args...)
	if lossy && cmd.Err() == nil {
		return failed(ctx, errors.New("connection reset"))
	}
	return cmd
}

func (f *fleet) neverExceeded() {
	f.t.Helper()
	f.service.mu.Lock()
	defer f.service.mu.Unlock()
	assert.Zero(f.t, f.service.excess, "arrivals above the limit; at worst %d in a second", f.service.worst)
}
