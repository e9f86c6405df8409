package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func TestLookup_KeepsTheOrderAndReturnsEachError(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		var ids, mobiles, unions []string
		for i := range 100 {
			id, mobile := fmt.Sprintf("u%03d", i), fmt.Sprintf("138%08d", i)
			ids, mobiles, unions = append(ids, id), append(mobiles, mobile), append(unions, "union"+id)
			if i%3 != 0 {
				srv.AddUser(dingtalktest.User{UserID: id, UnionID: "union" + id, Name: "Name of " + id, Mobile: mobile})
			}
		}
		client, w := intercepted(srv, func(path, body string) string {
			time.Sleep(time.Duration(len(body)*31%50) * time.Millisecond)
			if body == `{"userid":"u050"}` {
				return errorResponse(50002)
			}
			return ""
		})
		req := dingtalk.UsersByIDRequest{UserIDs: ids, Concurrency: 5}
		i := 0
		for u, err := range client.UsersByID(t.Context(), req) {
			require.Equal(t, ids[i], u.UserID)
			switch {
			case i%3 == 0:
				require.ErrorIs(t, err, dingtalk.ErrNotFound)
				require.Equal(t, dingtalk.User{UserID: ids[i]}, u)
			case i == 50:
				require.ErrorIs(t, err, dingtalk.ErrPermission)
			default:
				require.NoError(t, err)
				require.Equal(t, "Name of "+ids[i], u.Name)
			}
			i++
		}
		assert.Equal(t, 100, i)
		assert.Equal(t, 5, w.most["/topapi/v2/user/get"], "the whole concurrency is used, and no more")

		i = 0
		for h, err := range client.UserIDsByMobile(t.Context(), dingtalk.UserIDsByMobileRequest{Mobiles: mobiles}) {
			require.Equal(t, mobiles[i], h.Mobile)
			require.Equal(t, i%3 == 0, errors.Is(err, dingtalk.ErrNotFound))
			require.Equal(t, i%3 != 0, h.UserID == ids[i])
			i++
		}
		assert.Equal(t, 100, i)
		i = 0
		for h, err := range client.UserIDsByUnionID(t.Context(), dingtalk.UserIDsByUnionIDRequest{UnionIDs: unions}) {
			require.Equal(t, unions[i], h.UnionID)
			require.Equal(t, i%3 == 0, errors.Is(err, dingtalk.ErrNotFound))
			require.Equal(t, i%3 != 0, h.UserID == ids[i])
			i++
		}
		assert.Equal(t, 100, i)
		assert.Empty(t, collectWalk(client.UsersByID(t.Context(), dingtalk.UsersByIDRequest{})).failed)
	})
}

func TestLookup_StopsCallingAfterAFatalError(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		opts  []dingtalktest.Option
		fault dingtalktest.Fault
		want  error
	}{
		"no permission":     {[]dingtalktest.Option{dingtalktest.WithoutScope("qyapi_get_member")}, dingtalktest.Fault{}, dingtalk.ErrPermission},
		"no such operation": {nil, dingtalktest.Code(22), dingtalk.ErrUnsupported},
		"no such path":      {nil, dingtalktest.Code(404), dingtalk.ErrUnsupported},
		"a quota":           {nil, dingtalktest.Code(90020), dingtalk.ErrRateLimited},
		"a refused token":   {nil, dingtalktest.TokenExpired, dingtalk.ErrInvalidToken},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				if tt.opts == nil {
					srv.Fail("GetUser", tt.fault, 10_000)
				}
				n := 0
				req := dingtalk.UsersByIDRequest{UserIDs: make([]string, 100), Concurrency: 2}
				for i := range req.UserIDs {
					req.UserIDs[i] = fmt.Sprint("u", i)
				}
				for _, err := range srv.Client().UsersByID(t.Context(), req) {
					require.ErrorIs(t, err, tt.want)
					n++
				}
				assert.Equal(t, 100, n)
				assert.LessOrEqual(t, len(srv.Calls("GetUser")), 12, "the calls that were started ahead, each with a second token")
			}, tt.opts...)
		})
	}
}

func TestLookup_StopsCallingAfterABan(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		ids := make([]string, 1000)
		for i := range ids {
			ids[i] = srv.AddUser(dingtalktest.User{Name: fmt.Sprint("P", i)})
		}
		client := srv.Client()
		i := 0
		for u, err := range client.UsersByID(t.Context(), dingtalk.UsersByIDRequest{UserIDs: ids, Concurrency: 3}) {
			if i == 10 {
				srv.Fail("GetUser", dingtalktest.BanJSON, 10_000)
			}
			require.Equal(t, ids[i], u.UserID, "each of them is returned")
			i++
			if i > 20 {
				require.ErrorIs(t, err, dingtalk.ErrRateLimited)
			}
		}
		assert.Equal(t, len(ids), i)
		assert.Less(t, len(srv.Calls("GetUser")), 30)

		for _, err := range client.UsersByID(t.Context(), dingtalk.UsersByIDRequest{UserIDs: ids}) {
			require.ErrorIs(t, err, dingtalk.ErrRateLimited)
			break
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		got := collectWalk(client.UsersByID(ctx, dingtalk.UsersByIDRequest{UserIDs: ids}))
		assert.Empty(t, got.values)
		assert.ErrorIs(t, got.last, context.Canceled)
	})
}
