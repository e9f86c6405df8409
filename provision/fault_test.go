package provision_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

// countingClient returns a client that counts how often the creation of each person succeeded.
func countingClient(srv *dingtalktest.Server) (*dingtalk.Client, func() map[string]int) {
	var mu sync.Mutex
	n := map[string]int{}
	client := srv.Client(dingtalk.WithMiddleware(func(next dingtalk.Invoker) dingtalk.Invoker {
		return func(ctx context.Context, call *dingtalk.Call) error {
			err := next(ctx, call)
			if req, creates := call.Request.(dingtalk.CreateUserRequest); creates && err == nil {
				mu.Lock()
				defer mu.Unlock()
				n[req.UserID]++
			}
			return err
		}
	}))
	return client, func() map[string]int {
		mu.Lock()
		defer mu.Unlock()
		return maps.Clone(n)
	}
}

// checkNoDuplicates checks that no one was created twice, or deleted after being created.
func checkNoDuplicates(t *testing.T, srv *dingtalktest.Server, created map[string]int) {
	t.Helper()
	for id, n := range created {
		assert.Equal(t, 1, n, id)
	}
	for _, call := range srv.Calls("DeleteUser") {
		assert.Equal(t, "wang.fang", call.Body["userid"])
	}
}

func TestApply_RetriesTemporaryErrors(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]dingtalktest.Fault{
		"lost responses": dingtalktest.LostResponse, "dropped connections": dingtalktest.DropConnection, "incomplete responses": dingtalktest.CutBody,
		"throttles": dingtalktest.Throttled, "shared limits": dingtalktest.Code(90002), "busy": dingtalktest.SystemBusy,
		"busy after the work": dingtalktest.SystemBusy.AfterWork(), "bad gateways": dingtalktest.HTTPStatus(502),
		"gateway timeouts": dingtalktest.HTTPStatus(504).AfterWork(), "expired tokens": dingtalktest.TokenExpired, "429": dingtalktest.HTTPStatus(429),
	} {
		for _, op := range []string{"CreateUser", "GetUser", "UpdateUser", "DeleteUser"} {
			for _, times := range []int{1, 2, 4} {
				if name == "expired tokens" && times > 1 {
					continue // a new token that is refused is fatal
				}
				t.Run(fmt.Sprintf("%s, %d at %s", name, times, op), func(t *testing.T) {
					t.Parallel()
					scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
						plan := newPlan(t, srv, smallOrg(srv), withDeletions)
						srv.Fail(op, fault, times)
						journal := filepath.Join(t.TempDir(), "journal")
						report := apply(t, srv, plan, provision.ApplyOptions{MaxDeletionShare: 1, Journal: journal})
						assert.Equal(t, 5, report.Count(provision.ResultDone), "%+v", results(report))
						checkSmallOrg(t, srv)
					})
				})
			}
		}
	}
}

func TestApply_ContinuesAfterTheFailureOfOnePerson(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		plan := newPlan(t, srv, smallOrg(srv), withDeletions)
		srv.Fail("UpdateUser", dingtalktest.Code(60112), 1)
		srv.Fail("DeleteUser", dingtalktest.Code(50002), 1)
		srv.Fail("CreateUser", dingtalktest.Code(60103), 1)
		journal := filepath.Join(t.TempDir(), "journal")
		opts := provision.ApplyOptions{MaxDeletionShare: 1, Journal: journal, Concurrency: 1}
		report := apply(t, srv, plan, opts)
		assert.Equal(t, 5, report.Count(provision.ResultFailed), "new.one and chen.hao need new.two: %+v", results(report))
		for _, o := range report.Outcomes {
			assert.NotEmpty(t, o.Reason)
			assert.Error(t, o.Err)
		}
		report = apply(t, srv, plan, opts)
		assert.Equal(t, 5, report.Count(provision.ResultDone), "failures are retried")
		checkSmallOrg(t, srv)
		assert.Len(t, srv.Calls("CreateUser"), 4, "two were refused")
	})
}

