package mirror

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"time"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// The size of the organization, around which it varies.
const (
	fewUsers, manyUsers = 30, 60
	fewDepts, manyDepts = 5, 14
	fewRoles, manyRoles = 6, 10 // with the four of every organization
)

// change makes one random change and records it.
func (w *world) change(ctx context.Context) {
	w.changed++
	users, depts := w.srv.Users(), w.srv.Departments()
	if w.lag > 0 {
		w.changeWithLag(ctx, users, depts)
		return
	}
	w.applied = w.changed
	switch n := w.rng.IntN(100); {
	case w.scopeEvery > 0 && w.rng.IntN(w.scopeEvery) == 0:
		w.changeScope(users, depts)
		w.sweep(ctx)
	case n < 72 || len(users) < fewUsers:
		w.changePeople(ctx, users, depts)
	case n < 85 || len(depts) < fewDepts:
		w.changeDepartments(ctx, users, depts)
		if w.scopeEvery > 0 { // what the app sees of others may have changed
			w.sweep(ctx)
		}
	default:
		w.changeRoles(ctx, users, depts)
	}
	if w.changed%500 == 0 {
		w.checkSweep(ctx)
	}
}

func (w *world) changePeople(ctx context.Context, users []dingtalktest.User, depts []dingtalktest.Department) {
	switch n := w.rng.IntN(72); {
	case len(users) < fewUsers || n < 12 && len(users) < manyUsers:
		w.addUser(depts)
	case n < 45:
		w.changeUser(users, depts)
	case n < 62:
		w.moveUser(users, depts)
	default:
		w.removeUser(ctx, users)
	}
}

// changeWithLag changes people, and has reads show that later. The order of the changes remains.
func (w *world) changeWithLag(ctx context.Context, users []dingtalktest.User, depts []dingtalktest.Department) {
	clear(w.touched)
	w.changePeople(ctx, users, depts)
	change, touched := w.changed, slices.Sorted(maps.Keys(w.touched))
	now := map[string]dingtalktest.User{}
	for _, id := range touched {
		if u, found := w.srv.User(id); found {
			now[id] = u
		}
	}
	w.copies = append(w.copies, func() {
		w.applied = change
		var left []string
		for _, id := range touched {
			before, found := w.shows.User(id)
			switch next, stays := now[id]; {
			case !stays && found:
				left = append(left, id)
			case stays && !found:
				w.shows.AddUser(next)
			case stays && !reflect.DeepEqual(next, before):
				w.shows.SetUser(next)
			}
		}
		for _, id := range left { // takes the person from other users and departments, and from roles
			w.shows.Leave(id, dingtalktest.Leave{Time: time.Now()})
		}
		if len(left) > 0 {
			w.sweep(ctx)
			return
		}
		for _, id := range touched {
			w.noteUser(id)
		}
		for _, d := range w.shows.Departments() {
			w.noteDepartment(d.ID)
		}
		if change%500 == 0 {
			w.checkSweep(ctx)
		}
	})
}

// copyChanges has reads show each change after a while, in their order.
func (w *world) copyChanges(ctx context.Context) {
	rng := rand.New(rand.NewPCG(w.seed, 3))
	for {
		if sleep(ctx, time.Duration(1+rng.Int64N(int64(w.lag)/8))) != nil {
			return
		}
		w.locked(func() { // all that were made until now, so that the lag has a bound
			for _, apply := range w.copies {
				apply()
			}
			w.copies = nil
		})
	}
}

// checkSweep checks that the records of single changes missed nothing.
func (w *world) checkSweep(ctx context.Context) {
	count := func() (n int) {
		for _, h := range w.history {
			n += len(h.states)
		}
		return n
	}
	before := count()
	w.sweep(ctx)
	if after := count(); after != before {
		panic(fmt.Sprintf("seed %d: %d changes were not recorded", w.seed, after-before))
	}
}

func pick[T any](w *world, list []T) T { return list[w.rng.IntN(len(list))] }

// fresh returns a value that was never used.
func (w *world) fresh(what string) string { return fmt.Sprintf("%s %d", what, w.changed) }

