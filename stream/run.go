package stream

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/internal/backoff"
)

const (
	baseDelay   = time.Second // after the first failure, doubled after each further one
	maxDelay    = time.Minute
	healthyLife = 2 * time.Minute  // of a connection, after which earlier failures are forgotten
	grace       = 10 * time.Second // for what is under way at the end of Run
)

// run is one run of a client.
type run struct {
	*Client
	ctx       context.Context // ends with that of Run, and with a permanent error
	stop      context.CancelCauseFunc
	live      context.Context // of connections: ends when nothing is left to be sent
	work      sync.WaitGroup  // the goroutines of connections
	accepting work            // the goroutines of the acceptor
}

// Run connects and receives events until ctx ends, whose error it then returns, or until the service refuses the app: with
// dingtalk.ErrInvalidCredential for wrong credentials, and with dingtalk.ErrInvalidArgument or dingtalk.ErrPermission for
// other refusals that a repetition would meet as well. All other failures are logged and shown by State, and it tries
// again, after at most a minute, or at the end of a ban. The error is a *dingtalk.Error.
//
// At the end it waits for the events that are being accepted, and replies to them. What arrives then is refused with LATER.
// No goroutine remains, except those of an acceptor that has not returned after 10 seconds.
//
// A client runs once at a time, and may run again.
func (c *Client) Run(ctx context.Context) error {
	if !c.running.CompareAndSwap(false, true) {
		return fail("Run", dingtalk.ErrInvalidArgument, errors.New("the client is running already"))
	}
	defer c.running.Store(false)
	live, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	r := &run{Client: c, live: live}
	r.ctx, r.stop = context.WithCancelCause(ctx)
	defer r.stop(nil)

	c.health.begin()
	for range c.connections {
		r.work.Go(r.keep)
	}
	<-r.ctx.Done()
	r.work.Wait()
	if !r.accepting.wait(live, grace) {
		c.log.Warn("the acceptor of events has not returned")
	}
	c.report(c.health.finish())
	c.report(c.refusals.finish())
	if err := ctx.Err(); err != nil {
		return &dingtalk.Error{Op: "stream.Run", Err: err}
	}
	return context.Cause(r.ctx) //nolint:contextcheck // it descends from ctx
}

// keep holds one connection after the other until r.ctx ends. The next one is opened before the last one ends, where that
// is known beforehand.
func (r *run) keep() {
	var b retry
	var old *connection // lives until the next one is open
	for {
		n := r.open(&b)
		if n == nil {
			return
		}
		if old != nil {
			close(old.succeeded)
			old = nil
		}
		select {
		case <-r.ctx.Done():
			return
		case <-n.renew:
			old = n
		case <-n.done:
		}
		if backoff.Sleep(r.ctx, b.replace(time.Since(n.opened), old != nil)) != nil {
			return
		}
	}
}

// open returns a new connection, or nil at the end of r.ctx.
func (r *run) open(b *retry) *connection {
	for {
		ws, err := r.connect(r.ctx)
		if err == nil {
			return r.start(ws)
		}
		if r.ctx.Err() != nil {
			return nil
		}
		r.health.failed(err)
		if permanent(err) {
			r.stop(err)
			return nil
		}
		delay := b.failed()
		if e, ok := errors.AsType[*dingtalk.Error](err); ok {
			delay = max(delay, e.RetryAfter) // the end of a ban
		}
		r.log.Warn("no connection for events could be opened", "error", err, "next_attempt", delay)
		if backoff.Sleep(r.ctx, delay) != nil {
			return nil
		}
	}
}

// retry counts failures in a row: failed attempts, and connections that were soon over.
type retry struct{ failures int }

// failed counts a failure, and returns how long to wait.
func (b *retry) failed() time.Duration {
	b.failures++
	return backoff.Delay(b.failures, baseDelay, maxDelay)
}

// replace returns how long to wait before a connection that has lived for a time is replaced. A planned successor is opened
// at once, unless the one before was soon over as well.
func (b *retry) replace(lived time.Duration, planned bool) time.Duration {
	if lived >= healthyLife {
		b.failures = 0
		if planned {
			return 0
		}
	}
	delay := b.failed()
	if planned && b.failures == 1 {
		return 0
	}
	return delay
}
