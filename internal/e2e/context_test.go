package e2e_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func TestContext_EndsTokenAttemptsAndPauses(t *testing.T) {
	t.Parallel()
	reason := errors.New("the operator pressed stop")
	for name, tt := range map[string]struct {
		op, failing string
		fault       dingtalktest.Fault
		unknown     bool
	}{
		"during the token":                   {"CreateUser", "GetToken", dingtalktest.Hang, false},
		"during a read":                      {"GetUser", "GetUser", dingtalktest.Hang, false},
		"during a write":                     {"CreateUser", "CreateUser", dingtalktest.Hang, true},
		"in the pause of a read":             {"GetUser", "GetUser", dingtalktest.Throttled, false},
		"in the pause of a write":            {"CreateUser", "CreateUser", dingtalktest.Throttled, false},
		"in the pause after a lost response": {"UpdateUser", "UpdateUser", dingtalktest.LostResponse, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				if tt.op != "CreateUser" {
					seeded(srv)
				}
				slow := dingtalk.WithRetry(dingtalk.RetryPolicy{MaxAttempts: 99, BaseDelay: time.Hour, MaxDelay: time.Hour})
				client := srv.Client(slow)
				srv.Fail(tt.failing, tt.fault, 99)
				ctx, cancel := context.WithCancelCause(t.Context())
				time.AfterFunc(700*time.Millisecond, func() { cancel(reason) })
				start := time.Now()
				err := operations[tt.op](ctx, client)
				assert.Equal(t, 700*time.Millisecond, time.Since(start))
				require.ErrorIs(t, err, context.Canceled)
				require.ErrorIs(t, err, reason)
				require.NotErrorIs(t, err, dingtalk.ErrTransient, "repeating it is not what the caller wants")
				assert.Equal(t, tt.op, asError(t, err).Op)
				assert.Equal(t, tt.unknown, errors.Is(err, dingtalk.ErrOutcomeUnknown))
			})
		})
	}
}

func TestContext_EndedBeforeTheCallSendsNothing(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		client := srv.Client()
		_, err := client.Token(t.Context())
		require.NoError(t, err)
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		for op, call := range operations {
			err := call(ended, client)
			require.ErrorIs(t, err, context.Canceled, op)
			require.NotErrorIs(t, err, dingtalk.ErrOutcomeUnknown, op)
			assert.Empty(t, srv.Calls(op))
		}
	})
}

func TestContext_CanceledCallLeavesNoGoroutine(t *testing.T) {
	t.Parallel()
	for op, call := range operations {
		for _, hanging := range []string{"GetToken", op} {
			t.Run(op+" while "+hanging+" hangs", func(t *testing.T) {
				t.Parallel()
				// The bubble ends only when all its goroutines have; the server is not closed before.
				synctest.Test(t, func(t *testing.T) {
					srv := dingtalktest.NewServer()
					client := srv.Client(dingtalk.WithTimeout(time.Hour))
					srv.Fail(hanging, dingtalktest.Hang, 9)
					ctx, cancel := context.WithCancel(t.Context())
					time.AfterFunc(time.Second, cancel)
					start := time.Now()
					err := call(ctx, client)
					require.ErrorIs(t, err, context.Canceled)
					assert.Equal(t, time.Second, time.Since(start))
					synctest.Wait()
				})
			})
		}
	}
}
