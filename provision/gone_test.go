package provision_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

func TestApply_SaysHowAPersonHasLeft(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		leave  dingtalktest.Leave
		reason string
		opts   []dingtalktest.Option
	}{
		"an administrator": {dingtalktest.Leave{Reason: "delete"}, ": an administrator deleted them at ", nil},
		"by themselves":    {dingtalktest.Leave{}, ": they left by themselves at ", nil},
		"an account":       {dingtalktest.Leave{Reason: "cancel"}, ": their account was closed at ", nil},
		"not known how":    {dingtalktest.Leave{Reason: "unknown"}, ": they left at ", nil},
		"without a record": {dingtalktest.Leave{OnlySmartHR: true}, "", nil},
		"without the permission point": {
			dingtalktest.Leave{}, "", []dingtalktest.Option{dingtalktest.WithoutScope("Contact.Common.Read")},
		},
	} {
		scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
			plan := newPlan(t, srv, smallOrg(srv), withDeletions)
			time.Sleep(time.Minute)
			at := time.Now().UTC()
			if tt.reason != "" {
				tt.reason += at.Format(time.RFC3339)
			}
			srv.Leave("li.na", tt.leave)
			srv.Leave("wang.fang", tt.leave)
			for _, dry := range []bool{true, false} {
				report := apply(t, srv, plan, provision.ApplyOptions{MaxDeletionShare: 1, DryRun: dry})
				assert.Equal(t, 2, report.Count(provision.ResultGone), name)
				for _, o := range report.Outcomes {
					if o.Result == provision.ResultGone {
						assert.Equal(t, "is no longer in the organization"+tt.reason, o.Reason, name)
					}
				}
			}
		}, tt.opts...)
	}
}

// A person may leave between the read and the write.
func TestApply_SaysHowAPersonHasLeftBeforeTheWrite(t *testing.T) {
	t.Parallel()
	for person, write := range map[string]any{
		"li.na":     dingtalk.UpdateUserRequest{UserID: "li.na", Title: new("Lead"), Remark: new("")},
		"wang.fang": dingtalk.DeleteUserRequest{UserID: "wang.fang"},
	} {
		scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
			plan := newPlan(t, srv, smallOrg(srv), withDeletions)
			client := srv.Client(dingtalk.WithMiddleware(func(next dingtalk.Invoker) dingtalk.Invoker {
				return func(ctx context.Context, call *dingtalk.Call) error {
					if assert.ObjectsAreEqual(write, call.Request) {
						srv.Leave(person, dingtalktest.Leave{})
					}
					return next(ctx, call)
				}
			}))
			report, err := plan.Apply(t.Context(), client, provision.ApplyOptions{MaxDeletionShare: 1})
			require.NoError(t, err)
			for _, o := range report.Outcomes {
				if o.Item.UserID == person {
					assert.Equal(t, provision.ResultGone, o.Result, person)
					assert.Contains(t, o.Reason, "they left by themselves at ", person)
				}
			}
		})
	}
}

func TestApply_FailsIfAnythingElseOfAnUpdateDoesNotExist(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		plan := newPlan(t, srv, smallOrg(srv), withDeletions)
		srv.Fail("UpdateUser", dingtalktest.Code(60003), 1) // a department
		report := apply(t, srv, plan, provision.ApplyOptions{MaxDeletionShare: 1})
		assert.Equal(t, provision.ResultFailed, results(report)["li.na"])
	})
}

// The records are read once for many people.
func TestApply_ReadsTheLeaveRecordsOnce(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		list := "userid,title\n"
		for i := range 40 {
			id := fmt.Sprintf("p%02d", i)
			srv.AddUser(dingtalktest.User{UserID: id, Name: id, Mobile: fmt.Sprintf("138000000%02d", i)})
			list += id + ",Lead\n"
		}
		plan := newPlan(t, srv, list, provision.Options{})
		require.Equal(t, 40, plan.Count(provision.ActionUpdate))
		for i := range 40 {
			srv.Leave(fmt.Sprintf("p%02d", i), dingtalktest.Leave{})
		}
		report := apply(t, srv, plan, provision.ApplyOptions{})
		assert.Equal(t, 40, report.Count(provision.ResultGone))
		assert.Len(t, srv.Calls("ListLeaveRecords"), 1)
	})
}
