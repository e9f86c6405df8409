package e2e_test

import (
	"fmt"
	"iter"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// ends ranges over a sequence to its end, and returns the last error.
func ends[T any](seq iter.Seq2[T, error]) (last error) {
	for _, last = range seq {
	}
	return last
}

// Several calls are in flight or wait when one of them meets a ban, and those would wait for its end, because they are of
// Bulk.
func TestBan_EndsWalksAndLookupsAtOnceWhicheverCallMeetsIt(t *testing.T) {
	t.Parallel()
	const latency = 30 * time.Millisecond
	for path, run := range map[string]func(t *testing.T, client *dingtalk.Client, users []string, depts []int64) error{
		"/topapi/v2/user/list": func(t *testing.T, client *dingtalk.Client, _ []string, _ []int64) error {
			return ends(client.OrgUsers(t.Context(), dingtalk.OrgUsersRequest{}))
		},
		"/topapi/v2/department/get": func(t *testing.T, client *dingtalk.Client, _ []string, _ []int64) error {
			return ends(client.OrgDepartments(t.Context(), dingtalk.OrgDepartmentsRequest{}))
		},
		"/topapi/v2/department/listsubid": func(t *testing.T, client *dingtalk.Client, _ []string, _ []int64) error {
			return ends(client.OrgDepartments(t.Context(), dingtalk.OrgDepartmentsRequest{}))
		},
		"/topapi/v2/department/listparentbydept": func(t *testing.T, client *dingtalk.Client, _ []string, depts []int64) error {
			return ends(client.OrgUsers(t.Context(), dingtalk.OrgUsersRequest{DeptIDs: depts[1:]}))
		},
		"/topapi/v2/user/get": func(t *testing.T, client *dingtalk.Client, users []string, _ []int64) error {
			return ends(client.UsersByID(t.Context(), dingtalk.UsersByIDRequest{UserIDs: users}))
		},
	} {
		for name, pace := range paces {
			for _, nth := range []int{1, 2, 9} {
				t.Run(fmt.Sprintf("%s, %s, call %d", path, name, nth), func(t *testing.T) {
					t.Parallel()
					scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
						depts := addTree(srv, 1, 60, 7)
						var users []string
						for _, u := range srv.Users() {
							users = append(users, u.UserID)
						}
						calls, sent := 0, 0
						var banned time.Time
						transport := &interceptor{next: srv.Transport()}
						transport.intercept = func(called, _ string) string {
							transport.mu.Lock()
							defer transport.mu.Unlock()
							sent++
							if called != path {
								return ""
							}
							if calls++; calls != nth {
								return ""
							}
							banned, sent = time.Now(), 0
							return `{"status":1111,"wait":5,"source":"x5","punish":"deny"}`
						}
						client := srv.Client(pace(), dingtalk.WithHTTPClient(&http.Client{Transport: transport}))
						err := run(t, client, users, depts)
						require.ErrorIs(t, err, dingtalk.ErrRateLimited)
						require.ErrorContains(t, err, "blocked by DingTalk until")
						assert.True(t, asError(t, err).Fatal())
						require.NotZero(t, banned)
						assert.LessOrEqual(t, time.Since(banned), latency, "at once")
						assert.LessOrEqual(t, sent, 2*16, "no further call, but for those sent at the same time")
					}, dingtalktest.WithLatency(latency))
				})
			}
		}
	}
}
