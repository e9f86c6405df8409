package provision

import (
	"context"
	"fmt"
	"net/http/httptrace"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// service is what Apply does with a client.
type userClient interface {
	userReader
	userWriter
}

// reads is what a dry run does with a client, too.
type userReader interface {
	GetUser(ctx context.Context, req dingtalk.GetUserRequest) (*dingtalk.User, error)
}

// writer is what a dry run does not do.
type userWriter interface {
	CreateUser(ctx context.Context, req dingtalk.CreateUserRequest) (*dingtalk.CreateUserResponse, error)
	EnsureUser(ctx context.Context, req dingtalk.CreateUserRequest) (*dingtalk.EnsureUserResponse, error)
	UpdateUser(ctx context.Context, req dingtalk.UpdateUserRequest) error
	DeleteUser(ctx context.Context, req dingtalk.DeleteUserRequest) error
}

// gate is a client that sends nothing once Apply was halted.
type stoppableClient struct {
	client  userClient
	applier *applier
}

func (g stoppableClient) GetUser(ctx context.Context, req dingtalk.GetUserRequest) (*dingtalk.User, error) {
	ctx, end := g.applier.startOperation(ctx)
	defer end()
	return g.client.GetUser(ctx, req)
}

func (g stoppableClient) CreateUser(ctx context.Context, req dingtalk.CreateUserRequest) (*dingtalk.CreateUserResponse, error) {
	ctx, end := g.applier.startOperation(ctx)
	defer end()
	return g.client.CreateUser(ctx, req)
}

func (g stoppableClient) EnsureUser(ctx context.Context, req dingtalk.CreateUserRequest) (*dingtalk.EnsureUserResponse, error) {
	ctx, end := g.applier.startOperation(ctx)
	defer end()
	return g.client.EnsureUser(ctx, req)
}

func (g stoppableClient) UpdateUser(ctx context.Context, req dingtalk.UpdateUserRequest) error {
	ctx, end := g.applier.startOperation(ctx)
	defer end()
	return g.client.UpdateUser(ctx, req)
}

func (g stoppableClient) DeleteUser(ctx context.Context, req dingtalk.DeleteUserRequest) error {
	ctx, end := g.applier.startOperation(ctx)
	defer end()
	return g.client.DeleteUser(ctx, req)
}

// activity is a call or pause under way.
type operation struct {
	cancel context.CancelCauseFunc
	sent   bool // a request has a connection: its response is waited for
}

// begin returns the context of a call or pause. A halt ends it, but not while the response to a request is waited for:
// then the call ends with that, and sends no other request. Of transports that do not tell httptrace about their
// connections it is not known whether a request is on its way, and a halt ends their calls at once.
func (a *applier) startOperation(ctx context.Context) (_ context.Context, end func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	act := &operation{cancel: cancel}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.operations[act] = true
	if a.stopErr != nil {
		cancel(a.stopErr)
	}
	send := func(sent bool) {
		a.mu.Lock()
		defer a.mu.Unlock()
		if act.sent = sent; a.stopErr != nil && !sent {
			cancel(a.stopErr)
		}
	}
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { send(false) },
		GotConn: func(httptrace.GotConnInfo) { send(true) },
	})
	return traced, func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		delete(a.operations, act)
		cancel(nil)
	}
}

// halt keeps anything more from being begun, and ends what is not on its way to the service. The first reason counts.
func (a *applier) stop(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.stopErr != nil {
		return
	}
	a.stopErr = err
	for act := range a.operations {
		if !act.sent {
			act.cancel(err)
		}
	}
}

// stopped returns why no more is begun.
func (a *applier) stopReason(ctx context.Context) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.stopErr == nil && ctx.Err() != nil {
		return fmt.Errorf("provision: stopped: %w", context.Cause(ctx))
	}
	return a.stopErr
}
