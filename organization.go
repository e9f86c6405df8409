package dingtalk

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// homeSchoolDepartmentID is the department of the parents and pupils of a school. It is in the list of the root's
// sub-departments, but its users cannot be read by calls of Contacts.
const homeSchoolDepartmentID int64 = -7

// skippedDepts returns the departments that a walk leaves out.
func skippedDepts(ids []int64, includeHomeSchool bool) map[int64]bool {
	skip := map[int64]bool{homeSchoolDepartmentID: !includeHomeSchool}
	for _, id := range ids {
		skip[id] = true
	}
	return skip
}

// OrgDepartmentsRequest selects the part of the organization to read.
type OrgDepartmentsRequest struct {
	DeptIDs           []int64 // these and all below them; nil for everything that the app may see
	SkipDeptIDs       []int64 // neither these nor what is below them, at no call
	IncludeHomeSchool bool    // also department -7, of a school's parents and pupils, whose users cannot be read
	Brief             bool    // one call for each department, and only the fields that SubDepartment has, but for Ext
	Language          string  // "zh_CN", the default, or "en_US"
	Concurrency       int     // calls of each kind in flight; 0 is 16
}

// OrgUsersRequest selects the part of the organization to read.
type OrgUsersRequest struct {
	DeptIDs            []int64 // these and all below them; nil for everything that the app may see
	SkipDeptIDs        []int64 // neither these nor what is below them, at no call
	IncludeHomeSchool  bool    // also department -7, of a school's parents and pupils, whose users cannot be read
	ContainAccessLimit bool    // also users whose access is restricted
	Language           string  // "zh_CN", the default, or "en_US"
	Concurrency        int     // calls of each kind in flight; 0 is 16

	// OnDepartment, if not nil, is called with each department before its users are yielded, also if it has none, as with
	// OrgDepartmentsRequest.Brief. That costs one more call for each at the top, for which it is not called if that fails.
	OnDepartment func(Department)
}

// OrgUser is a user with the department in which the walk found them. DeptIDList has all their departments; DeptOrder
// and Leader concern only DeptID.
type OrgUser struct {
	UserInDept
	DeptID int64 `json:"dept_id"` // 0 for a user whom the app may see, but not their department
}

// OrgDepartments iterates over departments, breadth first from the top: parents before their children, and siblings in the
// order of the service. It yields each department once, with all fields of GetDepartment. That takes two calls for each
// department, of two operations that have a limit each; the calls go behind others (see Bulk). Ranging again reads the
// departments again.
//
// With Brief the departments are those of ListSubDepartments, which takes one call for each. Those at the top, which no list
// shows, are read by GetDepartment, and have all fields.
//
// SkipDeptIDs leaves out departments and those below them, whether they are in DeptIDs or below one of them. A department
// in DeptIDs that is below one in SkipDeptIDs is read, unless it is below another one in DeptIDs as well.
//
// Without DeptIDs it starts at the departments that GetAuthScopes lists, or at the root if the app may not call
// GetAuthScopes. A department that cannot be read or whose children cannot be listed, because the app may not see it
// (ErrPermission) or it was deleted during the walk (ErrNotFound), is yielded in its place as a pair with an error whose
// Error.DeptID names it. The walk continues: leave the loop at the first error, or collect the errors. The departments
// below one whose children cannot be listed are missing. An error that every further call would meet, such as a missing
// permission point, a ban or the end of ctx, is the last pair.
func (c *Client) OrgDepartments(ctx context.Context, req OrgDepartmentsRequest) iter.Seq2[Department, error] {
	const op = "OrgDepartments"
	c = c.Bulk()
	return func(yield func(Department, error) bool) {
		if ctx == nil {
			yield(Department{}, noContext(op))
			return
		}
		skip := skippedDepts(req.SkipDeptIDs, req.IncludeHomeSchool)
		roots, err := c.walkRoots(ctx, req.DeptIDs, skip, req.Concurrency)
		if err != nil {
			yield(Department{}, err)
			return
		}
		w := &walk[Department]{
			client: c, language: req.Language, skip: skip, reads: &contract.GetDepartment,
			listing: newSemaphore(req.Concurrency), reading: newSemaphore(req.Concurrency),
		}
		if req.Brief {
			w.found = func(d *Department) (Department, bool) { return *d, true }
		} else {
			w.read = func(ctx context.Context, dept, _ int64) ([]Department, int64, bool, error) {
				d, err := c.GetDepartment(ctx, GetDepartmentRequest{DeptID: dept, Language: req.Language})
				if err != nil {
					return nil, 0, false, err
				}
				return []Department{*d}, 0, false, nil
			}
		}
		w.below(ctx, roots.AuthedDept)(yield)
	}
}

