package provision_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

// unlistedActions returns what is planned for the people who are not in the list.
func unlistedActions(plan *provision.Plan) map[string]string {
	all := map[string]string{}
	for _, it := range plan.Items {
		if it.Line == 0 {
			all[it.UserID] = strings.TrimSpace(string(it.Action) + " " + it.Reason)
		}
	}
	return all
}

func TestNewPlan_DeletesOnlyUnprotectedPeople(t *testing.T) {
	t.Parallel()
	// Only keeper is in the list.
	people := func(srv *dingtalktest.Server) {
		srv.AddUser(dingtalktest.User{UserID: "keeper", Name: "Keeper", Mobile: "13900000000", DeptIDList: []int64{platform}})
		srv.AddUser(dingtalktest.User{UserID: "plain", Name: "Plain", Mobile: "13900000001", DeptIDList: []int64{platform}})
		srv.AddUser(dingtalktest.User{UserID: "both", Name: "Both", Mobile: "13900000002", DeptIDList: []int64{platform, sales}})
		srv.AddUser(dingtalktest.User{UserID: "elsewhere", Name: "Elsewhere", Mobile: "13900000003", DeptIDList: []int64{sales}})
		srv.AddUser(dingtalktest.User{UserID: "admin", Name: "Admin", Mobile: "13900000004", DeptIDList: []int64{platform}, Admin: true})
		srv.AddUser(dingtalktest.User{UserID: "boss", Name: "Boss", Mobile: "13900000005", DeptIDList: []int64{platform}, Boss: true})
		srv.AddUser(dingtalktest.User{UserID: "head", Name: "Head", Mobile: "13900000006", DeptIDList: []int64{platform}})
		srv.AddUser(dingtalktest.User{UserID: "holder", Name: "Holder", Mobile: "13900000007", Email: "h@example.com", DeptIDList: []int64{platform}})
	}
	const keeper = "userid,name,mobile,dept_id_list,manager_userid,email\nkeeper,,,,,\n"
	all := map[string]string{
		"plain": "delete", "both": "delete", "elsewhere": "delete", "head": "delete", "holder": "delete",
		"admin": "keep is an administrator", "boss": "keep is an administrator",
	}
	except := func(changes map[string]string) map[string]string {
		want := maps.Clone(all)
		for id, what := range changes {
			if want[id] = what; what == "" {
				delete(want, id)
			}
		}
		return want
	}
	for name, tt := range map[string]struct {
		list   string
		opts   provision.Options
		faults func(*dingtalktest.Server)
		server []dingtalktest.Option
		want   map[string]string
		note   string
	}{
		"no one by default":                  {list: keeper, want: map[string]string{}},
		"all people who are not in the list": {list: keeper, opts: provision.Options{Delete: true}, want: all},
		"administrators, on request": {
			list: keeper, opts: provision.Options{Delete: true, DeleteAdmins: true}, want: except(map[string]string{"admin": "delete", "boss": "delete"}),
		},
		"of a part, the people who are nowhere else": {
			list: keeper, opts: provision.Options{Delete: true, DeptIDs: []int64{research}},
			want: except(map[string]string{"both": "keep is also in other departments", "elsewhere": ""}),
		},
		"of what the app may see, the people who are nowhere else": {
			list: keeper, opts: provision.Options{Delete: true}, server: []dingtalktest.Option{dingtalktest.WithContactScope([]int64{research}, []string{"elsewhere"})},
			want: except(map[string]string{"both": "keep is also in other departments", "elsewhere": "keep is also in other departments"}),
		},
		"not people who are in the list twice, or with an error": {
			list: keeper + "plain,,,,,\nplain,,,,,\nboth,,,4711,,\n", opts: provision.Options{Delete: true},
			want: except(map[string]string{"plain": "", "both": ""}),
		},
		"not the manager of a person in the list": {
			list: keeper + "new,New,13800001234,1,head,\n", opts: provision.Options{Delete: true},
			want: except(map[string]string{"head": "keep is the manager of new in the list"}),
		},
		"not the holder of a number in the list": {
			list: keeper + "new,New,13900000007,1,,\n", opts: provision.Options{Delete: true},
			want: except(map[string]string{"holder": "keep has the mobile number of new in the list"}),
		},
		"not the holder of an address in the list": {
			list: keeper + "new,New,13800001234,1,,h@example.com\n", opts: provision.Options{Delete: true},
			want: except(map[string]string{"holder": "keep has the email of new in the list"}),
		},
		"no one, if a row has too many cells": {
			list: keeper + "plain,,,,,,,\n", opts: provision.Options{Delete: true},
			note: "no one is deleted because not everything could be read: provision: line 3: 8 cells, but there are 6 columns",
		},
		"no one, if a row has no userid": {
			list: keeper + ",Plain,13900000001,1,,\n", opts: provision.Options{Delete: true},
			note: "no one is deleted because not everything could be read: provision: line 3: there is no userid, which identifies the person",
		},
		"no one, if a row has a userid, but cannot be read": {
			list: "userid,hide_mobile\nkeeper,\nplain,perhaps\n", opts: provision.Options{Delete: true},
			note: "hide_mobile",
		},
		"no one, if the people of a department cannot be read": {
			list: keeper, opts: provision.Options{Delete: true},
			faults: func(srv *dingtalktest.Server) { srv.Fail("ListUsers", dingtalktest.SystemBusy, 3) },
			note:   "no one is deleted because not everything could be read: dingtalk: ListUsers: department ",
		},
		"no one, if a department cannot be read": {
			list: keeper, opts: provision.Options{Delete: true},
			faults: func(srv *dingtalktest.Server) { srv.Fail("GetDepartment", dingtalktest.Code(60003), 1) },
			note:   "no one is deleted because not everything could be read: dingtalk: GetDepartment: department ",
		},
		"no one, if the departments below one cannot be listed": {
			list: keeper, opts: provision.Options{Delete: true},
			faults: func(srv *dingtalktest.Server) {
				srv.AddUser(dingtalktest.User{})
				srv.Fail("ListSubDepartments", dingtalktest.Code(60003), 1)
			},
			note: "no one is deleted because not everything could be read: dingtalk: ListSubDepartments: department 1",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				people(srv)
				if tt.faults != nil {
					tt.faults(srv)
				}
				plan, err := provision.NewPlan(t.Context(), srv.Client(), provision.CSV(strings.NewReader(tt.list)), sequential(tt.opts))
				require.NoError(t, err)
				got := unlistedActions(plan)
				if strings.HasPrefix(name, "no one, if") {
					for id, what := range got {
						assert.Equal(t, "keep not everything could be read", what, id)
					}
					assert.Zero(t, plan.Count(provision.ActionDelete))
					assert.NotEmpty(t, got)
					if strings.HasSuffix(tt.list, "plain,perhaps\n") {
						assert.NotContains(t, got, "plain", "plain is in the list")
					}
				} else {
					assert.Equal(t, tt.want, got)
				}
				assert.Contains(t, strings.Join(plan.Notes, "\n"), tt.note)

				deletions := plan.Count(provision.ActionDelete)
				report := apply(t, srv, plan, provision.ApplyOptions{MaxDeletionShare: 1})
				for id, what := range got {
					_, there := srv.User(id)
					assert.Equal(t, what != "delete", there, id)
				}
				assert.Len(t, srv.Calls("DeleteUser"), deletions)
				assert.Zero(t, report.Count(provision.ResultFailed))
			}, tt.server...)
		})
	}
}

