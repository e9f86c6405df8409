package dingtalkpg

import (
	"context"
	"errors"
	"maps"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

// closeTimeout bounds the release of a lease by Close.
const closeTimeout = 5 * time.Second

// lease is a mirror.Lease: a number in the table head, the fence, which a process that takes or releases the lease increases.
// Each Update of a lease compares it. It changes only while no Update runs.
type lease struct {
	store *store
	fence int64
	once  sync.Once
	lost  chan struct{}
}

func (s *store) Lead(ctx context.Context) (mirror.Lease, error) {
	if err := s.call(ctx); err != nil {
		return nil, err
	}
	defer s.running.Done()
	for {
		released := s.released.wait()
		l, left, err := s.take(ctx)
		if err != nil {
			return nil, wrapError("take the lease", err)
		}
		if l != nil {
			return l, nil
		}
		select {
		case <-released:
		case <-time.After(min(left, s.leaseTime/3)):
		case <-s.closed:
			return nil, errClosed
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// take takes the lease, or returns how long it is still held.
func (s *store) take(ctx context.Context) (l *lease, left time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, maxTime)
	defer cancel()
	var seconds float64
	err = s.pool.QueryRow(ctx, "select greatest(0, extract(epoch from expires - clock_timestamp()))::float8 from "+s.schema.head).Scan(&seconds)
	if left := time.Duration(seconds * float64(time.Second)); err != nil || left > 0 {
		return nil, left + time.Millisecond, err
	}
	tx, err := s.begin(ctx)
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = tx.Rollback(ctx) }() // does nothing after a commit
	if _, err := s.lock(ctx, tx); err != nil {
		return nil, 0, err
	}
	l, until := &lease{store: s, lost: make(chan struct{})}, time.Now().Add(s.leaseTime)
	err = tx.QueryRow(ctx, "update "+s.schema.head+" set fence = fence + 1, expires = clock_timestamp() + $1 "+
		"where expires <= clock_timestamp() returning fence", s.leaseTime).Scan(&l.fence)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, s.leaseTime / 3, nil
	}
	if err != nil {
		return nil, 0, err
	}
	if err := commit(ctx, tx); err != nil {
		return nil, 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leases[l] = true
	s.background.Go(func() { l.renew(context.WithoutCancel(ctx), until) })
	return l, 0, nil
}

// renew renews the lease until it is lost or released.
func (l *lease) renew(ctx context.Context, until time.Time) {
	s := l.store
	defer l.lose()
	for time.Now().Before(until) {
		select {
		case <-l.lost:
			return
		case <-time.After(min(s.leaseTime/3, time.Until(until))):
		}
		began := time.Now()
		ctx, cancel := context.WithDeadline(ctx, until)
		tag, err := s.pool.Exec(ctx, "update "+s.schema.head+" set expires = clock_timestamp() + $1 where fence = $2", s.leaseTime, l.fence)
		cancel()
		switch {
		case err != nil: // once more, until the lease ends
		case tag.RowsAffected() == 0:
			return
		default:
			until = began.Add(s.leaseTime)
		}
	}
}

func (l *lease) Lost() <-chan struct{} { return l.lost }

// lose ends the lease for this process.
func (l *lease) lose() {
	l.once.Do(func() {
		close(l.lost)
		l.store.mu.Lock()
		defer l.store.mu.Unlock()
		delete(l.store.leases, l)
	})
}

func (l *lease) ended() bool {
	select {
	case <-l.lost:
		return true
	default:
		return false
	}
}

func (l *lease) Update(ctx context.Context, f func(mirror.Writer) error) error {
	err := l.store.update(ctx, func(w *writer) error {
		if l.ended() || w.fence != l.fence {
			return mirror.ErrLeaseLost
		}
		return f(w)
	})
	if errors.Is(err, mirror.ErrLeaseLost) {
		l.lose()
	}
	return err
}

// Release waits for Updates that run.
func (l *lease) Release(ctx context.Context) error {
	l.lose()
	if err := l.store.call(ctx); errors.Is(err, errClosed) {
		return nil // Close has released it
	} else if err != nil {
		return err
	}
	defer l.store.running.Done()
	return l.release(ctx)
}

// release lets another process lead.
func (l *lease) release(ctx context.Context) error {
	s := l.store
	ctx, cancel := context.WithTimeout(ctx, maxTime)
	defer cancel()
	tx, err := s.begin(ctx)
	if err != nil {
		return wrapError("release the lease", err)
	}
	defer func() { _ = tx.Rollback(ctx) }() // does nothing after a commit
	if _, err := s.lock(ctx, tx); err != nil {
		return wrapError("release the lease", err)
	}
	var batch pgx.Batch
	batch.Queue("update "+s.schema.head+" set fence = fence + 1, expires = 'epoch' where fence = $1", l.fence)
	batch.Queue("select pg_notify($1, $2)", s.schema.channel, leaseReleased)
	if err := tx.SendBatch(ctx, &batch).Close(); err != nil {
		return wrapError("release the lease", err)
	}
	return wrapError("release the lease", commit(ctx, tx))
}

// endLeases releases the leases when no call runs any more.
func (s *store) endLeases(ctx context.Context) {
	s.mu.Lock()
	leases := maps.Clone(s.leases)
	s.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, closeTimeout)
	defer cancel()
	for l := range leases {
		l.lose()
		_ = l.release(ctx) // otherwise it ends by itself
	}
}
