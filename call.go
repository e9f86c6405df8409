package dingtalk

import (
	"context"
	"errors"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// Call is one operation on its way out. A middleware may read it and must not keep it.
type Call struct {
	Op       string // "CreateUser"
	Path     string // "/topapi/v2/user/create"
	Request  any    // CreateUserRequest, as the caller passed it
	Response any    // *CreateUserResponse once the call has succeeded; nil where there is nothing to return

	bulk   bool
	want   *contract.Endpoint
	target interface {
		into() any
		result() any
	}
}

// Invoker carries a call out.
type Invoker func(ctx context.Context, call *Call) error

// Middleware wraps every call once, however many attempts it takes: for metrics, traces, caches, audits. It
// sees names and typed values, and never the token. Prefer it to tracing the transport, whose URLs hold the
// token. One that answers by itself sets Response and does not call next.
type Middleware func(next Invoker) Invoker

// target receives a decoded payload: anew at each attempt, so that nothing of an earlier answer remains.
type target[T any] struct{ value *T }

func (t *target[T]) into() any {
	t.value = nil
	return &t.value
}

func (t *target[T]) result() any {
	if t.value == nil {
		return nil
	}
	return t.value
}

// call is what every method is made of.
func call[Res any](ctx context.Context, c *Client, ep *contract.Endpoint, req any) (*Res, error) {
	if ctx == nil {
		return nil, noContext(ep.Name)
	}
	both := &struct { // one allocation
		Call
		target[Res]
	}{Call: Call{Op: ep.Name, Path: ep.Path, Request: req, bulk: c.bulk, want: ep}}
	call, target := &both.Call, &both.target
	call.target = target
	if err := c.invoke(ctx, call); err != nil {
		if _, ok := errors.AsType[*Error](err); !ok {
			err = &Error{Op: ep.Name, Err: err}
		}
		return nil, err
	}
	if res, ok := call.Response.(*Res); ok && res != nil {
		return res, nil
	}
	if res := target.value; res != nil || ep.Payload == contract.Nothing { // a middleware passed on a copy
		return res, nil
	}
	err := errors.New("a middleware answered without setting Response")
	return nil, &Error{Op: ep.Name, Err: err, class: ErrInvalidArgument}
}

// entries is call for operations that return an array.
func entries[T any](ctx context.Context, c *Client, ep *contract.Endpoint, req any) ([]T, error) {
	res, err := call[[]T](ctx, c, ep, req)
	if err != nil {
		return nil, err
	}
	return *res, nil
}

// perform is call for operations that return nothing.
func perform(ctx context.Context, c *Client, ep *contract.Endpoint, req any) error {
	_, err := call[struct{}](ctx, c, ep, req)
	return err
}

func noContext(op string) *Error {
	return &Error{Op: op, Err: errors.New("the context is nil"), class: ErrInvalidArgument}
}
