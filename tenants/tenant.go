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

// middleware refuses the calls of an organization that has not authorized the app, as far as that is known, and notes that its
// client is in use. The client may have been dropped meanwhile.
func (t *Tenants) middleware(corpID string, of *tenant) dingtalk.Middleware {
	return func(next dingtalk.Invoker) dingtalk.Invoker {
		return func(ctx context.Context, call *dingtalk.Call) error {
			now := time.Now()
			if err := t.refusal(corpID, now); err != nil {
				return &dingtalk.Error{Op: call.Op, Err: err}
			}
			of.use(now)
			err := next(ctx, call)
			if isNotAuthorized(call.Op, err) {
				t.noteRefusal(corpID, now)
			}
			return err
		}
	}
}
