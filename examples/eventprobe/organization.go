package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/event"
)

// organization is what the probe has in the organization: two departments, a person and a role, all of them its own.
type organization struct {
	client    *dingtalk.Client
	name      string // that no one else has; the names of all that is created contain it
	userID    string
	mobile    string
	groupID   int64 // of the role; 0: no role is created
	deptA     made
	deptB     made
	role      made
	person    bool     // they may exist
	uncertain []string // what may exist with an ID that is not known
	renamed   int      // counts names
}

// made is a department or a role of the probe. Its ID is known also after its deletion, when events about it may still come.
type made struct {
	id     int64
	exists bool
}

// write is a change by a call of the app.
type write struct {
	name  string
	do    func(context.Context) error
	shown func(context.Context) (bool, error) // reports whether a read shows the change
}

// owns reports whether an event is about what the probe has made.
func (o *organization) owns(e event.Event) bool {
	var users []string
	var depts, roles []int64
	switch change := e.Payload.(type) {
	case *event.UserChange:
		users = change.UserIDs
	case *event.DepartmentChange:
		depts = change.DeptIDs
	case *event.RoleChange:
		roles = change.RoleIDs
	case *event.RoleHolderChange:
		users = change.UserIDs
	}
	one := func(n int) bool { return n == 1 } // an event about others as well is for another receiver
	return one(len(users)) && users[0] == o.userID ||
		one(len(depts)) && depts[0] != 0 && (depts[0] == o.deptA.id || depts[0] == o.deptB.id) ||
		one(len(roles)) && roles[0] != 0 && roles[0] == o.role.id
}

// making returns the writes that create the departments, the person and the role. Without one of them the probe ends.
func (o *organization) making() []write {
	writes := []write{
		{"create a department", func(ctx context.Context) error { return o.createDepartment(ctx, &o.deptA, "A") }, o.department(&o.deptA, nil)},
		{"create another department", func(ctx context.Context) error { return o.createDepartment(ctx, &o.deptB, "B") }, o.department(&o.deptB, nil)},
		{"create a person", o.createPerson, o.personShows(nil)},
	}
	if o.groupID != 0 {
		writes = append(writes, write{"create a role", o.createRole, o.roleShows(nil)})
	}
	return writes
}

// changing returns the writes that change what was made.
func (o *organization) changing() []write {
	update := func(req dingtalk.UpdateUserRequest) func(context.Context) error {
		req.UserID = o.userID
		return func(ctx context.Context) error { return o.client.UpdateUser(ctx, req) }
	}
	writes := []write{
		o.rename("rename a department", &o.deptA),
		{"hide a department", func(ctx context.Context) error {
			return o.client.UpdateDepartment(ctx, dingtalk.UpdateDepartmentRequest{DeptID: o.deptA.id, HideDept: new(true)})
		}, o.department(&o.deptA, func(d *dingtalk.Department) bool { return d.HideDept })},
		{"change a person's job number", update(dingtalk.UpdateUserRequest{JobNumber: new(o.name)}),
			o.personShows(func(u *dingtalk.User) bool { return u.JobNumber == o.name })},
		{"write the same job number again", update(dingtalk.UpdateUserRequest{JobNumber: new(o.name)}), nil},
		{"change a person's title", update(dingtalk.UpdateUserRequest{Title: new("Probe")}),
			o.personShows(func(u *dingtalk.User) bool { return u.Title == "Probe" })},
		{"hide a person's number", update(dingtalk.UpdateUserRequest{HideMobile: new(true)}),
			o.personShows(func(u *dingtalk.User) bool { return u.HideMobile })},
		{"move a person", func(ctx context.Context) error {
			return o.client.UpdateUser(ctx, dingtalk.UpdateUserRequest{UserID: o.userID, DeptIDList: []int64{o.deptB.id}})
		}, o.personShows(func(u *dingtalk.User) bool { return len(u.DeptIDList) == 1 && u.DeptIDList[0] == o.deptB.id })},
		{"move a department with a person", func(ctx context.Context) error {
			return o.client.UpdateDepartment(ctx, dingtalk.UpdateDepartmentRequest{DeptID: o.deptB.id, ParentID: new(o.deptA.id)})
		}, o.department(&o.deptB, func(d *dingtalk.Department) bool { return d.ParentID == o.deptA.id })},
	}
	if o.groupID == 0 {
		return writes
	}
	roles := func(ctx context.Context) error {
		return o.client.AddRolesToUsers(ctx, dingtalk.AddRolesToUsersRequest{RoleIDs: []int64{o.role.id}, UserIDs: []string{o.userID}})
	}
	return append(writes,
		write{"rename a role", func(ctx context.Context) error {
			return o.client.UpdateRole(ctx, dingtalk.UpdateRoleRequest{RoleID: o.role.id, RoleName: o.name + " B"})
		}, o.roleShows(func(r *dingtalk.Role) bool { return r.Name == o.name+" B" })},
		write{"give a person a role", roles, o.personShows(func(u *dingtalk.User) bool { return len(u.RoleList) > 0 })},
		write{"give the same role again", roles, nil},
	)
}

// removing returns the writes that remove what was made.
func (o *organization) removing() []write {
	var writes []write
	if o.role.exists {
		writes = append(writes,
			write{"take a person's role", func(ctx context.Context) error {
				return o.client.RemoveRolesFromUsers(ctx, dingtalk.RemoveRolesFromUsersRequest{RoleIDs: []int64{o.role.id}, UserIDs: []string{o.userID}})
			}, o.personShows(func(u *dingtalk.User) bool { return len(u.RoleList) == 0 })},
			write{"delete a role", o.deleteRole, gone(o.roleShows(nil))},
		)
	}
	return append(writes,
		write{"delete a person", o.deletePerson, gone(o.personShows(nil))},
		write{"delete a department", func(ctx context.Context) error { return o.deleteDepartment(ctx, &o.deptB) }, gone(o.department(&o.deptB, nil))},
		write{"delete another department", func(ctx context.Context) error { return o.deleteDepartment(ctx, &o.deptA) }, gone(o.department(&o.deptA, nil))},
	)
}

