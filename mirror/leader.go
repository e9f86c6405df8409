package mirror

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// leader reads and writes the rows. One process at a time leads.
type leader struct {
	m     *Mirror
	lease Lease

	mu       sync.Mutex // for the fields below, and held while a read is written
	clock    clock
	scanning scanProgress
	relisted map[Key]dirty  // records that lists have changed
	absent   map[Key]uint64 // entities that were found to be gone, and the end of that read
	forgets  uint64         // of counters, in the latest transaction that wrote a read

	flights flights
	pause   *pause
	wanted  chan struct{} // a scan is wanted

	detailCursor []byte // of detailLoop
}

// Run reads from the service, while this process leads, until the context ends, whose cause it returns. It waits while
// another process leads. The mirror accepts events without it as well, and keeps them.
//
// Nothing that the service or the store refuses ends it: Status says what is wrong, and it tries again. Run returns an
// error if the store is not one that this release can use.
func (m *Mirror) Run(ctx context.Context) error {
	for failures := 0; ; {
		began := time.Now()
		err := m.lead(ctx)
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case errors.Is(err, ErrNewerSchema), errors.Is(err, ErrOtherOrganization), errors.Is(err, ErrInUse):
			return err
		case errors.Is(err, ErrLeaseLost):
			m.opt.logger.LogAttrs(ctx, slog.LevelInfo, "mirror: another process leads")
			continue
		}
		if time.Since(began) > time.Minute {
			failures = 0
		}
		failures++
		delay := backoffDelay(failures)
		m.failure.Store(&storeFailure{time.Now().Add(delay), err})
		m.opt.logger.LogAttrs(ctx, slog.LevelWarn, "mirror: the store failed", slog.Any("error", err), slog.Duration("retry_after", delay))
		if sleep(ctx, delay) != nil {
			return context.Cause(ctx)
		}
	}
}

// lead waits for the lease, and leads until it is lost.
func (m *Mirror) lead(ctx context.Context) error {
	m.failure.Store(nil)
	lease, err := m.store.Lead(ctx)
	if err != nil {
		return err
	}
	defer func() {
		release, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		if err := lease.Release(release); err != nil && !errors.Is(err, ErrLeaseLost) {
			m.opt.logger.LogAttrs(ctx, slog.LevelWarn, "mirror: the lease was not released", slog.Any("error", err))
		}
	}()
	if err := m.checkHead(ctx); err != nil { // a later release may have led
		return err
	}
	l := &leader{m: m, lease: lease, clock: newClock(), absent: map[Key]uint64{}, relisted: map[Key]dirty{}, flights: flights{busy: map[Key]chan struct{}{}}, pause: newPause(), wanted: make(chan struct{}, 1)}
	m.leader.Store(l)
	defer m.leader.Store(nil)
	return l.run(ctx)
}

func (m *Mirror) checkHead(ctx context.Context) error {
	return m.store.View(ctx, func(r Reader) error {
		b, err := get(r, headKey)
		if err != nil {
			return err
		}
		h, err := decode[head](b)
		if err != nil {
			return err
		}
		return h.check(head{ClientID: m.client.ClientID(), Host: m.client.LoginBaseURL(), CorpID: *m.corpID.Load()}, len(migrations))
	})
}

func (l *leader) run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		select {
		case <-l.lease.Lost():
			return ErrLeaseLost
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	for _, loop := range []func(context.Context) error{l.dispatch, l.scanLoop, l.detailLoop, l.countLoop, l.compactLoop, l.pauseLoop} {
		g.Go(func() error { return loop(ctx) })
	}
	return g.Wait()
}

// backoffDelay returns how long to wait after n failures in a row.
func backoffDelay(n int) time.Duration {
	return min(time.Second<<min(n-1, 6), time.Minute)
}

// sleep waits, or returns the error of the context.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// flights lets one read of an entity run at a time.
type flights struct {
	mu   sync.Mutex
	busy map[Key]chan struct{}
}

// begin waits until no read of the entity runs, and begins one. The caller ends it.
func (f *flights) begin(ctx context.Context, k Key) (end func(), err error) {
	if k.Kind == KindRoleHolder { // is read with the user
		k = UserKey(k.UserID)
	}
	for {
		f.mu.Lock()
		other := f.busy[k]
		if other == nil {
			mine := make(chan struct{})
			f.busy[k] = mine
			f.mu.Unlock()
			return func() {
				f.mu.Lock()
				delete(f.busy, k)
				f.mu.Unlock()
				close(mine)
			}, nil
		}
		f.mu.Unlock()
		select {
		case <-other:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}