// TestApply_ResolvesUnknownOutcomesByReading loses the first write on its way, and has the second refused for good.
// Then it is known that nothing was done.
func TestApply_ResolvesUnknownOutcomesByReading(t *testing.T) {
	t.Parallel()
	for op, tt := range map[string]struct {
		who     string
		refusal int
	}{
		"CreateUser": {"new.two", 60103}, "UpdateUser": {"li.na", 60112}, "DeleteUser": {"wang.fang", 50002},
	} {
		t.Run(op, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				plan := newPlan(t, srv, smallOrg(srv), withDeletions)
				srv.Fail(op, dingtalktest.DropConnection, 1)
				srv.Fail(op, dingtalktest.Code(tt.refusal), 1)
				client := srv.Client(dingtalk.WithRetry(dingtalk.RetryPolicy{MaxAttempts: 1}))
				report, err := plan.Apply(t.Context(), client, provision.ApplyOptions{MaxDeletionShare: 1, Concurrency: 1})
				require.NoError(t, err)
				assert.Equal(t, provision.ResultFailed, results(report)[tt.who])
				assert.Zero(t, report.Count(provision.ResultUnknown))
			})
		})
	}
}

func TestApply_StopsOnFatalErrors(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		fault dingtalktest.Fault
		class error
	}{
		"a ban":                       {dingtalktest.BanJSON, dingtalk.ErrRateLimited},
		"a page for a banned address": {dingtalktest.BanPage, dingtalk.ErrRateLimited},
		"a quota":                     {dingtalktest.Code(90020), dingtalk.ErrRateLimited},
		"a missing permission":        {dingtalktest.PermissionMissing, dingtalk.ErrPermission},
		"a credential":                {dingtalktest.Code(40096), dingtalk.ErrInvalidCredential},
		"another service":             {dingtalktest.Code(22), dingtalk.ErrUnsupported},
	} {
		for _, op := range []string{"CreateUser", "GetUser", "UpdateUser", "DeleteUser"} {
			t.Run(name+" at "+op, func(t *testing.T) {
				t.Parallel()
				if testing.Short() && op != "CreateUser" {
					t.Skip("skipped with -short: applies 21 plans; the creates are tested")
				}
				scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
					plan := newPlan(t, srv, smallOrg(srv), withDeletions)
					srv.Fail(op, tt.fault, 100)
					opts := provision.ApplyOptions{MaxDeletionShare: 1, Journal: filepath.Join(t.TempDir(), "journal"), Concurrency: 2}
					calls := len(srv.Calls(op))
					report, err := plan.Apply(t.Context(), srv.Client(), opts)
					require.ErrorIs(t, err, tt.class)
					require.ErrorContains(t, err, "provision: stopped: dingtalk: "+op)
					require.NotNil(t, report)
					assert.LessOrEqual(t, len(srv.Calls(op))-calls, 2, "those in flight")
					assert.Zero(t, report.Count(provision.ResultFailed), "%+v", results(report))
					assert.NotZero(t, report.Count(provision.ResultPending)+report.Count(provision.ResultUnknown))

					for range 100 - (len(srv.Calls(op)) - calls) { // use up the faults
						_ = srv.Client(dingtalk.WithRetry(dingtalk.RetryPolicy{MaxAttempts: 1})).DeleteUser(t.Context(), dingtalk.DeleteUserRequest{UserID: "missing"})
						_, _ = srv.Client(dingtalk.WithRetry(dingtalk.RetryPolicy{MaxAttempts: 1})).GetUser(t.Context(), dingtalk.GetUserRequest{UserID: "missing"})
						_ = srv.Client(dingtalk.WithRetry(dingtalk.RetryPolicy{MaxAttempts: 1})).UpdateUser(t.Context(), dingtalk.UpdateUserRequest{UserID: "missing"})
						_, _ = srv.Client(dingtalk.WithRetry(dingtalk.RetryPolicy{MaxAttempts: 1})).CreateUser(t.Context(), dingtalk.CreateUserRequest{})
					}
					report = apply(t, srv, plan, opts)
					assert.Equal(t, 5, report.Count(provision.ResultDone), "%+v", results(report))
					checkSmallOrg(t, srv)
				})
			})
		}
	}
}

