package dingtalkpg

import (
	"context"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	pollInterval = 5 * time.Second // for notifications that are lost
	minReconnect = 100 * time.Millisecond
	maxReconnect = 5 * time.Second
)

// leaseReleased is the payload of the notification of a released lease. That of an Update is empty.
const leaseReleased = "lease"

// signal wakes all who wait.
type signal struct {
	mu sync.Mutex
	ch chan struct{}
}

// wait returns a channel that the next fire closes.
func (s *signal) wait() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ch == nil {
		s.ch = make(chan struct{})
	}
	return s.ch
}

func (s *signal) fire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ch != nil {
		close(s.ch)
		s.ch = nil
	}
}

// listen fires signals on notifications, and after each time when it may have missed some.
func (s *store) listen(ctx context.Context) {
	wait := minReconnect
	for ctx.Err() == nil {
		began := time.Now()
		_ = s.receive(ctx) // Updates and Views meet the same error, and return it
		if time.Since(began) > maxReconnect {
			wait = minReconnect
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait):
			wait = min(2*wait, maxReconnect)
		}
	}
}

// receive receives notifications until its connection fails.
func (s *store) receive(ctx context.Context) error {
	pooled, err := s.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	conn := pooled.Hijack() // it must not return to the pool listening
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if _, err := conn.Exec(ctx, "listen "+pgx.Identifier{s.schema.channel}.Sanitize()); err != nil {
		return err
	}
	s.changed.fire()
	s.released.fire()
	for {
		n, err := conn.WaitForNotification(ctx)
		if err != nil {
			return err
		}
		if n.Payload == leaseReleased {
			s.released.fire()
		} else {
			s.changed.fire()
		}
	}
}

// poll fires the signal of changes from time to time, whether or not there are any.
func (s *store) poll(ctx context.Context) {
	ticker := time.NewTicker(pollInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			s.changed.fire()
		}
	}
}
