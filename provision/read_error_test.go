package provision_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

func TestNewPlan_StopsReadingOnFatalErrors(t *testing.T) {
	t.Parallel()
	list := "userid,manager_userid,name,mobile,dept_id_list\np0,p1,,,\nnew,,New,13800001234,1\n"
	for _, op := range []string{"GetAuthScopes", "GetDepartment", "ListSubDepartments", "ListUsers", "GetUser", "GetUserIDByMobile"} {
		for name, tt := range map[string]struct {
			fault dingtalktest.Fault
			class error
		}{
			"a ban":         {dingtalktest.BanJSON, dingtalk.ErrRateLimited},
			"a credential":  {dingtalktest.Code(40096), dingtalk.ErrInvalidCredential},
			"a permission":  {dingtalktest.PermissionMissing, dingtalk.ErrPermission},
			"an IP address": {dingtalktest.Code(60020), dingtalk.ErrPermission},
		} {
			if errors.Is(tt.class, dingtalk.ErrPermission) && (op == "GetAuthScopes" || op == "GetUserIDByMobile") {
				continue // reading continues without it
			}
			t.Run(name+" at "+op, func(t *testing.T) {
				t.Parallel()
				scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
					addPeople(srv, 2, platform)
					srv.Fail(op, tt.fault, 100)
					_, err := provision.NewPlan(t.Context(), srv.Client(), provision.CSV(strings.NewReader(list)), provision.Options{DeptIDs: deptsFor(op)})
					require.ErrorIs(t, err, tt.class)
					require.ErrorContains(t, err, "provision: reading the organization: dingtalk: ")
				})
			})
		}
	}
	t.Run("the context", func(t *testing.T) {
		t.Parallel()
		scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
			addPeople(srv, 2, platform)
			ctx, cancel := cancelable(t)
			_, err := provision.NewPlan(ctx, srv.Client(), provision.CSV(strings.NewReader(list)), provision.Options{
				Progress: func(p provision.Progress) {
					if p.Step == provision.ReadingPeople && p.Done == 1 {
						cancel()
					}
				},
			})
			require.ErrorIs(t, err, context.Canceled)
		})
	})
}

func TestNewPlan_RetriesTemporaryErrors(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		addPeople(srv, 300, platform)
		list := "userid,manager_userid\n"
		for i := range 300 {
			list += fmt.Sprintf("p%d,p1\n", i)
		}
		plan := newPlan(t, srv, list, provision.Options{})
		assert.Equal(t, 300, plan.Count(provision.ActionUpdate))
	}, dingtalktest.WithQPS(20), dingtalktest.WithLatency(80*time.Millisecond))
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		addPeople(srv, 2, platform)
		srv.Fail("GetUser", dingtalktest.SystemBusy, 100)
		plan := newPlan(t, srv, "userid,manager_userid\np0,p1\n", provision.Options{})
		assert.Equal(t, 1, plan.Count(provision.ActionConflict), "but a lasting error does")
		assert.Contains(t, plan.Items[0].Reason, "GetUser: transient failure: the service is busy: errcode -1")
	})
}

// deptsFor returns a part of the organization if the operation is called only then.
func deptsFor(op string) []int64 {
	if op == "GetUserIDByMobile" {
		return []int64{research}
	}
	return nil
}

func TestNewPlan_ReturnsAnErrorOnAnOutage(t *testing.T) {
	t.Parallel()
	const lead = "userid,title\np0,Lead\n"
	all := []string{"GetAuthScopes", "ListSubDepartments", "ListSubDepartmentIDs", "GetDepartment", "ListUsers", "GetUser"}
	for name, tt := range map[string]struct {
		ops  []string
		list string
		opts provision.Options
	}{
		"from the start":        {all, lead, provision.Options{}},
		"of a part":             {all, lead, provision.Options{DeptIDs: []int64{platform}}},
		"of the departments":    {[]string{"ListSubDepartments", "GetDepartment"}, lead, provision.Options{}},
		"of the users' lists":   {[]string{"ListUsers"}, lead, provision.Options{}},
		"while people are read": {[]string{"GetUser"}, "userid,manager_userid\n" + manyRows(50), provision.Options{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				addPeople(srv, 50, platform)
				for i := range 30 {
					srv.AddDepartment(dingtalktest.Department{ParentID: 1, Name: fmt.Sprint("Team ", i)})
				}
				for _, op := range tt.ops {
					srv.Fail(op, dingtalktest.DropConnection, 1_000_000)
				}
				plan, err := provision.NewPlan(t.Context(), srv.Client(), provision.CSV(strings.NewReader(tt.list)), tt.opts)
				require.ErrorIs(t, err, dingtalk.ErrTransient)
				assert.Nil(t, plan)
			})
		})
	}
}

func manyRows(n int) (text string) {
	for i := range n {
		text += fmt.Sprintf("p%d,p0\n", i)
	}
	return text
}

func TestNewPlan_NotesWhatCouldNotBeRead(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		addPeople(srv, 3, platform)
		srv.Fail("ListUsers", dingtalktest.DropConnection, 3) // all attempts for one department
		plan, err := provision.NewPlan(t.Context(), srv.Client(), provision.CSV(strings.NewReader("userid,title\np0,Lead\n")), provision.Options{Concurrency: 1})
		require.NoError(t, err)
		require.Len(t, plan.Notes, 1)
		assert.Contains(t, plan.Notes[0], "not everything could be read: dingtalk: ListUsers: department ")
	})
}
