package e2e_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// The tests let a permission point be missing for one call, or for many: the service as it is reported, which refuses a
// token that it issued before the permission was granted.

func TestPermission_GrantedLaterNeedsAnotherToken(t *testing.T) {
	t.Parallel()
	for op, call := range operations {
		scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
			if op != "CreateUser" {
				seeded(srv)
			}
			client := srv.Client()
			_, err := client.Token(t.Context())
			require.NoError(t, err)
			time.Sleep(5 * time.Minute)
			srv.Fail(op, dingtalktest.PermissionMissing, 1)
			require.NoError(t, call(t.Context(), client), op)
			assert.Len(t, srv.Calls(op), 2)
			assert.Len(t, srv.Calls("GetToken"), 2)
		}, dingtalktest.WithTokenRotation())
	}
}

func TestPermission_IsNotAskedForAgainWithTheSameToken(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		client := srv.Client()
		require.NoError(t, getZhaoMin(t.Context(), client))
		srv.Fail("GetUser", dingtalktest.PermissionMissing, 9)
		refused := func(calls, fetches int) {
			t.Helper()
			before := len(srv.Calls("GetUser"))
			require.ErrorIs(t, getZhaoMin(t.Context(), client), dingtalk.ErrPermission)
			assert.Equal(t, calls, len(srv.Calls("GetUser"))-before)
			assert.Len(t, srv.Calls("GetToken"), fetches)
		}
		refused(1, 1) // the token is new
		time.Sleep(5 * time.Minute)
		refused(1, 2) // /gettoken returns the same one
		refused(1, 2)
		time.Sleep(5 * time.Minute)
		refused(1, 3)
	})
}

func TestPermission_IsAskedForAgainOnceWithAnotherToken(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		client := srv.Client()
		require.NoError(t, getZhaoMin(t.Context(), client))
		time.Sleep(5 * time.Minute)
		srv.Fail("GetUser", dingtalktest.PermissionMissing, 9)
		require.ErrorIs(t, getZhaoMin(t.Context(), client), dingtalk.ErrPermission)
		assert.Len(t, srv.Calls("GetUser"), 3)
		require.ErrorIs(t, getZhaoMin(t.Context(), client), dingtalk.ErrPermission)
		assert.Len(t, srv.Calls("GetUser"), 4)
		assert.Len(t, srv.Calls("GetToken"), 2)
	}, dingtalktest.WithTokenRotation())
}

func TestPermission_IsReportedIfNoTokenCanBeFetched(t *testing.T) {
	t.Parallel()
	for _, fault := range []dingtalktest.Fault{dingtalktest.HTTPStatus(500), dingtalktest.Code(40096), dingtalktest.Hang} {
		scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
			seeded(srv)
			client := srv.Client()
			require.NoError(t, getZhaoMin(t.Context(), client))
			time.Sleep(5 * time.Minute)
			srv.Fail("GetUser", dingtalktest.PermissionMissing, 1)
			srv.Fail("GetToken", fault, 9)
			err := getZhaoMin(t.Context(), client)
			assert.Equal(t, "Permission", classesOf(err), err)
			require.NoError(t, getZhaoMin(t.Context(), client), "the token is still good")
		})
	}
}

func TestPermission_OfManyCallersCostsOneToken(t *testing.T) {
	t.Parallel()
	for name, opts := range policies {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				seeded(srv)
				client := srv.Client()
				require.NoError(t, getZhaoMin(t.Context(), client))
				time.Sleep(5 * time.Minute)
				srv.Fail("GetUser", dingtalktest.PermissionMissing, 100)
				for _, err := range concurrently(100, func(int) error { return getZhaoMin(t.Context(), client) }) {
					assert.True(t, err == nil || classesOf(err) == "Permission", err)
				}
				assert.Len(t, srv.Calls("GetToken"), 2)
			}, opts...)
		})
	}
}

// The emulator takes no time, so that callers are refused when the fetch is over, but the call that began it has not gone
// on yet.
func TestPermission_OfManyCallersCostsOneTokenHoweverShortTheFetch(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		client := srv.Client()
		for n := range 20 {
			for _, err := range concurrently(50, func(int) error {
				_, err := client.ListUsers(t.Context(), dingtalk.ListUsersRequest{DeptID: 1})
				return err
			}) {
				require.ErrorIs(t, err, dingtalk.ErrPermission)
			}
			require.LessOrEqual(t, len(srv.Calls("GetToken")), 1+n)
			time.Sleep(5*time.Minute + time.Second)
		}
	}, dingtalktest.WithoutScope("qyapi_get_department_member"))
}

func TestFleet_AMissingPermissionCostsOneToken(t *testing.T) {
	forEachPolicy(t, func(t *testing.T, srv *dingtalktest.Server, store *recordingStore) {
		clients := fleet(srv, store, 8)
		callAll(t, clients, 1)
		for range 5 {
			time.Sleep(5*time.Minute + time.Second)
			fetched := len(srv.Calls("GetToken"))
			srv.Fail("CountUsers", dingtalktest.PermissionMissing, 1000)
			for _, err := range concurrently(8*8, func(i int) error {
				_, err := clients[i%8].CountUsers(t.Context(), dingtalk.CountUsersRequest{})
				return err
			}) {
				require.ErrorIs(t, err, dingtalk.ErrPermission)
			}
			assert.Equal(t, 1, len(srv.Calls("GetToken"))-fetched)
			callAll(t, clients, 1)
		}
	})
}

func TestFleet_APermissionGrantedLaterCostsOneToken(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		clients := fleet(srv, newRecordingStore(), 8)
		callAll(t, clients, 1)
		time.Sleep(5 * time.Minute)
		for _, client := range clients { // one after the other: the first fetches, the others take its token
			srv.Fail("GetUser", dingtalktest.PermissionMissing, 1)
			require.NoError(t, getZhaoMin(t.Context(), client))
		}
		assert.Len(t, srv.Calls("GetToken"), 2)
	}, dingtalktest.WithTokenRotation())
}

func TestRenewToken_FetchesWhileOthersCall(t *testing.T) {
	t.Parallel()
	for name, opts := range policies {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				client := srv.Client()
				first, err := client.RenewToken(t.Context())
				require.NoError(t, err)
				assert.Len(t, srv.Calls("GetToken"), 1, "there was none")
				next, err := client.RenewToken(t.Context())
				require.NoError(t, err)
				assert.Len(t, srv.Calls("GetToken"), 2)
				assert.Equal(t, name == "reuse", first.Value == next.Value)
				used, err := client.Token(t.Context())
				require.NoError(t, err)
				assert.Equal(t, next, used)

				srv.Fail("GetToken", dingtalktest.Code(40096), 1)
				_, err = client.RenewToken(t.Context())
				require.ErrorIs(t, err, dingtalk.ErrInvalidCredential)
				require.ErrorContains(t, err, "dingtalk: RenewToken: GetToken: ")
				used, err = client.Token(t.Context())
				require.NoError(t, err)
				assert.Equal(t, next, used, "which is as good as before")

				ctx, cancel := context.WithCancel(t.Context())
				cancel()
				_, err = client.RenewToken(ctx)
				require.ErrorIs(t, err, context.Canceled)
			}, opts...)
		})
	}
	client, err := dingtalk.New("", "", dingtalk.WithTokenSource(dingtalk.StaticToken("mock-access-token-4711")))
	require.NoError(t, err)
	token, err := client.RenewToken(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "mock-access-token-4711", token.Value.Reveal())
	_, err = client.RenewToken(nil) //nolint:staticcheck // a nil context is the test case
	require.ErrorIs(t, err, dingtalk.ErrInvalidArgument)
}
