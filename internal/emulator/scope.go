package emulator

import (
	"slices"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// contactScope is what the app may see: departments with all that is below them, and people. Not limited by
// it are listsubid, listid, user/count and listadmin.
type contactScope struct {
	departments []int64
	users       []string
}

// wholeOrganisation is the scope of an app that may see everything.
func wholeOrganisation() contactScope {
	return contactScope{departments: []int64{contract.RootDepartmentID}}
}

// seesDepartment says whether a department exists and it or one above it is in the contact scope.
func (o *organisation) seesDepartment(id int64) bool {
	for d := o.departments[id]; d != nil; d = o.departments[d.ParentID] {
		if slices.Contains(o.scope.departments, d.ID) {
			return true
		}
	}
	return false
}

// seesUser says whether a person, or a department the person is in, is in the contact scope.
func (o *organisation) seesUser(u *User) bool {
	return slices.Contains(o.scope.users, u.UserID) || slices.ContainsFunc(u.DeptIDList, o.seesDepartment)
}

// seesAll says whether every department is in the contact scope.
func (o *organisation) seesAll(ids []int64) bool {
	return !slices.ContainsFunc(ids, func(id int64) bool { return !o.seesDepartment(id) })
}

type authScopesAnswer struct {
	AuthUserField  []string      `json:"auth_user_field"`
	ConditionField []string      `json:"condition_field"`
	AuthOrgScopes  authOrgScopes `json:"auth_org_scopes"`
}

type authOrgScopes struct {
	AuthedUser []string `json:"authed_user"`
	AuthedDept []int64  `json:"authed_dept"`
}

// getAuthScopes tells the contact scope as it was set. What the first two lists hold is not documented.
func (s *Server) getAuthScopes(args) (any, error) {
	return authScopesAnswer{
		AuthUserField: []string{}, ConditionField: []string{},
		AuthOrgScopes: authOrgScopes{
			AuthedUser: listed(s.org.scope.users, true), AuthedDept: listed(s.org.scope.departments, true),
		},
	}, nil
}
