package mirror

import (
	"sync/atomic"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// Writes has a mirror read again what a client changes: whether the service sends events for it, or not.
type Writes struct {
	mirror atomic.Pointer[Mirror]
}

// NewWrites returns Writes for one client and one mirror: give its Middleware to the client, and it to Open by WithWrites.
func NewWrites() *Writes { return &Writes{} }

// Middleware is the middleware of the client. Until the mirror is open it does nothing.
func (w *Writes) Middleware(next dingtalk.Invoker) dingtalk.Invoker {
	return next
}
