package directory

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

func TestSetUser_ReplacesThePersonAndTheRoles(t *testing.T) {
	t.Parallel()
	o := New(Config{})
	_, err := o.AddUser(&User{UserID: "u", Mobile: "13900000000", RoleList: []Role{{Name: "A", GroupName: "G"}}}, time.Now())
	require.NoError(t, err)
	before := o.Snapshot("u")
	var changes []Change
	o.Observe(func(c Change) { changes = append(changes, c) })

	u := before.Clone()
	u.Boss, u.Admin, u.RoleList = true, true, []Role{{Name: "B", GroupName: "G"}}
	u.UnionID, u.CreateTime = "", time.Time{}
	require.NoError(t, o.SetUser(u))
	after := o.Snapshot("u")
	assert.Equal(t, before.UnionID, after.UnionID)
	assert.Equal(t, before.CreateTime, after.CreateTime)
	assert.EqualValues(t, mainAdmin, after.AdminLevel)
	assert.Equal(t, []string{"B", mainAdminRole}, roleNames(after))
	assert.Len(t, o.Admins(), 1)
	assert.Len(t, changes, 4, "a role, the person, grants, revocations")

	after.Admin, after.AdminLevel = false, 0
	require.NoError(t, o.SetUser(after.Clone()))
	assert.Equal(t, []string{"B"}, roleNames(o.Snapshot("u")))
	assert.Empty(t, o.Admins())
}

func roleNames(u User) []string {
	var names []string
	for _, r := range u.RoleList {
		names = append(names, r.Name)
	}
	return names
}

func TestSetUser_RefusesWhatNoPersonCanHave(t *testing.T) {
	t.Parallel()
	o := New(Config{})
	for _, u := range []*User{{UserID: "u", Mobile: "13900000000"}, {UserID: "v"}} {
		_, err := o.AddUser(u, time.Now())
		require.NoError(t, err)
	}
	want := o.Snapshot("v")
	for _, u := range []*User{
		{UserID: "w"},
		{UserID: "v", Mobile: "no number"},
		{UserID: "v", Mobile: "13900000000"},
		{UserID: "v", DeptIDList: []int64{99}},
		{UserID: "v", ManagerUserID: "w"},
		{UserID: "v", AdminLevel: 3},
		{UserID: "v", RoleList: []Role{{ID: -1}}},
	} {
		assert.Error(t, o.SetUser(u), "%+v", u)
	}
	assert.Equal(t, want, o.Snapshot("v"))
}

func TestSetDepartment_ReplacesTheDepartment(t *testing.T) {
	t.Parallel()
	o := New(Config{})
	for _, d := range []*Department{{ID: 7, Name: "A"}, {ID: 8, Name: "B", ParentID: 7}} {
		_, err := o.AddDepartment(d)
		require.NoError(t, err)
	}
	_, err := o.AddUser(&User{UserID: "u", DeptIDList: []int64{8}}, time.Now())
	require.NoError(t, err)
	for _, d := range []*Department{
		{ID: 9, Name: "C", ParentID: 1},
		{ID: 7, Name: "", ParentID: 1},
		{ID: 7, Name: "A", ParentID: 8},
		{ID: 7, Name: "A", ParentID: 9},
		{ID: 8, Name: "A", ParentID: 1},
		{ID: 7, Name: "A", ParentID: 1, Extension: "[]"},
		{ID: contract.RootDepartmentID, Name: "R", ParentID: 7},
	} {
		assert.Error(t, o.SetDepartment(d), "%+v", d)
	}
	require.NoError(t, o.SetDepartment(&Department{ID: 8, Name: "B", ParentID: 1}))
	assert.Zero(t, o.Headcount(7))
	require.NoError(t, o.SetDepartment(&Department{ID: contract.RootDepartmentID, Name: "R"}))
	assert.Equal(t, "R", o.Name())
	assert.EqualValues(t, 1, o.Headcount(contract.RootDepartmentID))
}
