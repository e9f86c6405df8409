package scale

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"

	"github.com/stretchr/testify/require"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

// wrong counts what a mirror has differently from the organization.
type wrong struct {
	listed   int // users, in the fields that every list shows, or who are missing or too many
	users    int // users, in any field
	others   int // departments, roles, role groups and who has a role
	examples []string
}

func (x *wrong) note(n *int, format string, args ...any) {
	if *n++; len(x.examples) < 5 {
		x.examples = append(x.examples, fmt.Sprintf("%.600s", fmt.Sprintf(format, args...)))
	}
}

// compare compares a mirror with the organization field by field.
func (w *world) compare(m *mirror.Mirror) (x wrong) {
	w.t.Helper()
	require.NoError(w.t, m.View(w.t.Context(), func(v *mirror.View) error {
		users, holders := w.srv.Users(), map[int64][]string{}
		for _, u := range users {
			for _, r := range u.RoleList {
				holders[r.ID] = append(holders[r.ID], u.UserID)
			}
		}
		if err := x.compareUsers(v, users); err != nil {
			return err
		}
		if err := x.compareDepartments(v, w.srv.Departments()); err != nil {
			return err
		}
		return x.compareRoles(v, w.srv, holders)
	}))
	return x
}

// compareUsers compares the users, which both have in the order of their IDs.
func (x *wrong) compareUsers(v *mirror.View, want []dingtalktest.User) error {
	for u, err := range v.Users() {
		if err != nil {
			return err
		}
		for len(want) > 0 && want[0].UserID < u.UserID {
			x.users++
			x.note(&x.listed, "%s is missing", want[0].UserID)
			want = want[1:]
		}
		if len(want) == 0 || want[0].UserID != u.UserID {
			x.users++
			x.note(&x.listed, "%s has left", u.UserID)
			continue
		}
		whole := expectedUser(want[0])
		for i := range u.RoleList {
			u.RoleList[i] = dingtalk.UserRole{ID: u.RoleList[i].ID}
		}
		if a, b := listed(whole), listed(u.User); !reflect.DeepEqual(a, b) {
			x.users++
			x.note(&x.listed, "%+v, and the mirror has %+v", a, b)
		} else if !u.Detail || !reflect.DeepEqual(whole, u.User) {
			x.note(&x.users, "%+v, and the mirror has %+v", whole, u)
		}
		want = want[1:]
	}
	for _, u := range want {
		x.users++
		x.note(&x.listed, "%s is missing", u.UserID)
	}
	return nil
}

// listed returns a user without the fields that no list shows.
func listed(u dingtalk.User) dingtalk.User {
	u.OrgEmail, u.OrgEmailType, u.ExtensionI18n, u.ManagerUserID, u.DeptPositionList, u.RoleList = "", "", "", "", nil, nil
	u.RealAuthed, u.Senior, u.UnionEmpExt, u.CreateTime = false, false, dingtalk.UnionEmpExt{}, ""
	u.DeptOrderList, u.LeaderInDept = nil, nil
	u.DeptIDList = slices.Sorted(slices.Values(u.DeptIDList))
	return u
}

// expectedUser returns a user as a mirror has to have it, from what is stored at the service.
func expectedUser(u dingtalktest.User) dingtalk.User {
	want := dingtalk.User{
		UserID: u.UserID, UnionID: u.UnionID, Name: u.Name, Avatar: u.Avatar, StateCode: u.StateCode, Mobile: u.Mobile,
		HideMobile: u.HideMobile, Telephone: u.Telephone, JobNumber: u.JobNumber, Title: u.Title, Email: u.Email,
		OrgEmail: u.OrgEmail, OrgEmailType: u.OrgEmailType, WorkPlace: u.WorkPlace, Remark: u.Remark,
		Extension: dingtalk.Extension(u.Extension), ExtensionI18n: dingtalk.ExtensionI18n(u.ExtensionI18n),
		ManagerUserID: u.ManagerUserID, HiredDate: dingtalk.Millis{Time: u.HiredDate}, DeptIDList: slices.Clone(u.DeptIDList),
		Active: u.Active, RealAuthed: u.RealAuthed, Senior: u.Senior, Admin: u.Admin, Boss: u.Boss,
		ExclusiveAccount: u.ExclusiveAccount, CreateTime: u.CreateTime.UTC().Format("2006-01-02T15:04:05.000Z"),
	}
	if !u.HiredDate.IsZero() {
		want.HiredDate.Time = u.HiredDate.UTC()
	}
	if u.ExclusiveAccount {
		want.ExclusiveAccountType, want.LoginID, want.Nickname = u.ExclusiveAccountType, u.LoginID, u.Nickname
		want.ExclusiveAccountCorpName, want.ExclusiveAccountCorpID = u.ExclusiveAccountCorpName, u.ExclusiveAccountCorpID
		want.DisableStatus = u.DisableStatus
	}
	for _, d := range u.DeptOrderList {
		want.DeptOrderList = append(want.DeptOrderList, dingtalk.DeptOrder(d))
	}
	for _, d := range u.LeaderInDept {
		want.LeaderInDept = append(want.LeaderInDept, dingtalk.LeaderInDept(d))
	}
	for _, d := range u.DeptPositionList {
		want.DeptPositionList = append(want.DeptPositionList, dingtalk.DeptPosition(d))
	}
	for _, r := range u.RoleList {
		want.RoleList = append(want.RoleList, dingtalk.UserRole{ID: r.ID})
	}
	slices.SortFunc(want.DeptOrderList, func(a, b dingtalk.DeptOrder) int { return cmp.Compare(a.DeptID, b.DeptID) })
	slices.SortFunc(want.LeaderInDept, func(a, b dingtalk.LeaderInDept) int { return cmp.Compare(a.DeptID, b.DeptID) })
	slices.SortFunc(want.RoleList, func(a, b dingtalk.UserRole) int { return cmp.Compare(a.ID, b.ID) })
	return want
}

