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

func TestToken_IsFetchedOnceByConcurrentCallersOnAColdStart(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		client := srv.Client()
		for _, err := range concurrently(200, func(int) error { return getZhaoMin(t.Context(), client) }) {
			require.NoError(t, err)
		}
		assert.Len(t, srv.Calls("GetToken"), 1)
		assert.Len(t, srv.Calls("GetUser"), 200)
	}, dingtalktest.WithLatency(20*time.Millisecond))
}

func TestToken_IsFetchedOnceByConcurrentCallersAfterARevocation(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		client := srv.Client()
		require.NoError(t, getZhaoMin(t.Context(), client))
		srv.RevokeToken()
		for _, err := range concurrently(50, func(i int) error {
			time.Sleep(time.Duration(i%7) * 9 * time.Millisecond) // some callers start late
			return getZhaoMin(t.Context(), client)
		}) {
			require.NoError(t, err)
		}
		assert.Len(t, srv.Calls("GetToken"), 2)
	}, dingtalktest.WithLatency(20*time.Millisecond))
}

func TestToken_IsRenewedBeforeItExpiresWhileCallsContinue(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		client := srv.Client()
		require.NoError(t, getZhaoMin(t.Context(), client))
		time.Sleep(time.Hour + 45*time.Minute)
		require.NoError(t, getZhaoMin(t.Context(), client))
		assert.Len(t, srv.Calls("GetToken"), 1, "it does not expire soon")

		time.Sleep(10 * time.Minute)
		srv.Fail("GetToken", dingtalktest.Slow(8*time.Second), 1)
		start := time.Now()
		require.NoError(t, getZhaoMin(t.Context(), client))
		assert.Less(t, time.Since(start), time.Second, "the current token is used during the renewal")
		time.Sleep(10 * time.Second)
		assert.Len(t, srv.Calls("GetToken"), 2)

		time.Sleep(90 * time.Minute)
		require.NoError(t, getZhaoMin(t.Context(), client))
		assert.Len(t, srv.Calls("GetToken"), 2, "the renewed token is valid")
	})
}

func TestToken_FailedEarlyRenewalFailsNoCall(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		client := srv.Client()
		require.NoError(t, getZhaoMin(t.Context(), client))
		time.Sleep(time.Hour + 55*time.Minute)
		srv.Fail("GetToken", dingtalktest.HTTPStatus(502), 100)
		for range 20 {
			require.NoError(t, getZhaoMin(t.Context(), client))
			time.Sleep(10 * time.Second)
		}
		assert.Less(t, len(srv.Calls("GetToken")), 1+3*8, "attempts at the renewal are spaced")
	})
}

func TestToken_IsReplacedAfterItExpired(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		client := srv.Client()
		require.NoError(t, getZhaoMin(t.Context(), client))
		time.Sleep(3 * time.Hour) // without calls
		require.NoError(t, getZhaoMin(t.Context(), client))
		assert.Len(t, srv.Calls("GetUser"), 2, "the expired token was not tried")

		srv.Advance(3 * time.Hour) // of the server's clock only, so that the client does not notice
		_, err := client.CreateUser(t.Context(), dingtalk.CreateUserRequest{Name: "Li Na", Mobile: "13800005678", DeptIDList: []int64{1}})
		require.NoError(t, err, "a refused token proves that nothing was done: creates are repeated, too")
		assert.Len(t, srv.Calls("GetToken"), 3)
		assert.Len(t, srv.Calls("CreateUser"), 2)
	})
}

func TestToken_IsReplacedOncePerCallWhenRefused(t *testing.T) {
	t.Parallel()
	for _, code := range []int{33001, 40001, 40014, 41001, 42001} {
		scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
			seeded(srv)
			client := srv.Client()
			srv.Fail("GetUser", dingtalktest.Code(code), 1)
			require.NoError(t, getZhaoMin(t.Context(), client), code)

			srv.Fail("GetUser", dingtalktest.Code(code), 5)
			start := time.Now()
			err := getZhaoMin(t.Context(), client)
			require.ErrorIs(t, err, dingtalk.ErrInvalidToken)
			assert.Equal(t, code, asError(t, err).Code)
			assert.Len(t, srv.Calls("GetUser"), 4, "two calls of two attempts")
			assert.Zero(t, time.Since(start), "without a pause")
		})
	}
}

func TestToken_ReturnedAgainAfterARefusalIsNotFetchedRepeatedly(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		client := srv.Client()
		srv.Fail("GetUser", dingtalktest.TokenExpired, 1000) // the token is valid, so /gettoken returns it again
		for range 100 {
			require.ErrorIs(t, getZhaoMin(t.Context(), client), dingtalk.ErrInvalidToken)
			time.Sleep(10 * time.Millisecond)
		}
		assert.LessOrEqual(t, len(srv.Calls("GetToken")), 2)
	})
}

