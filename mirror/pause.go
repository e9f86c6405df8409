package mirror

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// pause holds the reads of a leader back while every one would be refused.
type pause struct {
	mu       sync.Mutex
	until    time.Time
	err      error
	failures int
	sum      time.Duration // of all pauses
	changed  chan struct{} // receives after a change
}

func newPause() *pause { return &pause{changed: make(chan struct{}, 1)} }

// The wait after an error that every further call would meet, where the service does not say how long.
const (
	minPause = 30 * time.Second
	maxPause = 10 * time.Minute
)

// note pauses after a fatal error, and ends the count of failures after a success.
func (p *pause) note(ctx context.Context, logger *slog.Logger, err error) {
	e, ok := errors.AsType[*dingtalk.Error](err)
	fatal := ok && e.Fatal()
	if err != nil && !fatal || ctx.Err() != nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if err == nil {
		if p.err != nil && !time.Now().Before(p.until) {
			p.until, p.err, p.failures = time.Time{}, nil, 0
			p.notify()
		}
		return
	}
	if time.Now().Before(p.until) {
		return // a call that was under way
	}
	wait := e.RetryAfter
	if wait <= 0 {
		wait = min(minPause<<min(p.failures, 5), maxPause)
	}
	p.failures++
	p.until, p.err = time.Now().Add(wait), err
	p.sum += wait
	p.notify()
	logger.LogAttrs(ctx, slog.LevelWarn, "mirror: reading pauses", slog.Any("error", err), slog.Duration("for", wait))
}

// notePause has the leader pause after an error that each further call would meet.
func (l *leader) notePause(ctx context.Context, err error) {
	if !gone(err) {
		l.pause.note(ctx, l.m.opt.logger, err)
	}
}

// notify notes that the pause has changed. The caller holds the lock.
func (p *pause) notify() {
	select {
	case p.changed <- struct{}{}:
	default:
	}
}

// wait waits until the reads may go on.
func (p *pause) wait(ctx context.Context) error {
	for {
		p.mu.Lock()
		until := p.until
		p.mu.Unlock()
		d := time.Until(until)
		if d <= 0 {
			return ctx.Err()
		}
		if err := sleep(ctx, d); err != nil {
			return err
		}
	}
}

// total returns how long all pauses take together, the present one to its end.
func (p *pause) total() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.sum
}

// state returns until when reading pauses, and the error that it pauses for.
func (p *pause) state() (time.Time, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.until, p.err
}
