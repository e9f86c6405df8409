package e2e_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func TestMiddleware_SeesEachCallOnceInOrderAndTyped(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		var log []string
		logging := func(name string) dingtalk.Middleware {
			return func(next dingtalk.Invoker) dingtalk.Invoker {
				return func(ctx context.Context, call *dingtalk.Call) error {
					if call.Op == "GetToken" {
						return next(ctx, call)
					}
					log = append(log, name+" before "+call.Op+" "+call.Path)
					assert.Equal(t, dingtalk.GetUserRequest{UserID: "zhao.min"}, call.Request)
					assert.Nil(t, call.Response)
					err := next(ctx, call)
					assert.Equal(t, "Zhao Min", call.Response.(*dingtalk.User).Name)
					log = append(log, name+" after")
					return err
				}
			}
		}
		client := srv.Client(dingtalk.WithMiddleware(logging("a"), logging("b")), dingtalk.WithMiddleware(logging("c")))
		srv.Fail("GetUser", dingtalktest.SystemBusy, 2)
		require.NoError(t, getZhaoMin(t.Context(), client))
		const call = " before GetUser /topapi/v2/user/get"
		assert.Equal(t, []string{"a" + call, "b" + call, "c" + call, "c after", "b after", "a after"}, log)
	})
}

func TestMiddleware_MayProvideTheResponse(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	refused := errors.New("not on Sundays")
	for name, tt := range map[string]struct {
		respond func(*dingtalk.Call) error
		check   func(*dingtalk.User, error)
	}{
		"with a response": {
			func(call *dingtalk.Call) error { call.Response = &dingtalk.User{Name: "cached"}; return nil },
			func(u *dingtalk.User, err error) {
				require.NoError(t, err)
				assert.Equal(t, "cached", u.Name)
			},
		},
		"with an error": {
			func(*dingtalk.Call) error { return refused },
			func(u *dingtalk.User, err error) {
				require.ErrorIs(t, err, refused)
				assert.Equal(t, "dingtalk: GetUser: not on Sundays", err.Error())
				assert.Equal(t, "GetUser", asError(t, err).Op)
				assert.Nil(t, u)
			},
		},
		"with nothing": {
			func(*dingtalk.Call) error { return nil },
			func(u *dingtalk.User, err error) {
				require.ErrorContains(t, err, "without setting Response")
				assert.Nil(t, u)
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := srv.Client(dingtalk.WithMiddleware(func(dingtalk.Invoker) dingtalk.Invoker {
				return func(_ context.Context, call *dingtalk.Call) error { return tt.respond(call) }
			}))
			tt.check(client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: "zhao.min"}))
		})
	}
	assert.Empty(t, srv.Calls(""))
}

func TestMiddleware_CannotPassOnACallThatItMade(t *testing.T) {
	t.Parallel()
	client := dingtalktest.New(t).Client(dingtalk.WithMiddleware(func(next dingtalk.Invoker) dingtalk.Invoker {
		return func(ctx context.Context, call *dingtalk.Call) error {
			return next(ctx, &dingtalk.Call{Op: call.Op, Path: call.Path, Request: call.Request})
		}
	}))
	require.ErrorContains(t, getZhaoMin(t.Context(), client), "a Call that it made itself")
}

func TestMiddleware_MayPassOnACopyOfTheCall(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	client := srv.Client(dingtalk.WithMiddleware(func(next dingtalk.Invoker) dingtalk.Invoker {
		return func(ctx context.Context, call *dingtalk.Call) error {
			duplicate := *call
			return next(ctx, &duplicate)
		}
	}))
	res, err := client.CreateUser(t.Context(), zhaoMin())
	require.NoError(t, err, "the user was created")
	assert.Equal(t, "zhao.min", res.UserID)
}

func TestMiddleware_FailsTheCallWithoutAContextOrAResponse(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	var none context.Context
	client := srv.Client(dingtalk.WithMiddleware(func(next dingtalk.Invoker) dingtalk.Invoker {
		return func(_ context.Context, call *dingtalk.Call) error { return next(none, call) }
	}))
	require.ErrorContains(t, getZhaoMin(t.Context(), client), "the context is nil")

	client = srv.Client(dingtalk.WithMiddleware(func(dingtalk.Invoker) dingtalk.Invoker {
		return func(_ context.Context, call *dingtalk.Call) error {
			call.Response = (*dingtalk.User)(nil)
			return nil
		}
	}))
	user, err := client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: "zhao.min"})
	require.ErrorContains(t, err, "without setting Response")
	assert.Nil(t, user)
	assert.Empty(t, srv.Calls(""))
}
