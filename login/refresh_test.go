package login_test

import (
	"context"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/login"
)

func asError(t *testing.T, err error) *dingtalk.Error {
	t.Helper()
	e, ok := err.(*dingtalk.Error) //nolint:errorlint // the documentation promises this type
	require.True(t, ok, "%T", err)
	return e
}

func TestRefresh_ReplacesTheSession(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string][]dingtalktest.Option{"rotating": nil, "stable": {dingtalktest.WithStableRefreshToken()}} {
		synctest.Test(t, func(t *testing.T) {
			srv := newServer(t, opts...)
			flow := newFlow(t, srv)
			first := sessionOf(t, srv, flow, "zhao.min")
			time.Sleep(time.Hour)
			second, err := flow.Refresh(t.Context(), first)
			require.NoError(t, err, name)
			assert.Equal(t, name == "rotating", first.RefreshToken != second.RefreshToken)
			assert.Equal(t, first.CorpID, second.CorpID)
			assert.Equal(t, 2*time.Hour, time.Until(second.Expires))
			_, err = flow.Member(t.Context(), second)
			require.NoError(t, err)

			time.Sleep(31 * 24 * time.Hour)
			_, err = flow.Refresh(t.Context(), second)
			require.ErrorIs(t, err, dingtalk.ErrInvalidAuthCode)
		})
	}
}

func TestRefresh_KeepsWhatTheResponseLacks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := newServer(t)
		flow := newFlow(t, srv)
		first := sessionOf(t, srv, flow, "zhao.min")
		srv.Fail("GetUserAccessToken", dingtalktest.Omit("corpId"), 1)
		second, err := flow.Refresh(t.Context(), first)
		require.NoError(t, err)
		assert.Equal(t, srv.CorpID(), second.CorpID)
		srv.Fail("GetUserAccessToken", dingtalktest.Omit("refreshToken"), 1)
		third, err := flow.Refresh(t.Context(), second)
		require.NoError(t, err)
		assert.Equal(t, second.RefreshToken, third.RefreshToken)
		srv.Fail("GetUserAccessToken", dingtalktest.Omit("expireIn"), 1)
		session := sessionOf(t, srv, flow, "zhao.min")
		assert.Equal(t, 2*time.Hour, time.Until(session.Expires))
	})
}

func TestRefresh_IsSharedByThoseWhoRace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := newServer(t, dingtalktest.WithLatency(20*time.Millisecond))
		flow := newFlow(t, srv)
		first := sessionOf(t, srv, flow, "zhao.min")
		sessions := make([]*login.Session, 50)
		var wg sync.WaitGroup
		for i := range sessions {
			wg.Go(func() {
				time.Sleep(time.Duration(i) * time.Second) // the last ones come late
				s := *first
				session, err := flow.Refresh(t.Context(), &s)
				if assert.NoError(t, err) {
					sessions[i] = session
				}
			})
		}
		wg.Wait()
		for _, s := range sessions {
			require.Equal(t, sessions[0], s)
		}
		assert.NotSame(t, sessions[0], sessions[1])
		assert.Len(t, srv.Calls("GetUserAccessToken"), 2, "the exchange and one refresh")

		time.Sleep(time.Minute)
		_, err := flow.Refresh(t.Context(), first)
		require.ErrorIs(t, err, dingtalk.ErrInvalidAuthCode, "the result was forgotten, and the token is spent")
		assert.ErrorContains(t, err, "the login code or the refresh token is unknown, expired or spent")
	})
}

func TestRefresh_SendsNoTokenTwiceAfterALostResponse(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := newServer(t, dingtalktest.WithLatency(20*time.Millisecond))
		flow := newFlow(t, srv)
		first := sessionOf(t, srv, flow, "zhao.min")
		srv.Fail("GetUserAccessToken", dingtalktest.LostResponse, 1)
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				s, err := flow.Refresh(t.Context(), first)
				assert.ErrorIs(t, err, dingtalk.ErrOutcomeUnknown)
				assert.ErrorContains(t, err, "let the user sign in again")
				assert.Nil(t, s)
			})
		}
		wg.Wait()
		assert.Len(t, srv.Calls("GetUserAccessToken"), 2)
	})
}

func TestRefresh_TriesAgainWhereTheTokenIsStillGood(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := newServer(t)
		flow := newFlow(t, srv)
		first := sessionOf(t, srv, flow, "zhao.min")
		srv.Fail("GetUserAccessToken", dingtalktest.Throttled, 3)
		_, err := flow.Refresh(t.Context(), first)
		require.ErrorIs(t, err, dingtalk.ErrRateLimited)
		_, err = flow.Refresh(t.Context(), first)
		require.NoError(t, err)
	})
}

func TestRefresh_ObeysTheContextOfEachCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := newServer(t)
		flow := newFlow(t, srv)
		first := sessionOf(t, srv, flow, "zhao.min")
		srv.Fail("GetUserAccessToken", dingtalktest.Slow(5*time.Second), 1)
		var wg sync.WaitGroup
		wg.Go(func() {
			_, err := flow.Refresh(t.Context(), first)
			assert.NoError(t, err)
		})
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		_, err := flow.Refresh(ctx, first)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.NotErrorIs(t, err, dingtalk.ErrOutcomeUnknown)
		assert.NoError(t, asError(t, err).Class())
		assert.Equal(t, time.Second, time.Since(start))
		wg.Wait()

		for _, s := range []*login.Session{nil, {AccessToken: first.AccessToken}} {
			_, err = flow.Refresh(t.Context(), s)
			require.ErrorIs(t, err, dingtalk.ErrInvalidArgument)
		}
		_, err = flow.Refresh(nil, first) //nolint:staticcheck // a nil context is the test case
		require.ErrorIs(t, err, dingtalk.ErrInvalidArgument)
	})
}

func TestRefresh_GoesOnWithoutTheCallThatBeganIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := newServer(t, dingtalktest.WithLatency(2*time.Second))
		flow := newFlow(t, srv)
		first := sessionOf(t, srv, flow, "zhao.min")
		ctx, cancel := context.WithTimeout(t.Context(), time.Second) // the browser goes away
		defer cancel()
		var wg sync.WaitGroup
		wg.Go(func() {
			_, err := flow.Refresh(ctx, first)
			assert.ErrorIs(t, err, context.DeadlineExceeded)
			assert.NotErrorIs(t, err, dingtalk.ErrOutcomeUnknown)
		})
		synctest.Wait()
		second, err := flow.Refresh(t.Context(), first)
		require.NoError(t, err)
		wg.Wait()
		late, err := flow.Refresh(t.Context(), first)
		require.NoError(t, err)
		assert.Equal(t, second, late)
		assert.Len(t, srv.Calls("GetUserAccessToken"), 2, "the exchange and one refresh")

		_, err = flow.Refresh(ctx, second) // it has ended: nothing begins
		require.ErrorIs(t, err, context.DeadlineExceeded)
		synctest.Wait()
		assert.Len(t, srv.Calls("GetUserAccessToken"), 2)
	})
}

func TestRefresh_SurvivesAMiddlewareThatEndsIt(t *testing.T) {
	t.Parallel()
	for text, ending := range map[string]func(){
		"the refresh panicked (string)":   func() { panic("secret") },
		"the refresh ended its goroutine": runtime.Goexit,
	} {
		synctest.Test(t, func(t *testing.T) {
			srv := newServer(t)
			broken := false
			flow := newFlow(t, srv, dingtalk.WithMiddleware(func(next dingtalk.Invoker) dingtalk.Invoker {
				return func(ctx context.Context, call *dingtalk.Call) error {
					if broken {
						ending()
					}
					return next(ctx, call)
				}
			}))
			first := sessionOf(t, srv, flow, "zhao.min")
			broken = true
			s, err := flow.Refresh(t.Context(), first)
			require.ErrorIs(t, err, dingtalk.ErrOutcomeUnknown)
			require.ErrorContains(t, err, text+"; let the user sign in again")
			assert.NotContains(t, err.Error(), "secret")
			assert.Nil(t, s)
		})
	}
}

func TestExchange_SpendsACodeOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := newServer(t)
		flow := newFlow(t, srv)
		code := codeOf(t, srv, flow, "zhao.min")
		_, err := flow.Exchange(t.Context(), code)
		require.NoError(t, err)
		late := codeOf(t, srv, flow, "zhao.min")
		time.Sleep(5 * time.Minute)
		for name, code := range map[string]string{"spent": code, "expired": late, "of a page": srv.IssueCode("zhao.min"), "none": "", "unknown": "c0ffee00"} {
			s, err := flow.Exchange(t.Context(), code)
			require.ErrorIs(t, err, dingtalk.ErrInvalidAuthCode, name)
			assert.Nil(t, s)
		}
		for name, fault := range map[string]dingtalktest.Fault{
			"lost": dingtalktest.LostResponse, "half": dingtalktest.BadJSON, "busy": dingtalktest.SystemBusy,
			"a page": dingtalktest.HTTPStatus(502), "no token": dingtalktest.Omit("accessToken"), "HTML": dingtalktest.PortalPage,
		} {
			calls := len(srv.Calls("GetUserAccessToken"))
			srv.Fail("GetUserAccessToken", fault, 1)
			s, err := flow.Exchange(t.Context(), codeOf(t, srv, flow, "zhao.min"))
			require.ErrorIs(t, err, dingtalk.ErrOutcomeUnknown, name)
			assert.Nil(t, s)
			assert.Len(t, srv.Calls("GetUserAccessToken"), calls+1, name)
			time.Sleep(10 * time.Minute) // a page may be a ban
		}
	})
}
