package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func TestWalk_MakesNoCallsAfterABreak(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		addTree(srv, 1, 200, 7)
		client, _ := intercepted(srv, func(string, string) string {
			time.Sleep(30 * time.Millisecond)
			return ""
		})
		start := time.Now()
		for d, err := range client.OrgDepartments(t.Context(), dingtalk.OrgDepartmentsRequest{Concurrency: 4}) {
			require.NoError(t, err)
			if d.DeptID != dingtalk.RootDepartmentID {
				break
			}
		}
		for _, err := range client.OrgUsers(t.Context(), dingtalk.OrgUsersRequest{Concurrency: 4}) {
			require.NoError(t, err)
			break
		}
		left, calls := time.Since(start), len(srv.Calls(""))
		assert.Less(t, calls, 60, "the calls that were started ahead, of 800")
		assert.Less(t, left, time.Second)
		synctest.Wait() // the bubble would report leaked goroutines
		time.Sleep(time.Hour)
		assert.Len(t, srv.Calls(""), calls)
	})
}

func TestWalk_ReadsAheadAtMostTwiceTheConcurrency(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		addTree(srv, 1, 300, 7)
		n := 0
		for _, err := range srv.Client().OrgDepartments(t.Context(), dingtalk.OrgDepartmentsRequest{Concurrency: 4}) {
			require.NoError(t, err)
			n++
			synctest.Wait()
			require.LessOrEqual(t, len(srv.Calls("GetDepartment")), n+8, "twice the concurrency is read ahead")
		}
		assert.Equal(t, 301, n)
	})
}

func TestWalk_EndsWithTheErrorOfTheContext(t *testing.T) {
	t.Parallel()
	own := errors.New("the operator pressed a key")
	for name, tt := range map[string]struct {
		end  func(context.Context) (context.Context, context.CancelFunc)
		want error
	}{
		"deadline": {func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, 500*time.Millisecond)
		}, context.DeadlineExceeded},
		"canceled": {func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancelCause(ctx)
			time.AfterFunc(500*time.Millisecond, func() { cancel(own) })
			return ctx, func() { cancel(nil) }
		}, own},
		"from the start": {func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			cancel()
			return ctx, cancel
		}, context.Canceled},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				addTree(srv, 1, 300, 7)
				client, _ := intercepted(srv, func(string, string) string {
					time.Sleep(30 * time.Millisecond)
					return ""
				})
				ctx, cancel := tt.end(t.Context())
				defer cancel()
				start := time.Now()
				depts := collectWalk(client.OrgDepartments(ctx, dingtalk.OrgDepartmentsRequest{Concurrency: 2}))
				people := collectWalk(client.OrgUsers(ctx, dingtalk.OrgUsersRequest{Concurrency: 2}))
				for _, got := range []error{depts.last, people.last} {
					require.ErrorIs(t, got, tt.want)
					_, ok := errors.AsType[*dingtalk.Error](got)
					assert.True(t, ok)
				}
				assert.Len(t, depts.failed, 1)
				assert.Len(t, people.failed, 1)
				assert.LessOrEqual(t, time.Since(start), 600*time.Millisecond)
			})
		})
	}
}

// The context ends while the caller handles an earlier value, and the last department is not
// read completely.
func TestWalk_CanceledWalkDoesNotLookComplete(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		for i := range 250 {
			srv.AddUser(dingtalktest.User{Name: fmt.Sprint("P", i)})
		}
		srv.AddDepartment(dingtalktest.Department{Name: "Sales"})
		client, _ := intercepted(srv, func(path, _ string) string {
			if path == getDeptPath {
				time.Sleep(30 * time.Millisecond) // the children are known by then
			}
			return ""
		})
		for range 30 { // the outcome depended on chance
			for _, all := range []func(context.Context) iter.Seq2[any, error]{
				func(ctx context.Context) iter.Seq2[any, error] {
					return untyped(client.OrgDepartments(ctx, dingtalk.OrgDepartmentsRequest{Concurrency: 1}))
				},
				func(ctx context.Context) iter.Seq2[any, error] {
					return untyped(client.OrgUsers(ctx, dingtalk.OrgUsersRequest{}))
				},
			} {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				var last error
				for _, err := range all(ctx) {
					last = err
					cancel()
					synctest.Wait()
				}
				cancel()
				require.ErrorIs(t, last, context.Canceled)
			}
		}
	})
}