func sequential(opts provision.Options) provision.Options {
	opts.Concurrency = 1
	return opts
}

func TestNewPlan_RefusesToDeleteByAnEmptyList(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	addPeople(srv, 3, 1)
	for _, list := range []string{"userid\n", "userid\n\n\n", "userid,name\na\n"} {
		_, err := provision.NewPlan(t.Context(), srv.Client(), provision.CSV(strings.NewReader(list)), provision.Options{Delete: true})
		require.EqualError(t, err, "provision: the list is empty, so no one would be left in the organization")
	}
	assert.Empty(t, srv.Calls(""))
}

func TestApply_LimitsDeletions(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		people, deletions int
		opts              provision.ApplyOptions
		permitted         bool
	}{
		{100, 5, provision.ApplyOptions{}, true},
		{100, 6, provision.ApplyOptions{}, false},
		{19, 1, provision.ApplyOptions{}, false}, // the share is less than one person
		{20, 1, provision.ApplyOptions{}, true},
		{100, 6, provision.ApplyOptions{MaxDeletionShare: 0.06}, true},
		{100, 7, provision.ApplyOptions{MaxDeletionShare: 0.06}, false},
		{100, 29, provision.ApplyOptions{MaxDeletionShare: 0.29}, true},
		{100, 99, provision.ApplyOptions{MaxDeletionShare: 1}, true},
		{100, 5, provision.ApplyOptions{MaxDeletions: 4}, false},
		{100, 4, provision.ApplyOptions{MaxDeletions: 4}, true},
		{100, 6, provision.ApplyOptions{MaxDeletions: 50}, false}, // the share also applies
		{100, 51, provision.ApplyOptions{MaxDeletions: 50, MaxDeletionShare: 1}, false},
		{100, 6, provision.ApplyOptions{DryRun: true}, false},
		{100, 1, provision.ApplyOptions{MaxDeletionShare: -1}, false},
		{100, 0, provision.ApplyOptions{MaxDeletionShare: -1}, true},
	} {
		t.Run(fmt.Sprintf("%d of %d with %+v", tt.deletions, tt.people, tt.opts), func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				addPeople(srv, tt.people, sales)
				list := "userid,name,mobile,dept_id_list\nnew,New,13900001234,1\n"
				for i := tt.deletions; i < tt.people; i++ {
					list += fmt.Sprintf("p%d,,,\n", i)
				}
				plan := newPlan(t, srv, list, provision.Options{Delete: true})
				require.Equal(t, tt.deletions, plan.Count(provision.ActionDelete))
				report, err := plan.Apply(t.Context(), srv.Client(), tt.opts)
				if tt.permitted {
					require.NoError(t, err)
					assert.Len(t, srv.Users(), tt.people-tt.deletions+1)
					return
				}
				require.ErrorIs(t, err, provision.ErrTooManyDeletions)
				require.ErrorContains(t, err, "review the plan, then raise MaxDeletionShare or MaxDeletions")
				assert.Nil(t, report)
				assert.Empty(t, writes(srv), "nothing is done at all")
			})
		})
	}
}