func (x *wrong) compareDepartments(v *mirror.View, want []dingtalktest.Department) error {
	rest := map[int64]dingtalk.Department{}
	for _, d := range want {
		rest[d.ID] = expectedDepartment(d)
	}
	for d, err := range v.Departments() {
		if err != nil {
			return err
		}
		if is, found := rest[d.DeptID]; !found || !reflect.DeepEqual(is, sortedDepartment(d.Department)) {
			x.note(&x.others, "%+v, and the mirror has %+v", is, d)
		}
		delete(rest, d.DeptID)
	}
	for id := range rest {
		x.note(&x.others, "department %d is missing", id)
	}
	return nil
}

func sorted[T cmp.Ordered](list []T) []T { return slices.Sorted(slices.Values(list)) }

func sortedDepartment(d dingtalk.Department) dingtalk.Department {
	d.DeptManagerUserIDList, d.DeptPermits, d.UserPermits = sorted(d.DeptManagerUserIDList), sorted(d.DeptPermits), sorted(d.UserPermits)
	d.OuterPermitDepts, d.OuterPermitUsers = sorted(d.OuterPermitDepts), sorted(d.OuterPermitUsers)
	return d
}

// expectedDepartment returns a department as a mirror has to have it, with sorted lists.
func expectedDepartment(d dingtalktest.Department) dingtalk.Department {
	want := dingtalk.Department{
		DeptID: d.ID, Name: d.Name, ParentID: d.ParentID, Order: d.Order, SourceIdentifier: d.SourceIdentifier, Tags: d.Tags,
		FromUnionOrg: d.FromUnionOrg, CreateDeptGroup: d.DeptGroupChatID != "", AutoAddUser: d.AutoAddUser,
		GroupContainSubDept: d.GroupContainSubDept, AutoApproveApply: d.AutoApproveApply, HideDept: d.HideDept, OuterDept: d.OuterDept,
		DeptGroupChatID: d.DeptGroupChatID, OrgDeptOwner: d.OrgDeptOwner, DeptManagerUserIDList: d.DeptManagerUserIDList,
		Code: d.Code, Brief: d.Brief, Telephone: d.Telephone, Extention: dingtalk.Extension(d.Extension),
	}
	if d.HideDept {
		want.DeptPermits, want.UserPermits = d.DeptPermits, d.UserPermits
	}
	if d.OuterDept {
		want.OuterPermitDepts, want.OuterPermitUsers = d.OuterPermitDepts, d.OuterPermitUsers
	}
	return sortedDepartment(want)
}

func (x *wrong) compareRoles(v *mirror.View, srv *dingtalktest.Server, holders map[int64][]string) error {
	groups := map[string]int64{}
	for _, g := range srv.RoleGroups() {
		groups[g.Name] = g.ID
	}
	n := 0
	for g, err := range v.RoleGroups() {
		if err != nil {
			return err
		}
		if n++; groups[g.Name] != g.ID {
			x.note(&x.others, "role group %d is wrong", g.ID)
		}
	}
	if n != len(groups) {
		x.note(&x.others, "there are %d role groups, and not %d", len(groups), n)
	}
	roles := map[int64]mirror.Role{}
	for r, err := range v.Roles() {
		if err != nil {
			return err
		}
		roles[r.ID] = r
	}
	for _, r := range srv.Roles() {
		if want := (mirror.Role{ID: r.ID, Name: r.Name, GroupID: groups[r.GroupName]}); roles[r.ID] != want {
			x.note(&x.others, "%+v, and the mirror has %+v", want, roles[r.ID])
		}
		delete(roles, r.ID)
		var have []string
		for h, err := range v.Holders(r.ID) {
			if err != nil {
				return err
			}
			have = append(have, h.UserID)
		}
		if want := sorted(holders[r.ID]); !slices.Equal(want, sorted(have)) {
			x.note(&x.others, "role %d has %d users, and %d in the mirror", r.ID, len(want), len(have))
		}
	}
	for id := range roles {
		x.note(&x.others, "role %d is gone", id)
	}
	return nil
}
