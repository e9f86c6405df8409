package emulator

import (
	"slices"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// contactScope is what the app may see: departments with all that is below them, and people. Not limited by
// it are listsubid, listid, user/count and listadmin.
type contactScope struct {
	departments []int64 // as they were set
	users       []string

	hasDepartment map[int64]bool
	hasUser       map[string]bool
}

func newContactScope(departments []int64, users []string) contactScope {
	return contactScope{slices.Clone(departments), slices.Clone(users), setOf(departments), setOf(users)}
}

func setOf[T comparable](list []T) map[T]bool {
	set := make(map[T]bool, len(list))
	for _, entry := range list {
		set[entry] = true
	}
	return set
}

// wholeOrganisation is the scope of an app that may see everything.
func wholeOrganisation() contactScope {
	return newContactScope([]int64{contract.RootDepartmentID}, nil)
}

// seesDepartment says whether a department exists and it or one above it is in the contact scope.
func (o *organisation) seesDepartment(id int64) bool {
	for d := o.departments[id]; d != nil; d = o.departments[d.ParentID] {
		if o.scope.hasDepartment[d.ID] {
			return true
		}
	}
	return false
}

// seesUser says whether a person, or a department the person is in, is in the contact scope.
func (o *organisation) seesUser(u *User) bool {
	return o.scope.hasUser[u.UserID] || slices.ContainsFunc(u.DeptIDList, o.seesDepartment)
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
