package tenants

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// tenant is an organization for which there is a client.
type tenant struct {
	client *dingtalk.Client
	used   atomic.Int64 // when it was last asked for, or has made a call, in Unix nanoseconds
}

func (t *tenant) use(now time.Time)    { t.used.Store(now.UnixNano()) }
func (t *tenant) idleSince() time.Time { return time.Unix(0, t.used.Load()) }

// middleware refuses the calls of an organization that has ended its authorization, and notes that its client is in use. The
// client may have been dropped meanwhile.
func (t *Tenants) middleware(corpID string, of *tenant) dingtalk.Middleware {
	return func(next dingtalk.Invoker) dingtalk.Invoker {
		return func(ctx context.Context, call *dingtalk.Call) error {
			now := time.Now()
			if t.hasEnded(corpID, now) {
				return &dingtalk.Error{Op: call.Op, Err: &failure{dingtalk.ErrPermission, errEnded}}
			}
			of.use(now)
			return next(ctx, call)
		}
	}
}

// hasEnded reports whether an organization has ended its authorization within the last minute.
func (t *Tenants) hasEnded(corpID string, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return now.Before(t.ended[corpID])
}
