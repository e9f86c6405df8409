package dingtalk

import (
	"errors"
	"strings"
)

// errOtherID is the failure of a response that is about another user or department than the request. Such a response
// belongs to another call: on a connection that is one response behind, each call gets that of the one before.
var errOtherID = errors.New("the response is for another ID than the request")

// identified is a request with an ID that a response to it repeats.
type identified interface {
	// repeatedBy reports whether the response has the ID of the request, as far as both have one.
	repeatedBy(response any) bool
}

func (r CreateUserRequest) repeatedBy(response any) bool {
	created, ok := response.(*CreateUserResponse)
	return !ok || sameUserID(r.UserID, created.UserID)
}

func (r GetUserRequest) repeatedBy(response any) bool {
	user, ok := response.(*User)
	return !ok || r.LoginID != "" || sameUserID(r.UserID, user.UserID) // a login ID overrides the user ID
}

func (r GetDepartmentRequest) repeatedBy(response any) bool {
	dept, ok := response.(*Department)
	return !ok || r.DeptID == 0 || dept.DeptID == 0 || r.DeptID == dept.DeptID
}

// sameUserID reports whether two user IDs are the same, or one is missing. The service ignores their case.
func sameUserID(a, b string) bool { return a == "" || b == "" || strings.EqualFold(a, b) }
