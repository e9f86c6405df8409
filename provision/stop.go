package provision

import (
	"context"
	"fmt"
	"iter"
	"net/http/httptrace"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// userClient holds the methods of a client that Apply uses.
type userClient interface {
	userReader
	userWriter
}

// userReader holds the methods that a dry run uses, too.
type userReader interface {
	GetUser(ctx context.Context, req dingtalk.GetUserRequest) (*dingtalk.User, error)
	LeaveRecords(ctx context.Context, req dingtalk.ListLeaveRecordsRequest) iter.Seq2[dingtalk.LeaveRecord, error]
}

// userWriter holds the methods that a dry run does not use.
type userWriter interface {
	CreateUser(ctx context.Context, req dingtalk.CreateUserRequest) (*dingtalk.CreateUserResponse, error)
	EnsureUser(ctx context.Context, req dingtalk.CreateUserRequest) (*dingtalk.EnsureUserResponse, error)
	UpdateUser(ctx context.Context, req dingtalk.UpdateUserRequest) error
	DeleteUser(ctx context.Context, req dingtalk.DeleteUserRequest) error
}

// stoppableClient is a client that sends nothing once the applier was stopped.
type stoppableClient struct {
	client  userClient
	applier *applier
}

func (g stoppableClient) GetUser(ctx context.Context, req dingtalk.GetUserRequest) (*dingtalk.User, error) {
	ctx, end := g.applier.startOperation(ctx)
	defer end()
	return g.client.GetUser(ctx, req)
}

func (g stoppableClient) LeaveRecords(ctx context.Context, req dingtalk.ListLeaveRecordsRequest) iter.Seq2[dingtalk.LeaveRecord, error] {
	return func(yield func(dingtalk.LeaveRecord, error) bool) {
		ctx, end := g.applier.startOperation(ctx)
		defer end()
		g.client.LeaveRecords(ctx, req)(yield)
	}
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

// operation is a call or pause that is running.
type operation struct {
	cancel context.CancelCauseFunc
	sent   bool // a request has a connection, so its response is waited for
}

// startOperation returns the context of a call or pause. A stop cancels it, except while the response to a request is
// waited for: then the call returns that response, and sends no other request. Transports that do not report their
// connections to httptrace do not show whether a request is in flight, so a stop cancels their calls at once.
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

// stop prevents further operations, and cancels those that are not waiting for a response. The first reason counts.
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

// stopReason returns why no further task starts, or nil.
func (a *applier) stopReason(ctx context.Context) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.stopErr == nil && ctx.Err() != nil {
		return fmt.Errorf("provision: stopped: %w", context.Cause(ctx))
	}
	return a.stopErr
}
