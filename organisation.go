package dingtalk

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// DepartmentsRequest says which part of the organisation is read.
type DepartmentsRequest struct {
	DeptIDs     []int64 // these and all below them; nil for all that the app may see
	Language    string  // "zh_CN", the default, or "en_US"
	Concurrency int     // calls of each kind that are under way at once; 0 is 16
}

// OrgUsersRequest says which part of the organisation is read.
type OrgUsersRequest struct {
	DeptIDs            []int64 // these and all below them; nil for all that the app may see
	ContainAccessLimit bool    // also people whose access is restricted
	Language           string  // "zh_CN", the default, or "en_US"
	Concurrency        int     // calls of each kind that are under way at once; 0 is 16
}

// OrgUser is a person, and the department in which the walk came upon them. DeptIDList has all departments of
// theirs; DeptOrder and Leader are about DeptID alone.
type OrgUser struct {
	UserInDept
	DeptID int64 `json:"dept_id"` // 0 for somebody whom the app may see for themselves, without a department
}

// Departments iterates over departments, breadth first from the top: parents come before their children, and
// brothers in the order of the service. Each is there once, with all that GetDepartment tells; that takes two
// calls a department, of two operations with a limit each, and these calls go behind others (see Bulk). Ranging
// again reads again.
//
// Without DeptIDs it starts at the departments that GetAuthScopes names, or, if the app may not ask that, at
// the root. A department that cannot be read or whose children cannot be listed — one out of the app's sight
// (ErrPermission), or that somebody deleted meanwhile (ErrNotFound) — is a pair with an error whose
// Error.DeptID names it, in its place, and the rest goes on: leave the loop at the first error, or go on and
// collect them. What is below a department whose children cannot be listed is missing then. An error that
// every further call would meet, such as a missing permission point, a ban or the end of ctx, is the last pair.
func (c *Client) Departments(ctx context.Context, req DepartmentsRequest) iter.Seq2[Department, error] {
	const op = "Departments"
	c = c.Bulk()
	return func(yield func(Department, error) bool) {
		if ctx == nil {
			yield(Department{}, noContext(op))
			return
		}
		sight, err := c.visible(ctx, req.DeptIDs, req.Concurrency)
		if err != nil {
			yield(Department{}, err)
			return
		}
		w := &walk[Department]{
			client: c, reads: &contract.GetDepartment, listing: newLanes(req.Concurrency), reading: newLanes(req.Concurrency),
			read: func(ctx context.Context, dept, _ int64) ([]Department, int64, bool, error) {
				d, err := c.GetDepartment(ctx, GetDepartmentRequest{DeptID: dept, Language: req.Language})
				if err != nil {
					return nil, 0, false, err
				}
				return []Department{*d}, 0, false, nil
			},
		}
		w.below(ctx, sight.AuthedDept)(yield)
	}
}

// OrgUsers iterates over the people of the departments that Departments goes through, in its order, and within
// a department in that of the service. Each person comes once, with all departments of theirs, in however many
// of them they are; those whom the app may see for themselves come last. People are read in pages of 100,
// beside the departments. What is kept in memory is little more than the userids.
//
// Errors come as with Departments: a department whose people cannot be read, or no further, is a pair with an
// error whose Error.DeptID names it, and the rest goes on. Somebody who is moved from one department to
// another while the walk is under way may be missed.
func (c *Client) OrgUsers(ctx context.Context, req OrgUsersRequest) iter.Seq2[OrgUser, error] {
	const op = "OrgUsers"
	c = c.Bulk()
	return func(yield func(OrgUser, error) bool) {
		if ctx == nil {
			yield(OrgUser{}, noContext(op))
			return
		}
		sight, err := c.visible(ctx, req.DeptIDs, req.Concurrency)
		if err != nil {
			yield(OrgUser{}, err)
			return
		}
		w := &walk[OrgUser]{
			client: c, reads: &contract.ListUsers, listing: newLanes(req.Concurrency), reading: newLanes(req.Concurrency),
			read: func(ctx context.Context, dept, cursor int64) ([]OrgUser, int64, bool, error) {
				res, err := c.ListUsers(ctx, ListUsersRequest{
					DeptID: dept, Cursor: cursor, Size: pageSize,
					ContainAccessLimit: req.ContainAccessLimit, Language: req.Language,
				})
				if err != nil {
					return nil, 0, false, err
				}
				people := make([]OrgUser, len(res.List))
				for i := range res.List {
					people[i] = OrgUser{res.List[i], dept}
				}
				return people, res.NextCursor, res.HasMore, nil
			},
		}
		seen := map[string]struct{}{}
		for user, err := range w.below(ctx, sight.AuthedDept) {
			if err == nil {
				if _, again := seen[user.UserID]; again {
					continue
				}
				seen[user.UserID] = struct{}{}
			}
			if !yield(user, err) || hopeless(ctx, err) {
				return
			}
		}
		alone := slices.DeleteFunc(sight.AuthedUser, func(id string) bool {
			_, again := seen[id]
			seen[id] = struct{}{}
			return again
		})
		for user, err := range c.UsersByID(ctx, UsersByIDRequest{alone, req.Language, req.Concurrency}) {
			if !yield(OrgUser{UserInDept: user.alone()}, err) || hopeless(ctx, err) {
				return
			}
		}
	}
}