// rename returns a write that gives a department a name that it never had.
func (o *organization) rename(name string, d *made) write {
	newName := ""
	return write{name, func(ctx context.Context) error {
		o.renamed++
		newName = fmt.Sprint(o.name, " ", o.renamed)
		return o.client.UpdateDepartment(ctx, dingtalk.UpdateDepartmentRequest{DeptID: d.id, Name: new(newName)})
	}, o.department(d, func(d *dingtalk.Department) bool { return d.Name == newName })}
}

func (o *organization) createDepartment(ctx context.Context, d *made, letter string) error {
	name := o.name + " " + letter
	res, err := o.client.CreateDepartment(ctx, dingtalk.CreateDepartmentRequest{Name: name, ParentID: dingtalk.RootDepartmentID})
	if err == nil {
		*d = made{res.DeptID, true}
	} else if errors.Is(err, dingtalk.ErrOutcomeUnknown) {
		o.uncertain = append(o.uncertain, "department "+name)
	}
	return err
}

func (o *organization) createPerson(ctx context.Context) error {
	_, err := o.client.CreateUser(ctx, dingtalk.CreateUserRequest{
		UserID: o.userID, Name: o.name, Mobile: o.mobile, DeptIDList: []int64{o.deptA.id},
	})
	o.person = err == nil || errors.Is(err, dingtalk.ErrOutcomeUnknown)
	return err
}

func (o *organization) createRole(ctx context.Context) error {
	res, err := o.client.CreateRole(ctx, dingtalk.CreateRoleRequest{RoleName: o.name, GroupID: o.groupID})
	if err == nil {
		o.role = made{res.RoleID, true}
	} else if errors.Is(err, dingtalk.ErrOutcomeUnknown) {
		o.uncertain = append(o.uncertain, "role "+o.name)
	}
	return err
}

func (o *organization) deletePerson(ctx context.Context) error {
	err := o.client.DeleteUser(ctx, dingtalk.DeleteUserRequest{UserID: o.userID})
	if err == nil || errors.Is(err, dingtalk.ErrNotFound) {
		o.person = false
		return nil
	}
	return err
}

func (o *organization) deleteRole(ctx context.Context) error {
	err := o.client.DeleteRole(ctx, dingtalk.DeleteRoleRequest{RoleID: o.role.id})
	if err == nil || errors.Is(err, dingtalk.ErrNotFound) {
		o.role.exists = false
		return nil
	}
	return err
}

func (o *organization) deleteDepartment(ctx context.Context, d *made) error {
	err := o.client.DeleteDepartment(ctx, dingtalk.DeleteDepartmentRequest{DeptID: d.id})
	if err == nil || errors.Is(err, dingtalk.ErrNotFound) {
		d.exists = false
		return nil
	}
	return err
}

// department returns a function that reports whether a department is as it should be, or exists, if that is all.
func (o *organization) department(d *made, is func(*dingtalk.Department) bool) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) {
		dept, err := o.client.GetDepartment(ctx, dingtalk.GetDepartmentRequest{DeptID: d.id})
		return found(err, func() bool { return is == nil || is(dept) })
	}
}

func (o *organization) personShows(is func(*dingtalk.User) bool) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) {
		u, err := o.client.GetUser(ctx, dingtalk.GetUserRequest{UserID: o.userID})
		return found(err, func() bool { return is == nil || is(u) })
	}
}

func (o *organization) roleShows(is func(*dingtalk.Role) bool) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) {
		r, err := o.client.GetRole(ctx, dingtalk.GetRoleRequest{RoleID: o.role.id})
		return found(err, func() bool { return is == nil || is(&r.Role) })
	}
}

// found returns what a read shows. What does not exist is not shown.
func found(err error, shown func() bool) (bool, error) {
	if errors.Is(err, dingtalk.ErrNotFound) {
		return false, nil
	}
	return err == nil && shown(), err
}

// gone turns a function that reports whether something exists into one that reports whether it does not.
func gone(exists func(context.Context) (bool, error)) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) {
		there, err := exists(ctx)
		return err == nil && !there, err
	}
}

// cleanTimeout bounds the time to delete what was made.
const cleanTimeout = 30 * time.Second

// clean deletes what is left. Its caller passes a context that Ctrl-C does not cancel.
func (o *organization) clean(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, cleanTimeout)
	defer cancel()
	var errs []error
	try := func(exists bool, what string, remove func() error) {
		if !exists {
			return
		}
		if err := remove(); err != nil {
			errs = append(errs, fmt.Errorf("%s may still be in the organization, delete it in the admin console: %w", what, err))
		}
	}
	try(o.role.exists, fmt.Sprint("role ", o.role.id), func() error { return o.deleteRole(ctx) })
	try(o.person, "user "+o.userID, func() error { return o.deletePerson(ctx) })
	try(o.deptB.exists, fmt.Sprint("department ", o.deptB.id), func() error { return o.deleteDepartment(ctx, &o.deptB) })
	try(o.deptA.exists, fmt.Sprint("department ", o.deptA.id), func() error { return o.deleteDepartment(ctx, &o.deptA) })
	for _, what := range o.uncertain {
		errs = append(errs, fmt.Errorf("%s may be in the organization: its creation had no response", what))
	}
	return errors.Join(errs...)
}