// OrgUsers iterates over the users of the departments that OrgDepartments yields, in the same order, and within a department
// in the order of the service. It yields a user of several departments once, with all of them. Users whom the app may
// see, but not their departments, come last. A user of a department in SkipDeptIDs is yielded only for another
// department. Users are read in pages of 100, concurrently with the departments. The walk keeps little more in memory than
// the user IDs.
//
// Errors are those of OrgDepartments. A department whose users cannot be read, or not all of them, is a pair with an error
// whose Error.DeptID names it, and the walk continues. A user who is moved from one department to another during the
// walk may be missed.
func (c *Client) OrgUsers(ctx context.Context, req OrgUsersRequest) iter.Seq2[OrgUser, error] {
	const op = "OrgUsers"
	c = c.Bulk()
	return func(yield func(OrgUser, error) bool) {
		if ctx == nil {
			yield(OrgUser{}, noContext(op))
			return
		}
		skip := skippedDepts(req.SkipDeptIDs, req.IncludeHomeSchool)
		roots, err := c.walkRoots(ctx, req.DeptIDs, skip, req.Concurrency)
		if err != nil {
			yield(OrgUser{}, err)
			return
		}
		w := &walk[OrgUser]{
			client: c, language: req.Language, skip: skip, reads: &contract.ListUsers,
			listing: newSemaphore(req.Concurrency), reading: newSemaphore(req.Concurrency),
			read: func(ctx context.Context, dept, cursor int64) ([]OrgUser, int64, bool, error) {
				res, err := c.ListUsers(ctx, ListUsersRequest{
					DeptID: dept, Cursor: cursor, ContainAccessLimit: req.ContainAccessLimit, Language: req.Language,
				})
				if err != nil {
					return nil, 0, false, err
				}
				users := make([]OrgUser, len(res.List))
				for i := range res.List {
					users[i] = OrgUser{res.List[i], dept}
				}
				return users, res.NextCursor, res.HasMore, nil
			},
		}
		if req.OnDepartment != nil {
			w.found = func(d *Department) (none OrgUser, ok bool) {
				req.OnDepartment(*d)
				return none, false
			}
		}
		seen := map[string]struct{}{}
		for user, err := range w.below(ctx, roots.AuthedDept) {
			if err == nil {
				if _, again := seen[user.UserID]; again {
					continue
				}
				seen[user.UserID] = struct{}{}
			}
			if !yield(user, err) || isFatal(ctx, err) {
				return
			}
		}
		single := slices.DeleteFunc(roots.AuthedUser, func(id string) bool {
			_, again := seen[id]
			seen[id] = struct{}{}
			return again
		})
		for user, err := range c.UsersByID(ctx, UsersByIDRequest{single, req.Language, req.Concurrency}) {
			if !yield(OrgUser{UserInDept: user.inDept()}, err) || isFatal(ctx, err) {
				return
			}
		}
	}
}

// walkRoots returns what a walk covers: the departments of the request, or all that the app may see.
func (c *Client) walkRoots(ctx context.Context, depts []int64, skip map[int64]bool, concurrency int) (AuthOrgScopes, error) {
	roots := AuthOrgScopes{AuthedDept: depts}
	if depts == nil {
		scopes, err := c.GetAuthScopes(ctx)
		switch {
		case err == nil:
			roots = scopes.AuthOrgScopes
		case errors.Is(err, ErrPermission), errors.Is(err, ErrUnsupported):
			roots.AuthedDept = []int64{RootDepartmentID}
		default:
			return roots, err
		}
	}
	var err error
	kept := slices.DeleteFunc(slices.Clone(roots.AuthedDept), func(id int64) bool { return skip[id] })
	roots.AuthedDept, err = c.topmost(ctx, kept, concurrency)
	return roots, err
}

// topmost drops the departments that are below another one of the list. Its error is fatal.
func (c *Client) topmost(ctx context.Context, depts []int64, concurrency int) ([]int64, error) {
	if slices.Contains(depts, RootDepartmentID) {
		return []int64{RootDepartmentID}, nil
	}
	if len(depts) < 2 {
		return depts, nil
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	sem := newSemaphore(concurrency)
	below := make([]bool, len(depts))
	var running sync.WaitGroup
	for i, id := range depts {
		running.Go(func() {
			_ = sem.do(ctx, "", func() error {
				res, err := c.ListParentDepartmentsByDepartment(ctx, ListParentDepartmentsByDepartmentRequest{DeptID: id})
				if err != nil { // keep the department: the walk will report the error
					if !errors.Is(err, ErrPermission) && !errors.Is(err, ErrUnsupported) {
						cancelIfFatal(cancel, err)
					}
					return err
				}
				below[i] = slices.ContainsFunc(res.ParentIDList, func(parent int64) bool {
					return parent != id && slices.Contains(depts, parent)
				})
				return nil
			})
		})
	}
	running.Wait()
	if err := fatalIn(ctx); err != nil {
		return nil, err
	}
	topmost := make([]int64, 0, len(depts))
	for i, id := range depts {
		if !below[i] {
			topmost = append(topmost, id)
		}
	}
	return topmost, nil
}

// AuthScopes describes what the app may see. The documentation does not describe the first two fields.
type AuthScopes struct {
	AuthUserField  []string      `json:"auth_user_field"`
	ConditionField []string      `json:"condition_field"`
	AuthOrgScopes  AuthOrgScopes `json:"auth_org_scopes"`
}

// AuthOrgScopes holds the users and the departments, each with all departments below it, that the app may see.
type AuthOrgScopes struct {
	AuthedUser []string `json:"authed_user"`
	AuthedDept []int64  `json:"authed_dept"`
}

// GetAuthScopes reads what the app may see, which is where a walk through the organization begins.
//
// DingTalk docs: "Obtain the contact scope of an app",
// https://help.dingtalk.io/open/development/obtain-corpsecret-authorization-scope
func (c *Client) GetAuthScopes(ctx context.Context) (*AuthScopes, error) {
	return call[AuthScopes](ctx, c, &contract.GetAuthScopes, nil)
}
