package emulator

import (
	"cmp"
	"encoding/json"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// EventTypes returns the types of contact events.
func EventTypes() []string {
	return []string{
		userAddOrg, userModifyOrg, userLeaveOrg, userActiveOrg, orgAdminAdd, orgAdminRemove,
		orgDeptCreate, orgDeptModify, orgDeptRemove, orgChange,
		labelUserChange, labelConfAdd, labelConfDel, labelConfModify, innerAppScopes,
	}
}

// ExampleEvent returns the body of an event of a type, with IDs of the organization as far as it has any. The body of an
// unknown type is empty.
func (s *Server) ExampleEvent(typ string) json.RawMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	userid, dept := s.org.FirstIDs()
	u := directory.User{UserID: cmp.Or(userid, "zhao.min"), Name: "Zhao Min"}
	if userid != "" {
		u = *s.org.User(userid)
	}
	role := directory.StoredRole{ID: 2100000005, GroupID: 2100000001, Name: "Lead"}
	if roles := s.org.Roles(); len(roles) > 0 {
		role.ID, role.Name = roles[0].ID, roles[0].Name
	}
	return encode(s.exampleBody(typ, &u, cmp.Or(dept, contract.RootDepartmentID), role))
}

func (s *Server) exampleBody(typ string, u *directory.User, dept int64, role directory.StoredRole) any {
	ids, operator := []string{u.UserID}, s.operator(theAdministrator).UserID
	switch typ {
	case userAddOrg, userLeaveOrg:
		return usersBody{TimeStamp: s.changeTime(), UserID: ids, OptStaffID: operator}
	case userModifyOrg:
		after := *u
		after.Remark = "Changed"
		return userDiffBody{TimeStamp: s.changeTime(), DiffInfo: []userDiff{{u, &after}}, OptStaffID: operator, UserID: ids}
	case userActiveOrg:
		return usersBody{UserID: ids}
	case orgAdminAdd, orgAdminRemove:
		return usersBody{TimeStamp: s.changeTime(), UserID: ids}
	case orgDeptCreate, orgDeptModify, orgDeptRemove:
		return departmentsBody{[]int64{dept}}
	case labelUserChange:
		return roleHoldersBody{ids, "add", []int64{role.ID}}
	case labelConfAdd:
		return rolesBody{Scope: "1", LabelIDList: []int64{role.ID}}
	case labelConfDel:
		return rolesBody{LabelIDList: []int64{role.ID}}
	case labelConfModify:
		after := role
		after.Name += " (new)"
		return newRoleChangeBody(role, after)
	case innerAppScopes:
		return scopesBody{
			EventID: hexText(), RoleIDs: []int64{}, UserIDs: ids, DeptIDs: []int64{dept},
			OperatorUnionID: s.operator(theAdministrator).UnionID, UnifiedAppID: s.unifiedAppID(),
		}
	}
	return struct{}{}
}
