package dingtalk

import (
	"context"
	"fmt"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/backoff"
	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// RetryPolicy defines how often a call is attempted, and the delays between attempts. Only what is proven safe to repeat
// is repeated; see the package documentation. A zero field means its default.
type RetryPolicy struct {
	MaxAttempts int           // including the first; 1 means no repetition. Default 3
	BaseDelay   time.Duration // maximum of the first delay, doubled for each further one. Default 200 ms
	MaxDelay    time.Duration // maximum of any delay; when the service asks for more, the call is not repeated. Default 5 s
}

// WithRetry sets the retry policy.
func WithRetry(p RetryPolicy) Option {
	return func(c *config) { c.retry = p }
}

func (c *config) checkRetry() {
	p := &c.retry
	c.require(p.MaxAttempts >= 0 && p.BaseDelay >= 0 && p.MaxDelay >= 0, fmt.Sprintf("WithRetry: a field of %+v is negative", *p))
	if p.MaxAttempts == 0 {
		p.MaxAttempts = 3
	}
	if p.BaseDelay == 0 {
		p.BaseDelay = 200 * time.Millisecond
	}
	if p.MaxDelay == 0 {
		p.MaxDelay = 5 * time.Second
	}
}

// retryDelay decides whether send, whose loop repeats the call, tries again after n attempts, and how long it waits before.
func (c *Client) retryDelay(ctx context.Context, call *Call, res result, n int) (time.Duration, bool) {
	foreignPage := res.foreignPage && call.bulk // the gate delays it
	if !res.retryable && !foreignPage || max(n, 1) >= c.retry.MaxAttempts || ctx.Err() != nil {
		return 0, false
	}
	if !res.notApplied && call.want.Repeat != contract.Always {
		return 0, false
	}
	if foreignPage {
		return 0, true
	}
	delay := backoff.Delay(n, c.retry.BaseDelay, c.retry.MaxDelay)
	if wait := res.err.RetryAfter; wait > 0 {
		if wait > c.retry.MaxDelay {
			return 0, false
		}
		delay = wait + backoff.Delay(1, c.retry.BaseDelay, c.retry.MaxDelay)
	}
	return delay, backoff.Fits(ctx, delay)
}