// visible is what a walk covers: the departments asked for, or what the app may see.
func (c *Client) visible(ctx context.Context, depts []int64, concurrency int) (AuthOrgScopes, error) {
	sight := AuthOrgScopes{AuthedDept: depts}
	if depts == nil {
		scopes, err := c.GetAuthScopes(ctx)
		switch {
		case err == nil:
			sight = scopes.AuthOrgScopes
		case errors.Is(err, ErrPermission), errors.Is(err, ErrUnsupported):
			sight.AuthedDept = []int64{RootDepartmentID}
		default:
			return sight, err
		}
	}
	sight.AuthedDept = c.tops(ctx, sight.AuthedDept, concurrency)
	return sight, nil
}

// tops leaves out the departments that are below another one of the list, for parents come first.
func (c *Client) tops(ctx context.Context, depts []int64, concurrency int) []int64 {
	if slices.Contains(depts, RootDepartmentID) {
		return []int64{RootDepartmentID}
	}
	if len(depts) < 2 {
		return depts
	}
	l := newLanes(concurrency)
	below := make([]bool, len(depts))
	var open sync.WaitGroup
	for i, id := range depts {
		open.Go(func() {
			_ = l.in(ctx, "", func() error {
				res, err := c.ListParentDepartmentsByDepartment(ctx, ListParentDepartmentsByDepartmentRequest{DeptID: id})
				if err != nil {
					return err // then it is no worse to begin with it; the walk will tell what is the matter
				}
				below[i] = slices.ContainsFunc(res.ParentIDList, func(parent int64) bool {
					return parent != id && slices.Contains(depts, parent)
				})
				return nil
			})
		})
	}
	open.Wait()
	tops := make([]int64, 0, len(depts))
	for i, id := range depts {
		if !below[i] {
			tops = append(tops, id)
		}
	}
	return tops
}

// alone is a person outside the departments of a walk, as far as a department's list would show them.
func (u *User) alone() UserInDept {
	return UserInDept{
		UserID: u.UserID, UnionID: u.UnionID, Name: u.Name, Avatar: u.Avatar, StateCode: u.StateCode,
		Mobile: u.Mobile, HideMobile: u.HideMobile, Telephone: u.Telephone, JobNumber: u.JobNumber,
		Title: u.Title, Email: u.Email, OrgEmail: u.OrgEmail, WorkPlace: u.WorkPlace, Remark: u.Remark,
		DeptIDList: u.DeptIDList, Extension: u.Extension, HiredDate: u.HiredDate, Active: u.Active,
		Admin: u.Admin, Boss: u.Boss, ExclusiveAccount: u.ExclusiveAccount,
		ExclusiveAccountType: u.ExclusiveAccountType, LoginID: u.LoginID, Nickname: u.Nickname,
		ExclusiveAccountCorpName: u.ExclusiveAccountCorpName, ExclusiveAccountCorpID: u.ExclusiveAccountCorpID,
		DisableStatus: u.DisableStatus,
	}
}