func TestToken_WrongCredentialsFailAllCallersWithOneFetch(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		client, err := dingtalk.New(srv.ClientID(), "wrong-secret", dingtalk.WithHTTPClient(srv.Client().HTTPClient()))
		require.NoError(t, err)
		for _, err := range concurrently(100, func(int) error { return getZhaoMin(t.Context(), client) }) {
			require.ErrorIs(t, err, dingtalk.ErrInvalidCredential)
			e := asError(t, err)
			assert.Equal(t, "GetUser", e.Op)
			assert.Equal(t, 40096, e.Code)
			assert.Equal(t, "dingtalk: GetUser: GetToken: invalid credential: "+
				"client ID or secret is wrong, or belongs to the other region: WithBaseURL: errcode 40096: 不合法的appKey或appSecret", err.Error())
		}
		assert.Len(t, srv.Calls("GetToken"), 1)
		time.Sleep(2 * time.Second)
		require.Error(t, getZhaoMin(t.Context(), client))
		assert.Len(t, srv.Calls("GetToken"), 2, "fetched again after a while")
	})
}

func TestToken_FetchOutlivesTheCallerThatStartedIt(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		client := srv.Client()
		srv.Fail("GetToken", dingtalktest.Slow(5*time.Second), 1)
		start := time.Now()
		errs := concurrently(50, func(i int) error {
			ctx := t.Context()
			if i == 0 { // this caller starts the fetch
				short, cancel := context.WithTimeout(ctx, time.Second)
				defer cancel()
				err := getZhaoMin(short, client)
				assert.Equal(t, time.Second, time.Since(start))
				return err
			}
			time.Sleep(100 * time.Millisecond)
			return getZhaoMin(ctx, client)
		})
		require.ErrorIs(t, errs[0], context.DeadlineExceeded)
		for _, err := range errs[1:] {
			require.NoError(t, err)
		}
		assert.Len(t, srv.Calls("GetToken"), 1)
	})
}

func TestToken_FetchIsRetriedAfterATransientFailure(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		client := srv.Client()
		srv.Fail("GetToken", dingtalktest.HTTPStatus(502), 1)
		srv.Fail("GetToken", dingtalktest.BadJSON, 1)
		_, err := client.CreateUser(t.Context(), zhaoMin())
		require.NoError(t, err, "an invalid response is not cached as a token")

		other := srv.Client()
		srv.Fail("GetToken", dingtalktest.LostResponse, 3)
		err = other.DeleteUser(t.Context(), dingtalk.DeleteUserRequest{UserID: "zhao.min"})
		require.ErrorIs(t, err, dingtalk.ErrTransient)
		require.NotErrorIs(t, err, dingtalk.ErrOutcomeUnknown, "the write was never sent")
		assert.Empty(t, srv.Calls("DeleteUser"))
	})
}

func TestToken_SourceReplacesGetToken(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		token, err := srv.Client().Token(t.Context())
		require.NoError(t, err)
		httpClient := dingtalk.WithHTTPClient(srv.Client().HTTPClient())
		client, err := dingtalk.New("", "", httpClient, dingtalk.WithTokenSource(dingtalk.StaticToken(token.Value.Reveal())))
		require.NoError(t, err)
		require.NoError(t, getZhaoMin(t.Context(), client))
		assert.Len(t, srv.Calls("GetToken"), 1)

		mine := errors.New("vault is sealed")
		client, err = dingtalk.New("", "", httpClient, dingtalk.WithTokenSource(failing{mine}))
		require.NoError(t, err)
		err = getZhaoMin(t.Context(), client)
		require.ErrorIs(t, err, mine)
		require.ErrorIs(t, err, dingtalk.ErrInvalidToken)

		client, err = dingtalk.New("", "", httpClient, dingtalk.WithTokenSource(panicking{}))
		require.NoError(t, err)
		require.ErrorContains(t, getZhaoMin(t.Context(), client), "panicked")
		synctest.Wait()
	})
}

func TestToken_RevokedDuringItsRenewalIsReplacedAtOnce(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		client := srv.Client()
		require.NoError(t, getZhaoMin(t.Context(), client))
		time.Sleep(115 * time.Minute)
		srv.Fail("GetToken", dingtalktest.Slow(2*time.Second), 1)
		require.NoError(t, getZhaoMin(t.Context(), client)) // starts the renewal
		time.Sleep(time.Second)
		srv.RevokeToken() // the renewal returns the revoked token
		for range 5 {
			require.NoError(t, getZhaoMin(t.Context(), client))
			time.Sleep(time.Second)
		}
		assert.Len(t, srv.Calls("GetToken"), 3)
	})
}

func TestToken_IsNotFetchedDuringABan(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		client := srv.Client()
		srv.Fail("GetToken", dingtalktest.BanJSON, 1)
		for range 9 {
			err := getZhaoMin(t.Context(), client)
			require.ErrorIs(t, err, dingtalk.ErrRateLimited)
			assert.Equal(t, 5*time.Minute-sinceStart(), asError(t, err).RetryAfter)
			time.Sleep(time.Second)
		}
		time.Sleep(5*time.Minute - sinceStart() - 1)
		require.ErrorIs(t, getZhaoMin(t.Context(), client), dingtalk.ErrRateLimited)
		assert.Len(t, srv.Calls("GetToken"), 1)
		time.Sleep(time.Nanosecond)
		require.NoError(t, getZhaoMin(t.Context(), client), "the ban is over")
	})
}
