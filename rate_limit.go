package dingtalk

import (
	"context"
	"errors"
	"fmt"

	"github.com/dingtalk-contacts/dingtalk-go/internal/pace"
)

// RateLimit is what the service permits an app, or the share of it that a program may use. A zero field has its
// default, a negative one means no limit.
type RateLimit struct {
	PerSecond  int // calls a second to each endpoint. Default 20, which is the standard edition's; the paid pack has 60
	PerAddress int // calls in 20 seconds to all of them. Default 9,500, of the 10,000 that an address may make
}

// NoRateLimit is the RateLimit without any limit: calls are sent as they come. It suits mocks, and a gateway that limits
// calls itself.
var NoRateLimit = RateLimit{PerSecond: -1, PerAddress: -1}

// The limit of the standard edition, and the share of an address's limit that is used: the rest is for other programs
// behind the same address.
const (
	perSecond  = 20
	perAddress = 9_500
)

// WithRateLimit sets the limits that the client obeys. It counts its own calls: programs that call for the same
// app at the same time divide PerSecond among them, or share a Limiter (see WithLimiter). With both fields
// negative the client sends calls as they come, and does not stop when it is blocked.
func WithRateLimit(limit RateLimit) Option {
	return func(c *config) { c.rate = &limit }
}

// unlimited reports whether there is no limit at all.
func (r RateLimit) unlimited() bool { return r.PerSecond < 0 && r.PerAddress < 0 }

// limits returns r with its defaults.
func (r RateLimit) limits() pace.Limits {
	return pace.Limits{Endpoint: standard(r.PerSecond, perSecond), Address: standard(r.PerAddress, perAddress)}
}

// standard returns n, or the default for 0; 0 stands for no limit in the result.
func standard(n, otherwise int) int {
	if n == 0 {
		return otherwise
	}
	return max(n, 0)
}

// checkLimiter chooses the limiter.
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
		c.limiter = ownLimiter{pace.New(rate.limits())}
	}
}

// ownLimiter is the client's own limiter.
type ownLimiter struct{ *pace.Limiter }

func (p ownLimiter) Acquire(ctx context.Context, call LimitRequest) (LimitPermit, error) {
	granted, err := p.Limiter.Acquire(ctx, call.Path, call.Bulk)
	if err == nil {
		return permit{granted}, nil
	}
	if late, ok := errors.AsType[*pace.Exceeded](err); ok {
		limit := &LimitError{Wait: late.Wait}
		if late.Err != nil {
			return nil, fmt.Errorf("%w (%w)", limit, late.Err)
		}
		return nil, limit
	}
	return nil, err
}

type permit struct{ *pace.Permit }

func (p permit) Release(o LimitOutcome) { p.Permit.Release(pace.Outcome(o)) }

// noLimiter permits every call at once.
type noLimiter struct{}

func (noLimiter) Acquire(context.Context, LimitRequest) (LimitPermit, error) { return noLimiter{}, nil }
func (noLimiter) Release(LimitOutcome)                                       {}
