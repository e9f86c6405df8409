package dingtalk

import (
	"context"
	"fmt"
	"time"
)

// Limiter decides when calls may go out, so that they come to what the service permits and never to more.
// The client has one of its own, which knows this process; WithLimiter brings one that a fleet shares. Its
// methods may be called from any goroutine.
type Limiter interface {
	// Acquire waits until the call may go out. When that would be after the deadline of ctx it fails at once,
	// with a *LimitError, and with the error of ctx when ctx ends first. After any other error the call is not
	// made either.
	Acquire(ctx context.Context, call Admission) (Permit, error)
}

// Admission is a call that wants to go out.
type Admission struct {
	Path string // the endpoint, "/topapi/v2/user/create": each has a limit of its own
	Bulk bool   // nobody waits for this one: the others go first
}

// Permit is the leave for one request.
type Permit interface {
	// Release is called once, when the answer is there or is not waited for any more.
	Release(Outcome)
}

// Outcome is what a limiter learns from a request.
type Outcome struct {
	Unsent     bool          // nothing reached the service
	Unanswered bool          // it may have been sent, but no answer came: it may arrive later still
	Throttled  bool          // the service refused the call for the endpoint's rate
	Blocked    time.Duration // the service blocks this address, or the app, and a further call would prolong it
}

// LimitError is the refusal of a call that would have to wait beyond the deadline of its context.
type LimitError struct {
	Wait time.Duration // from now until the call could have gone out, at the least
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("the rate limit has no room before the deadline: wait for %v", e.Wait)
}
