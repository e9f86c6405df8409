package emulator

import (
	"crypto/sha256"
	"fmt"
	"reflect"
	"slices"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// The types of contact events.
const (
	userAddOrg      = "user_add_org"
	userModifyOrg   = "user_modify_org"
	userLeaveOrg    = "user_leave_org"
	userActiveOrg   = "user_active_org"
	orgAdminAdd     = "org_admin_add"
	orgAdminRemove  = "org_admin_remove"
	orgDeptCreate   = "org_dept_create"
	orgDeptModify   = "org_dept_modify"
	orgDeptRemove   = "org_dept_remove"
	orgChange       = "org_change"
	labelUserChange = "label_user_change"
	labelConfAdd    = "label_conf_add"
	labelConfDel    = "label_conf_del"
	labelConfModify = "label_conf_modify"
	innerAppScopes  = "inner_app_scopes_change"
)

// author is who makes a change.
type author int

const (
	theProgram author = iota // that runs the server
	theApp
	theAdministrator
)

// authorOf returns who makes a call.
func authorOf(in arrival) author {
	if in.admin {
		return theAdministrator
	}
	return theApp
}

// observe notes a change until the write is done.
func (s *Server) observe(c directory.Change) { s.pending = append(s.pending, c) }

// publishChanges appends the events of the changes since the last call to the feed. The caller must hold the lock.
//
// Assumed: Every write sends its events, whether the app, an administrator or the program that runs the server makes it.
// An event names who did it (optStaffId) if an administrator made the change, and then the first administrator of
// listadmin. Events are not limited to the contact scope. timeStamp is 3 ms before the time of the event. The labels
// of external contacts, the senior mode, the scope of a role, the logins and what people set for themselves send no
// event.
func (s *Server) publishChanges(by author) {
	if by != theApp || !s.config.withoutOwnEvents {
		for _, c := range s.pending {
			s.publishChange(c, by)
		}
	}
	clear(s.pending)
	s.pending = s.pending[:0]
}

// publishChange appends the events of one change.
//
// Assumed: A write that changes nothing sends no event. Deleting a role sends no label_user_change, deleting a person no
// event about the person's roles, and moving or deleting a department none about its people. When roles are taken from
// people the action of label_user_change is "remove". A person who is added as an administrator sends user_add_org and
// org_admin_add.
func (s *Server) publishChange(c directory.Change, by author) {
	switch c := c.(type) {
	case directory.UserAdded:
		s.publishUsers(userAddOrg, c.User, by)
		if c.User.Admin {
			s.publish(orgAdminAdd, usersBody{TimeStamp: s.changeTime(), UserID: []string{c.User.UserID}})
		}
	case directory.UserLeft:
		s.publishUsers(userLeaveOrg, c.User, by)
	case directory.UserChanged:
		s.publishUserChange(c.Before, c.After, by)
	case directory.DepartmentAdded:
		s.publish(orgDeptCreate, departmentsBody{[]int64{c.Department.ID}})
	case directory.DepartmentRemoved:
		s.publish(orgDeptRemove, departmentsBody{[]int64{c.Department.ID}})
	case directory.DepartmentChanged:
		s.publishDepartmentChange(c.Before, c.After)
	case directory.RoleAdded:
		s.publish(labelConfAdd, rolesBody{Scope: "1", LabelIDList: []int64{c.ID}})
	case directory.RoleRemoved:
		s.publish(labelConfDel, rolesBody{LabelIDList: []int64{c.ID}})
	case directory.RoleChanged:
		s.publish(labelConfModify, newRoleChangeBody(c.Before, c.After))
	case directory.RolesGranted:
		s.publish(labelUserChange, roleHoldersBody{slices.Clone(c.UserIDs), "add", slices.Clone(c.RoleIDs)})
	case directory.RolesRevoked:
		s.publish(labelUserChange, roleHoldersBody{slices.Clone(c.UserIDs), "remove", slices.Clone(c.RoleIDs)})
	}
}

func (s *Server) publishUsers(typ string, u *directory.User, by author) {
	s.publish(typ, usersBody{TimeStamp: s.changeTime(), UserID: []string{u.UserID}, OptStaffID: s.operator(by).UserID})
}

// publishUserChange appends the events of a changed person.
func (s *Server) publishUserChange(before, after *directory.User, by author) {
	ids := []string{after.UserID}
	if s.isModified(before, after) {
		s.publish(userModifyOrg, userDiffBody{
			TimeStamp: s.changeTime(), DiffInfo: []userDiff{{before, after}}, OptStaffID: s.operator(by).UserID, UserID: ids,
		})
	}
	if !before.Active && after.Active {
		s.publish(userActiveOrg, usersBody{UserID: ids})
	}
	switch {
	case !before.Admin && after.Admin:
		s.publish(orgAdminAdd, usersBody{TimeStamp: s.changeTime(), UserID: ids})
	case before.Admin && !after.Admin:
		s.publish(orgAdminRemove, usersBody{TimeStamp: s.changeTime(), UserID: ids})
	}
}

// isModified reports whether a change of a person sends user_modify_org: what the organization holds of the person has
// changed.
//
// Assumed: A change of departments, of the order in them or of who leads them is one of the organization's data. Whether
// an enterprise account is disabled is not.
func (s *Server) isModified(before, after *directory.User) bool {
	a, b := organizationFields(before), organizationFields(after)
	if s.config.withoutMoveEvents {
		clearDepartments(&a)
		clearDepartments(&b)
	}
	return !reflect.DeepEqual(a, b)
}

// organizationFields returns a person without the fields whose change sends no user_modify_org.
func organizationFields(u *directory.User) directory.User {
	c := *u
	c.Avatar, c.AvatarMediaID, c.Nickname, c.PersonalEmail, c.UnionID = "", "", "", "", ""
	c.Active, c.RealAuthed, c.Senior, c.Boss, c.DisableStatus = false, false, false, false, false
	c.Admin, c.AdminLevel, c.AdminDeptIDs, c.RoleList, c.Logins = false, 0, nil, nil, nil
	c.UnionEmpExt = nil
	return c
}

func clearDepartments(u *directory.User) {
	u.DeptIDList, u.DeptOrderList, u.DeptTitleList, u.DeptPositionList, u.LeaderInDept = nil, nil, nil, nil, nil
}

func (s *Server) publishDepartmentChange(before, after *directory.Department) {
	if reflect.DeepEqual(before, after) {
		return
	}
	if after.ID == contract.RootDepartmentID && before.Name != after.Name {
		s.publish(orgChange, struct{}{})
	}
	s.publish(orgDeptModify, departmentsBody{[]int64{after.ID}})
}

// publishScope appends the event of a changed contact scope.
//
// Assumed: A change of the contact scope sends inner_app_scopes_change. It names no roles, and
// the first administrator as the one who made it.
func (s *Server) publishScope(scope directory.Scope) {
	s.publish(innerAppScopes, scopesBody{
		EventID: hexText(), RoleIDs: []int64{}, UserIDs: notNull(slices.Clone(scope.Users)),
		DeptIDs: notNull(slices.Clone(scope.Departments)), OperatorUnionID: s.operator(theAdministrator).UnionID, UnifiedAppID: s.unifiedAppID(),
	})
}

// operator returns who made a change, as far as it is known: of the administrators the first.
func (s *Server) operator(by author) directory.User {
	if by != theAdministrator {
		return directory.User{}
	}
	if admins := s.org.Admins(); len(admins) > 0 {
		return *admins[0]
	}
	return directory.User{}
}

// changeTime returns when a change that is published now was made, as events hold it.
func (s *Server) changeTime() string { return millisText(s.now().Add(-changeLead)) }

// unifiedAppID returns the ID that events have for the app.
func (s *Server) unifiedAppID() string {
	sum := sha256.Sum256([]byte(s.config.clientID))
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}
