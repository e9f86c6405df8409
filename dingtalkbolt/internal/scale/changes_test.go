package scale

import (
	"fmt"
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// change makes one random change.
func (w *world) change() {
	w.made++
	switch n := w.rng.IntN(100); {
	case n < 8:
		w.join()
	case n < 14:
		w.leave()
	case n < 40:
		w.move(w.someone(), w.somewhere())
	case n < 88:
		w.edit()
	case n < 93:
		w.grant()
	default:
		w.reorganize()
	}
}

func pick[T any](w *world, list []T) T { return list[w.rng.IntN(len(list))] }

// fresh returns a text that was not used before.
func (w *world) fresh(what string) string { return fmt.Sprintf("%s %d", what, w.made) }

func (w *world) someone() dingtalktest.User { return w.user(pick(w, w.users)) }

// user returns a user as SetUser takes it.
func (w *world) user(id string) dingtalktest.User {
	u, found := w.srv.User(id)
	require.True(w.t, found)
	u.AdminDeptIDs = nil // one of them may be gone
	return u
}

func (w *world) somewhere() []int64 {
	ids := []int64{pick(w, w.depts)}
	if w.rng.IntN(6) == 0 && ids[0] != w.depts[0] {
		ids = append(ids, w.depts[0])
	}
	return ids
}

// join adds a user, or brings one back who has left.
func (w *world) join() {
	u := dingtalktest.User{UserID: fmt.Sprintf("new-%d", w.made), Name: w.fresh("New"), DeptIDList: w.somewhere()}
	if len(w.left) > 0 && w.rng.IntN(3) == 0 {
		u.UserID = w.left[0]
		w.left = w.left[1:]
	}
	w.users = append(w.users, w.srv.AddUser(u))
	w.changed(u.UserID)
}

func (w *world) leave() {
	i := w.rng.IntN(len(w.users))
	id := w.users[i]
	w.users = slices.Delete(w.users, i, i+1)
	w.left = append(w.left, id)
	w.srv.Leave(id, dingtalktest.Leave{Time: time.Now()})
	w.changed(id)
}

// move moves a user into departments.
func (w *world) move(u dingtalktest.User, to []int64) {
	u.DeptIDList, u.DeptOrderList, u.LeaderInDept, u.DeptPositionList, u.DeptTitleList = to, nil, nil, nil, nil
	for _, id := range to {
		u.DeptOrderList = append(u.DeptOrderList, dingtalktest.DeptOrder{DeptID: id, Order: int64(w.rng.IntN(1000))})
		u.LeaderInDept = append(u.LeaderInDept, dingtalktest.DeptLeader{DeptID: id, Leader: w.rng.IntN(8) == 0})
	}
	w.srv.SetUser(u)
	w.changed(u.UserID)
}

// edit changes a field of a user.
func (w *world) edit() {
	u := w.someone()
	switch w.rng.IntN(8) {
	case 0:
		u.Name = w.fresh("Name")
	case 1:
		u.Title = w.fresh("Title")
	case 2:
		u.Remark = w.fresh("Remark")
	case 3:
		u.ManagerUserID = pick(w, w.users)
	case 4:
		u.JobNumber = w.fresh("J")
	case 5:
		u.Extension = fmt.Sprintf(`{"Hobby":"%d"}`, w.made)
	case 6:
		u.Avatar = fmt.Sprintf("https://static.example.com/%d", w.made) // sends no event
	default:
		u.WorkPlace = w.fresh("Room")
	}
	w.srv.SetUser(u)
	w.changed(u.UserID)
}

// grant gives a user a role, or takes all roles that can be taken.
func (w *world) grant() {
	u := w.someone()
	if u.Admin || u.Boss {
		return
	}
	u.RoleList = nil
	if w.rng.IntN(2) == 0 {
		roles := w.srv.Roles()
		u.RoleList = []dingtalktest.Role{roles[len(roles)-1]}
	}
	w.srv.SetUser(u)
	w.changed(u.UserID)
}

// reorganize creates a department with a user, changes one, or deletes one.
func (w *world) reorganize() {
	id := pick(w, w.depts)
	switch w.rng.IntN(5) {
	case 0:
		id = w.srv.AddDepartment(dingtalktest.Department{Name: w.fresh("Department"), ParentID: id})
		w.depts = append(w.depts, id)
		w.move(w.someone(), []int64{id})
	case 1: // refused unless it is empty
		if w.admin.DeleteDepartment(w.t.Context(), dingtalk.DeleteDepartmentRequest{DeptID: id}) == nil {
			w.depts = slices.DeleteFunc(w.depts, func(other int64) bool { return other == id })
		}
	default:
		req := dingtalk.UpdateDepartmentRequest{DeptID: id, Brief: new(w.fresh("Brief"))}
		switch w.rng.IntN(3) {
		case 0:
			req.ParentID = new(pick(w, w.depts)) // refused if it is below
		case 1:
			req.Name = new(fmt.Sprintf("Name %d", w.made))
		}
		_ = w.admin.UpdateDepartment(w.t.Context(), req)
	}
}