func (w *world) someDepartments(depts []dingtalktest.Department) []int64 {
	var ids []int64
	for range 1 + w.rng.IntN(3) {
		if id := pick(w, depts).ID; !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// memberships gives a user departments, with an order and perhaps the lead in each.
func (w *world) memberships(u *dingtalktest.User, ids []int64) {
	u.AdminDeptIDs = nil // one of them may be gone
	u.DeptIDList, u.DeptOrderList, u.LeaderInDept, u.DeptPositionList, u.DeptTitleList = ids, nil, nil, nil, nil
	for _, id := range ids {
		u.DeptOrderList = append(u.DeptOrderList, dingtalktest.DeptOrder{DeptID: id, Order: int64(w.rng.IntN(1000))})
		u.LeaderInDept = append(u.LeaderInDept, dingtalktest.DeptLeader{DeptID: id, Leader: w.rng.IntN(4) == 0})
	}
}

func (w *world) addUser(depts []dingtalktest.Department) {
	if len(w.left) > 0 && w.rng.IntN(3) == 0 { // back under the same user ID
		i := w.rng.IntN(len(w.left))
		id := w.left[i]
		w.left = slices.Delete(w.left, i, i+1)
		w.srv.AddUser(dingtalktest.User{UserID: id, Name: w.fresh("Back"), DeptIDList: w.someDepartments(depts)})
		w.noteUser(id)
		return
	}
	n := 1
	if w.rng.IntN(20) == 0 {
		n = 8
	}
	for i := range n {
		u := dingtalktest.User{UserID: fmt.Sprintf("u%d-%d", w.changed, i), Name: w.fresh("New")}
		w.memberships(&u, w.someDepartments(depts))
		w.noteUser(w.srv.AddUser(u))
	}
}

func (w *world) changeUser(users []dingtalktest.User, depts []dingtalktest.Department) {
	n := 1
	if w.rng.IntN(30) == 0 { // all get a new title, for example
		n = len(users)
	}
	kind := w.rng.IntN(9)
	for i := range n {
		u := pick(w, users)
		if n > 1 {
			u = users[i]
		}
		switch kind {
		case 0:
			u.Name = w.fresh("Name")
		case 1:
			u.Title = w.fresh("Title")
		case 2:
			u.Remark = w.fresh("Remark")
		case 3:
			u.ManagerUserID = pick(w, users).UserID
		case 4:
			u.Active = !u.Active
		case 5:
			u.JobNumber = w.fresh("J")
		case 6:
			u.Extension = fmt.Sprintf(`{"Hobby":"%d"}`, w.changed)
		case 7:
			u.Avatar = "https://static.example.com/" + fmt.Sprint(w.changed) // sends no event
		default:
			w.memberships(&u, u.DeptIDList) // order and lead
		}
		u.AdminDeptIDs = nil
		w.srv.SetUser(u)
		w.noteUser(u.UserID)
	}
}

func (w *world) moveUser(users []dingtalktest.User, depts []dingtalktest.Department) {
	n := 1
	if w.rng.IntN(30) == 0 {
		n = 10
	}
	to := w.someDepartments(depts)
	for range n {
		u := pick(w, users)
		w.memberships(&u, to)
		u, managed := w.released(u)
		w.srv.SetUser(u)
		w.noteUser(u.UserID)
		for _, id := range managed {
			w.noteDepartment(id)
		}
	}
}

// released returns a user, and the departments whose record may change with the user.
func (w *world) released(u dingtalktest.User) (dingtalktest.User, []int64) {
	var ids []int64
	for _, d := range w.srv.Departments() {
		if slices.Contains(d.DeptManagerUserIDList, u.UserID) {
			ids = append(ids, d.ID)
		}
	}
	return u, ids
}

func (w *world) removeUser(ctx context.Context, users []dingtalktest.User) {
	u := pick(w, users)
	_, managed := w.released(u)
	w.srv.Leave(u.UserID, dingtalktest.Leave{Time: time.Now()})
	w.left = append(w.left, u.UserID)
	w.noteUser(u.UserID)
	w.noteRoles(ctx, roleIDs(u))
	for _, id := range managed {
		w.noteDepartment(id)
	}
	for _, other := range users { // whose manager it was
		if other.ManagerUserID == u.UserID {
			w.noteUser(other.UserID)
		}
	}
}

func (w *world) changeDepartments(ctx context.Context, users []dingtalktest.User, depts []dingtalktest.Department) {
	d := pick(w, depts)
	switch n := w.rng.IntN(10); {
	case len(depts) < fewDepts || n < 3 && len(depts) < manyDepts:
		id := w.srv.AddDepartment(dingtalktest.Department{Name: w.fresh("Dept"), ParentID: d.ID, HideDept: w.rng.IntN(4) == 0})
		w.noteDepartment(id)
		if w.rng.IntN(2) == 0 && len(users) > 0 { // with people who were moved into it
			u := pick(w, users)
			w.memberships(&u, []int64{id})
			w.srv.SetUser(u)
			w.noteUser(u.UserID)
		}
	case n < 6 && d.ID != dingtalk.RootDepartmentID:
		_ = w.admin.DeleteDepartment(ctx, dingtalk.DeleteDepartmentRequest{DeptID: d.ID}) // refused if it is not empty
		w.noteDepartment(d.ID)
		w.noteRoles(ctx, nil)
		for _, other := range depts {
			w.noteDepartment(other.ID)
		}
	default:
		req := dingtalk.UpdateDepartmentRequest{DeptID: d.ID}
		switch w.rng.IntN(5) {
		case 0:
			req.HideDept = new(!d.HideDept)
		case 1:
			req.ParentID = new(pick(w, depts).ID) // refused if it is below
		case 2:
			req.Brief = new(w.fresh("Brief"))
		case 3:
			req.Order = new(int64(1 + w.rng.IntN(1000)))
		default:
			req.Name = new(fmt.Sprintf("Name%d", w.changed))
		}
		_ = w.admin.UpdateDepartment(ctx, req) // the root cannot be moved, for example
		w.noteDepartment(d.ID)
	}
}

func (w *world) changeRoles(ctx context.Context, users []dingtalktest.User, depts []dingtalktest.Department) {
	roles, groups := w.srv.Roles(), w.srv.RoleGroups()
	role, u := pick(w, roles), pick(w, users)
	switch n := w.rng.IntN(12); {
	case len(roles) < fewRoles || n < 2 && len(roles) < manyRoles:
		w.srv.AddRole(dingtalktest.Role{Name: w.fresh("Role"), GroupName: pick(w, groups).Name})
	case n < 3 && len(groups) < 4:
		w.srv.AddRoleGroup(dingtalktest.RoleGroup{Name: w.fresh("Group")})
	case n < 4:
		_ = w.admin.UpdateRole(ctx, dingtalk.UpdateRoleRequest{RoleID: role.ID, RoleName: w.fresh("Role")}) // not one of the four
	case n < 5:
		_ = w.admin.DeleteRole(ctx, dingtalk.DeleteRoleRequest{RoleID: role.ID})
		for _, other := range users {
			w.noteUser(other.UserID)
		}
	case n < 8:
		_ = w.admin.AddRolesToUsers(ctx, dingtalk.AddRolesToUsersRequest{RoleIDs: dingtalk.IDList{role.ID}, UserIDs: dingtalk.CommaList{u.UserID}})
	case n < 10:
		_ = w.admin.RemoveRolesFromUsers(ctx, dingtalk.RemoveRolesFromUsersRequest{RoleIDs: dingtalk.IDList{role.ID}, UserIDs: dingtalk.CommaList{u.UserID}})
	default: // sends no event
		if len(u.RoleList) > 0 {
			_ = w.admin.UpdateRoleScope(ctx, dingtalk.UpdateRoleScopeRequest{
				UserID: u.UserID, RoleID: pick(w, u.RoleList).ID, DeptIDs: dingtalk.IDList{pick(w, depts).ID},
			})
		}
	}
	w.noteUser(u.UserID)
	w.noteRoles(ctx, append(roleIDs(u), role.ID))
}

// roleIDs returns the roles of a user, not nil.
func roleIDs(u dingtalktest.User) []int64 {
	ids := []int64{}
	for _, r := range u.RoleList {
		ids = append(ids, r.ID)
	}
	return ids
}

// changeScope has the app see the whole organization, or some departments with all below them and some users.
func (w *world) changeScope(users []dingtalktest.User, depts []dingtalktest.Department) {
	w.scopeDepts, w.scopeUsers = nil, nil
	if w.rng.IntN(3) == 0 {
		w.srv.SetContactScope([]int64{dingtalk.RootDepartmentID}, nil)
		return
	}
	w.scopeDepts = w.someDepartments(depts)
	for range w.rng.IntN(4) {
		w.scopeUsers = append(w.scopeUsers, pick(w, users).UserID)
	}
	w.srv.SetContactScope(w.scopeDepts, w.scopeUsers)
}

// inScope reports whether the app sees a department: it or one above it is in the contact scope.
func (w *world) inScope(dept int64) bool {
	for w.scopeDepts != nil && !slices.Contains(w.scopeDepts, dept) {
		d, found := w.srv.Department(dept)
		if !found || d.ParentID == 0 {
			return false
		}
		dept = d.ParentID
	}
	return true
}

// visible reports whether the app sees a user.
func (w *world) visible(u dingtalktest.User) bool {
	return slices.Contains(w.scopeUsers, u.UserID) || slices.ContainsFunc(u.DeptIDList, w.inScope)
}