func TestWalk_EndsAfterAFatalError(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		intercept func(srv *dingtalktest.Server)
		opts      []dingtalktest.Option
		want      error
		most      int // calls at most, of 600
	}{
		"no permission": {nil, []dingtalktest.Option{dingtalktest.WithoutScope("qyapi_get_department_list", "qyapi_get_department_member")}, dingtalk.ErrPermission, 8},
		"a banned address": {func(srv *dingtalktest.Server) {
			for _, op := range []string{"ListUsers", "GetDepartment", "ListSubDepartmentIDs"} {
				srv.Fail(op, dingtalktest.BanJSON, 10_000)
			}
		}, nil, dingtalk.ErrRateLimited, 8},
		"a quota": {func(srv *dingtalktest.Server) {
			for _, op := range []string{"ListUsers", "GetDepartment", "ListSubDepartmentIDs"} {
				srv.Fail(op, dingtalktest.Code(90020), 10_000)
			}
		}, nil, dingtalk.ErrRateLimited, 8},
		"a refused token": {func(srv *dingtalktest.Server) {
			for _, op := range []string{"ListUsers", "GetDepartment", "ListSubDepartmentIDs"} {
				srv.Fail(op, dingtalktest.TokenExpired, 10_000)
			}
		}, nil, dingtalk.ErrInvalidToken, 16},
		"a scope that cannot be read": {func(srv *dingtalktest.Server) {
			srv.Fail("GetAuthScopes", dingtalktest.SystemBusy, 10_000)
		}, nil, dingtalk.ErrTransient, 6},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				addTree(srv, 1, 300, 7)
				if tt.intercept != nil {
					tt.intercept(srv)
				}
				for _, last := range []error{
					collectWalk(srv.Client().OrgDepartments(t.Context(), dingtalk.OrgDepartmentsRequest{})).last,
					collectWalk(srv.Client().OrgUsers(t.Context(), dingtalk.OrgUsersRequest{})).last,
				} {
					require.ErrorIs(t, last, tt.want)
				}
				assert.LessOrEqual(t, len(srv.Calls(""))-len(srv.Calls("GetToken"))-len(srv.Calls("GetAuthScopes")), tt.most)
			}, tt.opts...)
		})
	}
}

func TestWalk_EndsAfterABan(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		addTree(srv, 1, 300, 7)
		alone := srv.AddUser(dingtalktest.User{UserID: "alone", Name: "Alone", DeptIDList: []int64{1}})
		ban := func(n int) {
			if n == 20 {
				for _, op := range []string{"ListUsers", "GetDepartment", "ListSubDepartmentIDs"} {
					srv.Fail(op, dingtalktest.BanJSON, 10_000)
				}
			}
		}
		n := 0
		for _, err := range srv.Client().OrgUsers(t.Context(), dingtalk.OrgUsersRequest{Concurrency: 2}) {
			n++
			ban(n)
			if err != nil {
				require.ErrorIs(t, err, dingtalk.ErrRateLimited)
				require.Greater(t, n, 20)
				n = 0 // must be the last pair
			}
		}
		assert.Zero(t, n)
		assert.Less(t, len(srv.Calls("ListUsers")), 60)
		assert.Empty(t, srv.Calls("GetUser"), "not even for "+alone)
	}, dingtalktest.WithContactScope([]int64{1}, []string{"alone"}))
}

func TestWalk_StartsAtTheRootIfTheScopesCannotBeRead(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		addTree(srv, 1, 5, 7)
		srv.Fail("GetAuthScopes", dingtalktest.Code(404), 1)
		got := collectWalk(srv.Client().OrgDepartments(t.Context(), dingtalk.OrgDepartmentsRequest{}))
		assert.Empty(t, got.failed)
		assert.Equal(t, walkOrder(srv, 1), deptIDs(got))
	})
}

func TestWalk_DoesNotReadTheParentsOfTheRoot(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		depts := addTree(srv, 1, 5, 7)
		got := collectWalk(srv.Client().OrgDepartments(t.Context(), dingtalk.OrgDepartmentsRequest{DeptIDs: []int64{depts[3], 1}}))
		assert.Equal(t, walkOrder(srv, 1), deptIDs(got))
		assert.Empty(t, srv.Calls("ListParentDepartmentsByDepartment"))
	})
}

func TestWalk_EndsAfterWrongCredentials(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		client, err := dingtalk.New("ding", "wrong", dingtalk.WithHTTPClient(srv.Client().HTTPClient()))
		require.NoError(t, err)
		req := dingtalk.OrgDepartmentsRequest{DeptIDs: []int64{1, 2, 3}}
		got := collectWalk(client.OrgDepartments(t.Context(), req))
		require.ErrorIs(t, got.last, dingtalk.ErrInvalidCredential)
		assert.Len(t, got.failed, 1)
		assert.LessOrEqual(t, len(srv.Calls("")), 1)
	})
}

func TestWalk_ReturnsOneErrorWithoutAContext(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		client := srv.Client()
		var none context.Context
		for _, got := range []walkResult[any]{
			collectWalk(untyped(client.OrgDepartments(none, dingtalk.OrgDepartmentsRequest{}))),
			collectWalk(untyped(client.OrgUsers(none, dingtalk.OrgUsersRequest{}))),
			collectWalk(untyped(client.UsersByID(none, dingtalk.UsersByIDRequest{UserIDs: []string{"a"}}))),
		} {
			require.ErrorIs(t, got.last, dingtalk.ErrInvalidArgument)
			assert.Empty(t, got.values)
		}
		assert.Empty(t, srv.Calls(""))
	})
}