func TestApply_StopsOnAnOutage(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		var list []provision.Person
		for i := range 100 {
			list = append(list, newPerson(fmt.Sprint("p", i), fmt.Sprintf("138%08d", i), nil))
		}
		plan, err := provision.NewPlan(t.Context(), srv.Client(), provision.List(list...), provision.Options{})
		require.NoError(t, err)
		srv.Fail("CreateUser", dingtalktest.HTTPStatus(503), 1_000_000)
		report, err := plan.Apply(t.Context(), srv.Client(), provision.ApplyOptions{})
		require.ErrorContains(t, err, "provision: stopped after repeated failures: dingtalk: ")
		require.ErrorIs(t, err, dingtalk.ErrOutcomeUnknown)
		assert.Less(t, report.Count(provision.ResultUnknown), 40)
		assert.Greater(t, report.Count(provision.ResultPending), 60)
	})
}

// TestApply_ConvergesUnderRandomFaults draws faults on all calls of Apply, and cancels it at random times.
func TestApply_ConvergesUnderRandomFaults(t *testing.T) {
	t.Parallel()
	faults := []dingtalktest.Fault{
		dingtalktest.LostResponse, dingtalktest.DropConnection, dingtalktest.Throttled, dingtalktest.CutBody, dingtalktest.SystemBusy,
		dingtalktest.SystemBusy.AfterWork(), dingtalktest.HTTPStatus(502), dingtalktest.BanJSON, dingtalktest.PortalPage.AfterWork(), dingtalktest.Hang,
		dingtalktest.PermissionMissing, dingtalktest.Code(60120),
	}
	for seed := range uint64(60) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				r := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // a repeatable sequence
				plan := newPlan(t, srv, smallOrg(srv), withDeletions)
				opts := provision.ApplyOptions{MaxDeletionShare: 1, Journal: filepath.Join(t.TempDir(), "journal"), Concurrency: 1 + r.IntN(3)}
				client, created := countingClient(srv)
				var report *provision.Report
				for round := 0; ; round++ {
					require.Less(t, round, 200)
					if round < 5 {
						for range r.IntN(8) {
							srv.Fail([]string{"CreateUser", "GetUser", "UpdateUser", "DeleteUser"}[r.IntN(4)], faults[r.IntN(len(faults))], 1+r.IntN(4))
						}
					}
					ctx, cancel := context.WithTimeout(t.Context(), time.Duration(r.IntN(60_000))*time.Millisecond)
					var err error
					report, err = plan.Apply(ctx, client, opts)
					cancel()
					if err == nil && report.Count(provision.ResultDone) == 5 {
						break
					}
					for _, o := range report.Outcomes {
						assert.NotEqual(t, provision.ResultConflict, o.Result, o.Reason)
						assert.NotEqual(t, provision.ResultNoChange, o.Result, o.Reason)
					}
					time.Sleep(time.Duration(r.IntN(120)) * time.Second) // after a ban, applying again at once is refused at once
				}
				checkSmallOrg(t, srv)
				checkNoDuplicates(t, srv, created())
			})
		})
	}
}

func TestApply_RefusesAJournalThatCannotBeCreated(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		plan := newPlan(t, srv, smallOrg(srv), withDeletions)
		_, err := plan.Apply(t.Context(), srv.Client(), provision.ApplyOptions{MaxDeletionShare: 1, Journal: filepath.Join(t.TempDir(), "missing", "journal")})
		require.ErrorIs(t, err, os.ErrNotExist)
		require.ErrorContains(t, err, "provision: journal: ")
		assert.Empty(t, writes(srv))
		assert.NotContains(t, err.Error(), "\n")
	})
}
