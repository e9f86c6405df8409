package e2e_test

import (
	"context"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// loops are the methods that make many calls.
var loops = map[string]func(ctx context.Context, c *dingtalk.Client, ids []string) iter.Seq2[any, error]{
	"OrgDepartments": func(ctx context.Context, c *dingtalk.Client, _ []string) iter.Seq2[any, error] {
		return untyped(c.OrgDepartments(ctx, dingtalk.OrgDepartmentsRequest{}))
	},
	"OrgUsers": func(ctx context.Context, c *dingtalk.Client, _ []string) iter.Seq2[any, error] {
		return untyped(c.OrgUsers(ctx, dingtalk.OrgUsersRequest{}))
	},
	"OrgDepartments, brief": func(ctx context.Context, c *dingtalk.Client, _ []string) iter.Seq2[any, error] {
		return untyped(c.OrgDepartments(ctx, dingtalk.OrgDepartmentsRequest{Brief: true}))
	},
	"UsersByID": func(ctx context.Context, c *dingtalk.Client, ids []string) iter.Seq2[any, error] {
		return untyped(c.UsersByID(ctx, dingtalk.UsersByIDRequest{UserIDs: ids}))
	},
}

// loopOps are the operations that the loops call, in the order in which faults are injected.
var loopOps = map[string][]string{
	"OrgDepartments": {"ListSubDepartmentIDs", "GetDepartment"}, "OrgUsers": {"ListSubDepartmentIDs", "ListUsers"},
	"OrgDepartments, brief": {"ListSubDepartments"}, "UsersByID": {"GetUser"},
}

func TestFatal_ErrorEndsALoopAtOnce(t *testing.T) {
	t.Parallel()
	for name, loop := range loops {
		for _, op := range loopOps[name] {
			for fault, f := range map[string]dingtalktest.Fault{
				"a ban": dingtalktest.BanJSON, "a ban by code": dingtalktest.Code(90003), "a busy front end": dingtalktest.BusyText,
				"a quota": dingtalktest.Code(90020), "another site": dingtalktest.Code(22),
			} {
				for pace, option := range paces {
					t.Run(strings.Join([]string{name, op, fault, pace}, ", "), func(t *testing.T) {
						t.Parallel()
						scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
							addTree(srv, 1, 100, 7)
							var ids []string
							for _, u := range srv.Users() {
								ids = append(ids, u.UserID)
							}
							client := srv.Client(option())
							_, err := client.Token(t.Context())
							require.NoError(t, err)
							srv.Fail(op, dingtalktest.Slow(0), 5)
							srv.Fail(op, f, 1)
							start, met := time.Now(), time.Duration(0)
							var last error
							for _, err := range loop(t.Context(), client, ids) {
								if last = err; err != nil && met == 0 {
									met = time.Since(start)
								}
							}
							require.Error(t, last)
							assert.True(t, asError(t, last).Fatal(), "%v", last)
							assert.Less(t, met, 2*time.Second, "after a few calls at 10 a second")
							assert.Equal(t, met, time.Since(start), "at once")
							assert.LessOrEqual(t, len(srv.Calls(op)), 2*16, "those in flight, and those that began when the first of them ended")
						}, dingtalktest.WithLatency(50*time.Millisecond))
					})
				}
			}
		}
	}
}

// The fatal error meets a later call while an earlier one, whose turn it is, has no response.
func TestFatal_ErrorDoesNotWaitForItsTurn(t *testing.T) {
	t.Parallel()
	for name, loop := range loops {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				addTree(srv, 1, 40, 7)
				var ids []string
				for _, u := range srv.Users() {
					ids = append(ids, u.UserID)
				}
				client := srv.Client()
				_, err := client.Token(t.Context())
				require.NoError(t, err)
				op := loopOps[name][len(loopOps[name])-1]
				srv.Fail(op, dingtalktest.Slow(0), 3)
				srv.Fail(op, dingtalktest.Slow(9*time.Second), 1)
				srv.Fail(op, dingtalktest.BanJSON, 1)
				start, failed := time.Now(), 0
				var last error
				for _, err := range loop(t.Context(), client, ids) {
					if last = err; err != nil {
						failed++
						require.ErrorIs(t, err, dingtalk.ErrRateLimited)
						require.NotErrorIs(t, err, context.Canceled)
					}
				}
				require.Error(t, last)
				assert.Less(t, time.Since(start), time.Second)
				if name != "UsersByID" {
					assert.Equal(t, 1, failed)
				}
			})
		})
	}
}

func TestFatal_PagesEndAWalkAfterAMinute(t *testing.T) {
	t.Parallel()
	for name, loop := range loops {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				addTree(srv, 1, 100, 7)
				var ids []string
				for _, u := range srv.Users() {
					ids = append(ids, u.UserID)
				}
				client := srv.Client(dingtalk.WithRateLimit(dingtalk.RateLimit{}))
				_, err := client.Token(t.Context())
				require.NoError(t, err)
				for _, op := range append(loopOps[name], "GetAuthScopes") {
					srv.Fail(op, dingtalktest.PortalPage, 10_000)
				}
				got := collectWalk(loop(t.Context(), client, ids))
				assert.Equal(t, "Transient", classesOf(got.last))
				assert.LessOrEqual(t, sinceStart(), time.Minute)
				assert.LessOrEqual(t, len(srv.Calls("")), 1+2*16+3)
			})
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				addTree(srv, 1, 100, 7)
				var ids []string
				for _, u := range srv.Users() {
					ids = append(ids, u.UserID)
				}
				client := srv.Client(dingtalk.WithRateLimit(dingtalk.RateLimit{}))
				whole := collectWalk(loop(t.Context(), client, ids))
				require.NoError(t, whole.last)
				start := time.Now()
				srv.Fail(loopOps[name][0], dingtalktest.PortalPage, 2)
				got := collectWalk(loop(t.Context(), client, ids))
				require.NoError(t, got.last)
				assert.Empty(t, got.failed)
				assert.Equal(t, whole.values, got.values, "a page now and then costs time alone")
				assert.Greater(t, time.Since(start), 5*time.Second)
			})
		})
	}
}

func TestFatal_BanEndsTheSearchForTheTopmostDepartments(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		depts := addTree(srv, 1, 40, 7)
		client := srv.Client(dingtalk.WithRateLimit(dingtalk.RateLimit{PerSecond: 1}))
		srv.Fail("ListParentDepartmentsByDepartment", dingtalktest.BanJSON, 1)
		req := dingtalk.OrgDepartmentsRequest{DeptIDs: depts[1:20]}
		got := collectWalk(client.OrgDepartments(t.Context(), req))
		require.ErrorIs(t, got.last, dingtalk.ErrRateLimited)
		assert.Zero(t, sinceStart(), "at once")
		assert.Len(t, srv.Calls("ListParentDepartmentsByDepartment"), 1)
	})
}
