package mirror

import (
	"cmp"
	"reflect"
	"slices"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// User is a user as the mirror has it.
//
// The fields that the list of a department shows (dingtalk.UserInDept, but OrgEmail) are of one moment. The other ones,
// which only GetUser shows, are OrgEmail, OrgEmailType, ExtensionI18n, ManagerUserID, DeptPositionList, RoleList,
// RealAuthed, Senior, UnionEmpExt and CreateTime, and the entries of DeptOrderList and LeaderInDept for other departments.
//
// DeptOrderList, LeaderInDept and RoleList are sorted by ID. The names in RoleList are those of the View; in a Change they
// are empty.
type User struct {
	dingtalk.User
	// Detail reports whether all fields are of one moment. Without it the fields that no list shows are older than the
	// others, or unknown, and are about to be read.
	Detail bool
}

// normalize brings what a response may show in several ways into one.
func normalize(u *dingtalk.User) {
	slices.SortFunc(u.DeptOrderList, func(a, b dingtalk.DeptOrder) int { return cmp.Compare(a.DeptID, b.DeptID) })
	slices.SortFunc(u.LeaderInDept, func(a, b dingtalk.LeaderInDept) int { return cmp.Compare(a.DeptID, b.DeptID) })
	slices.SortFunc(u.RoleList, func(a, b dingtalk.UserRole) int { return cmp.Compare(a.ID, b.ID) })
	for i := range u.RoleList {
		u.RoleList[i] = dingtalk.UserRole{ID: u.RoleList[i].ID}
	}
	if len(u.UnionEmpExt.UnionEmpMapList) == 0 {
		u.UnionEmpExt.UnionEmpMapList = nil
	}
}

// listed returns a user of the list of a department as a User.
func listed(dept int64, u dingtalk.UserInDept) dingtalk.User {
	return dingtalk.User{
		UserID: u.UserID, UnionID: u.UnionID, Name: u.Name, Avatar: u.Avatar, StateCode: u.StateCode, Mobile: u.Mobile,
		HideMobile: u.HideMobile, Telephone: u.Telephone, JobNumber: u.JobNumber, Title: u.Title, Email: u.Email,
		WorkPlace: u.WorkPlace, Remark: u.Remark, Extension: u.Extension, HiredDate: u.HiredDate, DeptIDList: u.DeptIDList,
		Active: u.Active, Admin: u.Admin, Boss: u.Boss, ExclusiveAccount: u.ExclusiveAccount,
		ExclusiveAccountType: u.ExclusiveAccountType, LoginID: u.LoginID, Nickname: u.Nickname,
		ExclusiveAccountCorpName: u.ExclusiveAccountCorpName, ExclusiveAccountCorpID: u.ExclusiveAccountCorpID,
		DisableStatus: u.DisableStatus,
		DeptOrderList: []dingtalk.DeptOrder{{DeptID: dept, Order: u.DeptOrder}},
		LeaderInDept:  []dingtalk.LeaderInDept{{DeptID: dept, Leader: u.Leader}},
	}
}

// withDetails returns u with the fields of from that no list shows. OrgEmail is one of them: lists omit it without the
// permission for personal information, and GetUser does not.
func withDetails(u, from dingtalk.User) dingtalk.User {
	u.OrgEmail, u.OrgEmailType, u.ExtensionI18n, u.ManagerUserID = from.OrgEmail, from.OrgEmailType, from.ExtensionI18n, from.ManagerUserID
	u.DeptPositionList, u.RoleList, u.RealAuthed, u.Senior = from.DeptPositionList, from.RoleList, from.RealAuthed, from.Senior
	u.UnionEmpExt, u.CreateTime = from.UnionEmpExt, from.CreateTime
	u.DeptOrderList, u.LeaderInDept = from.DeptOrderList, from.LeaderInDept
	return u
}

// sameListed reports whether two users agree in the fields that every list shows. The order of the departments does not
// count.
func sameListed(a, b dingtalk.User) bool {
	a, b = withDetails(a, dingtalk.User{}), withDetails(b, dingtalk.User{})
	a.DeptIDList, b.DeptIDList = slices.Sorted(slices.Values(a.DeptIDList)), slices.Sorted(slices.Values(b.DeptIDList))
	return reflect.DeepEqual(a, b)
}

// sameInDepartments reports whether two users have the same order and leadership in the departments for which both are
// known.
func sameInDepartments(a, b dingtalk.User) bool {
	for _, x := range a.DeptOrderList {
		for _, y := range b.DeptOrderList {
			if x.DeptID == y.DeptID && x.Order != y.Order {
				return false
			}
		}
	}
	for _, x := range a.LeaderInDept {
		for _, y := range b.LeaderInDept {
			if x.DeptID == y.DeptID && x.Leader != y.Leader {
				return false
			}
		}
	}
	return true
}

// merge returns a stored user with what the list of a department shows now.
func merge(stored, now dingtalk.User, dept int64) dingtalk.User {
	merged := withDetails(now, stored)
	kept := func(other int64) bool { return other != dept && slices.Contains(now.DeptIDList, other) }
	orders, leads := slices.Clone(now.DeptOrderList), slices.Clone(now.LeaderInDept)
	for _, d := range stored.DeptOrderList {
		if kept(d.DeptID) {
			orders = append(orders, d)
		}
	}
	for _, d := range stored.LeaderInDept {
		if kept(d.DeptID) {
			leads = append(leads, d)
		}
	}
	merged.DeptOrderList, merged.LeaderInDept = orders, leads
	normalize(&merged)
	return merged
}

// knowsDepartment reports whether the order of a user in a department is known.
func knowsDepartment(u dingtalk.User, dept int64) bool {
	return slices.ContainsFunc(u.DeptOrderList, func(d dingtalk.DeptOrder) bool { return d.DeptID == dept })
}
