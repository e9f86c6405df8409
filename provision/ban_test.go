package provision_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

// paced is the pace of the clients, without which nothing would wait.
var paced = dingtalk.WithRateLimit(dingtalk.RateLimit{PerSecond: 10})

// bans are the faults after which the client sends nothing.
var bans = map[string]dingtalktest.Fault{
	"a ban": dingtalktest.BanJSON, "a page for a banned address": dingtalktest.BanPage, "a busy front end": dingtalktest.BusyText,
	"an organization over its limit": dingtalktest.Code(90003),
}

func TestNewPlan_EndsAtOnceAfterABan(t *testing.T) {
	t.Parallel()
	for name, fault := range bans {
		for _, op := range []string{"GetAuthScopes", "GetDepartment", "ListSubDepartments", "ListUsers", "GetUser", "GetUserIDByMobile"} {
			t.Run(name+" at "+op, func(t *testing.T) {
				t.Parallel()
				scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
					addPeople(srv, 40, platform)
					var list []provision.Person
					for i := range 50 {
						list = append(list, newPerson(fmt.Sprint("p", i), fmt.Sprintf("138%08d", i), func(p *provision.Person) {
							p.ManagerUserID = "p0"
							p.DeptIDList = []int64{platform}
						}))
					}
					before := 3
					if op == "GetAuthScopes" || op == "GetDepartment" || op == "ListUsers" {
						before = 0
					}
					if before > 0 {
						srv.Fail(op, dingtalktest.Slow(0), before)
					}
					srv.Fail(op, fault, 1)
					start := time.Now()
					_, err := provision.NewPlan(t.Context(), srv.Client(paced), provision.List(list...), provision.Options{DeptIDs: deptsFor(op)})
					require.ErrorIs(t, err, dingtalk.ErrRateLimited)
					assert.Less(t, time.Since(start), 10*time.Second, "%v", err)
					assert.LessOrEqual(t, len(srv.Calls(op)), before+17, "those in flight")
				}, dingtalktest.WithLatency(30*time.Millisecond))
			})
		}
	}
}

func TestApply_EndsAtOnceAfterABan(t *testing.T) {
	t.Parallel()
	for name, fault := range bans {
		for _, op := range []string{"CreateUser", "GetUser", "DeleteUser"} {
			t.Run(name+" at "+op, func(t *testing.T) {
				t.Parallel()
				scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
					addPeople(srv, 40, platform)
					var list []provision.Person
					for i := range 40 {
						list = append(list, newPerson(fmt.Sprint("new", i), fmt.Sprintf("139%08d", i), nil))
					}
					plan, err := provision.NewPlan(t.Context(), srv.Client(), provision.List(list...), provision.Options{Delete: true})
					require.NoError(t, err)
					calls := len(srv.Calls(op))
					srv.Fail(op, dingtalktest.Slow(0), 3)
					srv.Fail(op, fault, 1)
					start := time.Now()
					report, err := plan.Apply(t.Context(), srv.Client(paced), provision.ApplyOptions{MaxDeletionShare: 1})
					require.ErrorIs(t, err, dingtalk.ErrRateLimited)
					require.ErrorContains(t, err, "provision: stopped: dingtalk: "+op)
					assert.Less(t, time.Since(start), 10*time.Second)
					assert.LessOrEqual(t, len(srv.Calls(op))-calls, 4+16, "those in flight")
					assert.Zero(t, report.Count(provision.ResultFailed), "%+v", results(report))
					assert.NotZero(t, report.Count(provision.ResultPending))

					report, err = plan.Apply(t.Context(), srv.Client(), provision.ApplyOptions{MaxDeletionShare: 1})
					require.NoError(t, err, "of a client that knows of no ban")
					assert.Zero(t, report.Count(provision.ResultPending))
				}, dingtalktest.WithLatency(30*time.Millisecond))
			})
		}
	}
}

func TestApply_WaitsForTheEndOfABanThatItFinds(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		client := srv.Client(paced)
		plan, err := provision.NewPlan(t.Context(), client, provision.List(newPerson("new", "13900000000", nil)), provision.Options{})
		require.NoError(t, err)
		srv.Fail("CountUsers", dingtalktest.BanJSON, 1)
		_, err = client.CountUsers(t.Context(), dingtalk.CountUsersRequest{})
		require.ErrorIs(t, err, dingtalk.ErrRateLimited)
		start := time.Now()
		report, err := plan.Apply(t.Context(), client, provision.ApplyOptions{})
		require.NoError(t, err)
		assert.Equal(t, 1, report.Count(provision.ResultDone))
		assert.Equal(t, 5*time.Minute, time.Since(start).Round(time.Second))
	})
}
