package dingtalk

import (
	"context"
	"errors"
	"fmt"

	"github.com/dingtalk-contacts/dingtalk-go/internal/ratelimit"
)

// RateLimit holds the limits that a client obeys: what the service permits an app, or the share of it that a program may
// use. A zero field means its default, a negative one no limit.
type RateLimit struct {
	PerSecond  int // calls a second to each endpoint. Default 20, the limit of the standard edition; the paid package has 60
	PerAddress int // calls in 20 seconds to all endpoints of both APIs. Default 9,500, of the 10,000 that an IP address may make
}

// NoRateLimit is the RateLimit without any limit: calls are sent as they come. It suits mocks, and a gateway that limits
// calls itself.
var NoRateLimit = RateLimit{PerSecond: -1, PerAddress: -1}

// The defaults: the limit of the standard edition, and a share of the limit of an address, whose rest is for other
// programs behind the same address.
const (
	perSecond  = 20
	perAddress = 9_500
)

// WithRateLimit sets the limits that the client obeys. The client counts only its own calls: programs that call for the
// same app at the same time have to divide PerSecond among them, or share a Limiter (see WithLimiter and NewLimiter). With both fields
// negative the client sends calls at once; while DingTalk blocks it, it sends none all the same.
func WithRateLimit(limit RateLimit) Option {
	return func(c *config) { c.rate = &limit }
}

// unlimited reports whether there is no limit at all.
func (r RateLimit) unlimited() bool { return r.PerSecond < 0 && r.PerAddress < 0 }

// limits returns the limits of r, with defaults for zero fields.
func (r RateLimit) limits() ratelimit.Limits {
	return ratelimit.Limits{Endpoint: limit(r.PerSecond, perSecond), Address: limit(r.PerAddress, perAddress)}
}

// limit returns n, or its default if n is 0. In the result 0 means no limit.
func limit(n, byDefault int) int {
	if n == 0 {
		return byDefault
	}
	return max(n, 0)
}

// checkLimiter sets the limiter, unless WithLimiter did.
func (c *config) checkLimiter() {
	rate := RateLimit{}
	if c.rate != nil {
		rate = *c.rate
	}
	switch {
	case c.limiter != nil:
		c.require(c.rate == nil || rate.unlimited(), "WithRateLimit: the limiter of WithLimiter has limits of its own")
	case rate.unlimited():
		c.limiter = noLimiter{}
	default:
		c.limiter = ownLimiter{Limiter: ratelimit.New(rate.limits())}
	}
}

// NewLimiter returns a limiter that the clients of a process share with WithLimiter: of several apps, or of many organizations
// (see WithCorpToken). PerSecond of the limit holds for each app, organization and endpoint, and PerAddress for all of them
// together. The fetches of tokens are the app's. When the service blocks the address, the calls of all clients are held back;
// a ban of one organization, errcode 90003 or 90004 of a client of WithCorpToken, holds that client's alone.
func NewLimiter(limit RateLimit) Limiter {
	if limit.unlimited() {
		return noLimiter{}
	}
	limits := limit.limits()
	limits.Shared = true
	return ownLimiter{ratelimit.New(limits), true}
}

// ownLimiter is the limiter that a client has by default, or that several share.
type ownLimiter struct {
	*ratelimit.Limiter
	shared bool
}

// endpoint returns the name of what a call counts for.
func (l ownLimiter) endpoint(call LimitRequest) string {
	if !l.shared {
		return call.Path
	}
	return call.ClientID + " " + call.CorpID + " " + call.Path
}

func (l ownLimiter) Acquire(ctx context.Context, call LimitRequest) (LimitPermit, error) {
	granted, err := l.Limiter.Acquire(ctx, l.endpoint(call), call.Bulk)
	if err == nil {
		return permit{granted}, nil
	}
	if exceeded, ok := errors.AsType[*ratelimit.LimitError](err); ok {
		limitErr := &LimitError{Wait: exceeded.Wait, Blocked: exceeded.Blocked}
		if exceeded.Err != nil {
			return nil, fmt.Errorf("%w (%w)", limitErr, exceeded.Err)
		}
		return nil, limitErr
	}
	return nil, err
}

// tryAcquire returns a permit, or nil if the call has to wait or its context has ended.
func (l ownLimiter) tryAcquire(ctx context.Context, call LimitRequest) LimitPermit {
	if granted := l.TryAcquire(ctx, l.endpoint(call), call.Bulk); granted != nil {
		return permit{granted}
	}
	return nil
}

// permit is a permit of ownLimiter.
type permit struct{ *ratelimit.Permit }

func (p permit) Release(o LimitOutcome) { p.Permit.Release(ratelimit.Outcome(o)) }

// noLimiter permits every call at once.
type noLimiter struct{}

func (noLimiter) Acquire(context.Context, LimitRequest) (LimitPermit, error) { return noLimiter{}, nil }
func (noLimiter) tryAcquire(context.Context, LimitRequest) LimitPermit       { return noLimiter{} }
func (noLimiter) Release(LimitOutcome)                                       {}
