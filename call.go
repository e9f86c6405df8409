package dingtalk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// Call is a call of one operation, as a middleware sees it. A middleware may read it, but must not keep it.
//
// The calls with which a client fetches its tokens, such as GetToken and GetCorpToken, have neither a Request nor a Response
// here, because they are secret. The Path of GetCorpToken has braces in place of the corp ID.
type Call struct {
	Op       string // "CreateUser"
	Path     string // "/topapi/v2/user/create"
	Request  any    // CreateUserRequest, as the caller passed it; a page of size 0 has its size here
	Response any    // *CreateUserResponse after the call succeeded; nil for an operation that returns nothing

	// Attempts and Waited are set when the Invoker returns: how many requests were sent, and the time in which none of
	// them was in flight, because the call waited for a token, for the rate limit, for the end of a ban, or before it was
	// repeated.
	Attempts int
	Waited   time.Duration

	bulk    bool
	fetches bool // a token, for the calls that wait for it
	want    *contract.Endpoint
	target  interface {
		into() any
		decode(status int) error
		result() any
	}
}

// Format prints the operation only: requests contain personal data and passwords.
func (c *Call) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.Op+" "+c.Path) }

// LogValue returns the operation only: requests contain personal data and passwords.
func (c *Call) LogValue() slog.Value { return slog.StringValue(c.Op + " " + c.Path) }

// MarshalText returns the operation only: requests contain personal data and passwords.
func (c *Call) MarshalText() ([]byte, error) { return []byte(c.Op + " " + c.Path), nil }

// Invoker makes a call, and sets its Response.
type Invoker func(ctx context.Context, call *Call) error

// Middleware wraps an Invoker, for metrics, traces, caches or audits. It runs once for each call, however many attempts
// the call takes, and sees names and typed values, but never a token or the client secret. Prefer it to tracing the
// transport, whose URLs contain the token. A middleware that provides the response itself sets Response and does not call
// next; of the calls that fetch a token it cannot.
type Middleware func(next Invoker) Invoker

// target receives the decoded payload of a response. Each attempt starts with an empty one, so that nothing of an
// earlier response remains.
type target[T any] struct{ value *T }

func (t *target[T]) into() any {
	t.value = nil
	return &t.value
}

// decode does nothing: the payload is decoded with the response.
func (t *target[T]) decode(int) error { return nil }

func (t *target[T]) result() any {
	if t.value == nil {
		return nil
	}
	return t.value
}

// secretTarget is the target of a call of the client's own whose request and response no middleware sees.
type secretTarget[T any] struct {
	target[T]
	request func() any // in a closure, so that no print shows it
}

func (t *secretTarget[T]) result() any        { return nil }
func (t *secretTarget[T]) secretRequest() any { return t.request() }

// call runs the middleware and sends a request; every method of an operation consists of it.
func call[Res any](ctx context.Context, c *Client, ep *contract.Endpoint, req any) (*Res, error) {
	if ctx == nil {
		return nil, noContext(ep.Name)
	}
	state := &struct { // one allocation for both
		call   Call
		target target[Res]
	}{call: Call{Op: ep.Name, Path: ep.Path, Request: req, bulk: c.bulk, want: ep}}
	state.call.target = &state.target
	if err := c.run(ctx, &state.call); err != nil {
		return nil, err
	}
	if res, ok := state.call.Response.(*Res); ok && res != nil {
		return res, nil
	}
	if res := state.target.value; res != nil || ep.Payload == contract.Nothing { // a middleware passed on a copy
		return res, nil
	}
	return nil, noResponse(ep.Name)
}

// run runs the middleware and sends a request. Its error has an *Error in its chain.
func (c *Client) run(ctx context.Context, call *Call) error {
	err := c.invoke(ctx, call)
	if err != nil && asError(err) == nil {
		err = &Error{Op: call.Op, Err: err}
	}
	return err
}

// noResponse returns the error of a call that ended without an error and without a response of its type.
func noResponse(op string) *Error {
	err := errors.New("a middleware returned no error without setting Response")
	return &Error{Op: op, Err: err, class: ErrInvalidArgument}
}

// entries calls an operation that returns an array.
func entries[T any](ctx context.Context, c *Client, ep *contract.Endpoint, req any) ([]T, error) {
	res, err := call[[]T](ctx, c, ep, req)
	if err != nil {
		return nil, err
	}
	return *res, nil
}

// perform calls an operation that returns nothing.
func perform(ctx context.Context, c *Client, ep *contract.Endpoint, req any) error {
	_, err := call[struct{}](ctx, c, ep, req)
	return err
}

// noContext returns the error of a call with a nil context.
func noContext(op string) *Error {
	return &Error{Op: op, Err: errors.New("the context is nil"), class: ErrInvalidArgument}
}
