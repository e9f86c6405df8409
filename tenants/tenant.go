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
	ended  atomic.Bool  // the organization has ended its authorization
}

func (t *tenant) use(now time.Time)    { t.used.Store(now.UnixNano()) }
func (t *tenant) idleSince() time.Time { return time.Unix(0, t.used.Load()) }

// middleware refuses the calls of an organization that has ended its authorization, and notes that the client is in use.
func (t *tenant) middleware(next dingtalk.Invoker) dingtalk.Invoker {
	return func(ctx context.Context, call *dingtalk.Call) error {
		if t.ended.Load() {
			return &dingtalk.Error{Op: call.Op, Err: &failure{dingtalk.ErrPermission, errEnded}}
		}
		t.use(time.Now())
		return next(ctx, call)
	}
}
