package tokenshare

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

const (
	// failureThreshold is how many calls in a row may fail before the breaker opens.
	failureThreshold = 3
	// maxHung is how many calls may hang at the same time.
	maxHung = 3
	// cooldown is how long the breaker stays open. The first failure after it opens the breaker again.
	cooldown = 5 * time.Second
	// reportInterval is the shortest time between two reports, for a store that fails now and then.
	reportInterval = time.Minute
	// maxCalls is how many calls may be made at once. Hundreds of organizations that begin at once would otherwise call the store
	// for all of them together, and each call would take longer than it may.
	maxCalls = 4
	// maxTurnWait is how long a call waits for others to end. The wait is that long only if the store is very slow: one that
	// hangs opens the breaker.
	maxTurnWait = 5 * time.Second
)

var (
	errOpen = errors.New("the store is not called for a while after its failures")
	errBusy = fmt.Errorf("the calls before have not ended within %v", maxTurnWait)
)

// Report receives the errors of the store and the method that returned them.
type Report func(ctx context.Context, method string, err error)

// Breaker is a circuit breaker around a store, which the tokens of many organizations may share. It also bounds how many calls
// are made at once.
type Breaker struct {
	turns chan struct{} // one for each call that is under way

	mu        sync.Mutex
	failures  int       // in a row
	failedAt  time.Time // the last of them
	hung      int       // calls that timed out and have not returned
	openUntil time.Time // until then the store is not called
	failing   string    // the method whose error was reported; empty: none, or it has succeeded since
	reported  time.Time // the last report
}

// NewBreaker returns the breaker of one store.
func NewBreaker() *Breaker { return &Breaker{turns: make(chan struct{}, maxCalls)} }

// enter waits until the store may be called, or returns why it must not be. end is called after the call.
func (b *Breaker) enter() (end func(), err error) {
	if b.open() {
		return nil, errOpen
	}
	timer := time.NewTimer(maxTurnWait)
	defer timer.Stop()
	select {
	case b.turns <- struct{}{}:
	case <-timer.C:
		return nil, errBusy
	}
	if b.open() { // meanwhile
		<-b.turns
		return nil, errOpen
	}
	return func() { <-b.turns }, nil
}

// open reports whether the store must not be called.
func (b *Breaker) open() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.hung >= maxHung || time.Now().Before(b.openUntil)
}

// record counts the result of a call that began at start, and opens the breaker if there were too many failures. Those of
// calls that were under way together count as one: they had the same cause.
func (b *Breaker) record(start time.Time, method string, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err == nil && method == b.failing {
		b.failing = ""
	}
	if _, unreadable := errors.AsType[Unreadable](err); err == nil || unreadable {
		b.failures = 0
		return
	}
	if b.failures == 0 || !start.Before(b.failedAt) {
		b.failures++
		b.failedAt = time.Now()
	}
	if b.failures >= failureThreshold {
		b.openUntil = time.Now().Add(cooldown)
	}
}

// tell reports an error, but no further one until the method that failed succeeds.
func (b *Breaker) tell(ctx context.Context, report Report, method string, err error) {
	b.mu.Lock()
	due := err != nil && b.failing == "" && (b.reported.IsZero() || time.Since(b.reported) >= reportInterval)
	if due {
		b.failing, b.reported = method, time.Now()
	}
	b.mu.Unlock()
	if due {
		defer func() { _ = recover() }() // a panic of the error or of the logger must not fail a call
		report(ctx, method, err)
	}
}

// hang records that a call has timed out and not returned.
func (b *Breaker) hang() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.hung++
}

// returned records that a call returned after its timeout.
func (b *Breaker) returned() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.hung--
}
