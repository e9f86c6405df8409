package dingtalk

import (
	"context"
	"fmt"
	"time"
)

// Limiter decides when calls are sent, so that they reach what the service permits and never exceed it.
// The client's own limiter counts the calls of this process; WithLimiter sets one that a fleet shares. Its
// methods must be safe for concurrent use.
type Limiter interface {
	// Acquire waits until the call may be sent. If that would be after the deadline of ctx, it fails at once with a
	// *LimitError; if ctx ends first, it returns the error of ctx. The call is not sent after any error. ctx also ends
	// when the client learns that the service blocks it.
	//
	// A limiter that shares what it learns of blocks refuses each call during one at once, bulk calls as well, with a
	// *LimitError whose Blocked is set. The client, which waits for the end with its bulk calls, asks again then.
	Acquire(ctx context.Context, call LimitRequest) (LimitPermit, error)
}

// LimitRequest describes a call that is about to be sent.
type LimitRequest struct {
	Path string // the endpoint, "/topapi/v2/user/create": each has a limit of its own
	Bulk bool   // background work: other calls go first

	// ClientID is the app, and CorpID the organization for which a client of WithCorpToken calls with its token. A limiter
	// that several clients share counts each app and organization for itself, but for the limit of the address.
	ClientID, CorpID string
}

// LimitPermit is the permission to send one request.
type LimitPermit interface {
	// Release is called once, when the response has arrived or was given up.
	Release(LimitOutcome)
}

// LimitOutcome describes the end of a request to the limiter.
type LimitOutcome struct {
	Unsent     bool          // nothing reached the service
	NoResponse bool          // it may have been sent, but no response came: it may still arrive
	Throttled  bool          // the service refused the call because of the endpoint's rate limit
	Blocked    time.Duration // the service blocks this address, or the app, for so long; further calls would prolong it
}

// LimitError is the error of a call that would have to wait beyond the deadline of its context, or that is not sent because
// the service blocks this address, or the app.
type LimitError struct {
	Wait    time.Duration // from now until the call could be sent, at least
	Blocked bool          // until then the service blocks all calls
}

func (e *LimitError) Error() string {
	if e.Blocked {
		return fmt.Sprintf("the service blocks all calls for %v", e.Wait)
	}
	return fmt.Sprintf("the rate limit has no room before the deadline: wait for %v", e.Wait)
}

// WithLimiter sets the limiter that decides when calls are sent, in place of the client's own: one that a fleet or
// several clients share. A call for which it fails is not sent, and its error matches ErrTransient and
// the error of l, or ErrRateLimited for a *LimitError.
func WithLimiter(l Limiter) Option {
	return func(c *config) {
		c.limiter = l
		c.require(l != nil, "WithLimiter: the limiter is nil")
	}
}

// Bulk returns a client that shares everything with c, and whose calls go behind those of c where the rate limit
// makes them wait: for an import in the background, beside pages that a user waits for. Its calls are sent evenly, not
// in bursts, and still use all that the others leave of the limit.
//
// Where calls of c would fail at once, during a ban and behind the HTML pages of another site, those of Bulk wait: until
// the end of the ban, or for up to a minute. The error of a call that the pages outlast is ErrTransient, and Fatal.
func (c *Client) Bulk() *Client {
	bulk := *c
	bulk.bulk = true
	return &bulk
}
