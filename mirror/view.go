package mirror

import (
	"context"
	"errors"
	"fmt"
	"iter"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// View is one state of the mirror: that after the change with its Revision. It must not be used after the function that
// it was passed to, nor by several goroutines.
type View struct {
	r     Reader
	n     counters
	roles map[int64]dingtalk.UserRole // nil until they are needed
}

// View calls f with one state of the mirror. It returns the error of f.
func (m *Mirror) View(ctx context.Context, f func(*View) error) error {
	return m.store.View(ctx, func(r Reader) error {
		n, err := readCounters(r)
		if err != nil {
			return err
		}
		return f(&View{r: r, n: n})
	})
}

// Revision returns the revision of the latest change in this state.
func (v *View) Revision() Revision { return v.n.Revision }

// User returns a user. The error matches dingtalk.ErrNotFound if the mirror has none.
func (v *View) User(userID string) (User, error) {
	b, err := v.row(UserKey(userID))
	if err != nil {
		return User{}, err
	}
	return v.user(b)
}

// Department returns a department. The error matches dingtalk.ErrNotFound if the mirror has none.
func (v *View) Department(id int64) (Department, error) {
	b, err := v.row(DepartmentKey(id))
	if err != nil {
		return Department{}, err
	}
	return decodeDepartment(b)
}

// Role returns a role. The error matches dingtalk.ErrNotFound if the mirror has none.
func (v *View) Role(id int64) (Role, error) {
	b, err := v.row(RoleKey(id))
	if err != nil {
		return Role{}, err
	}
	return decodeRole(id, b)
}

// RoleGroup returns a role group. The error matches dingtalk.ErrNotFound if the mirror has none.
func (v *View) RoleGroup(id int64) (RoleGroup, error) {
	b, err := v.row(RoleGroupKey(id))
	if err != nil {
		return RoleGroup{}, err
	}
	return decodeRoleGroup(id, b)
}

// Users iterates over all users by user ID. An error is the last pair, here and below.
func (v *View) Users() iter.Seq2[User, error] {
	return rows(v, []byte{prefixUser}, func(_, value []byte) (User, error) { return v.user(value) })
}

// Departments iterates over all departments by ID.
func (v *View) Departments() iter.Seq2[Department, error] {
	return rows(v, []byte{prefixDepartment}, func(_, value []byte) (Department, error) { return decodeDepartment(value) })
}

// Roles iterates over all roles by ID.
func (v *View) Roles() iter.Seq2[Role, error] {
	return rows(v, []byte{prefixRole}, func(key, value []byte) (Role, error) { return decodeRole(decodeID(key[1:]), value) })
}

// RoleGroups iterates over all role groups by ID.
func (v *View) RoleGroups() iter.Seq2[RoleGroup, error] {
	return rows(v, []byte{prefixRoleGroup}, func(key, value []byte) (RoleGroup, error) {
		return decodeRoleGroup(decodeID(key[1:]), value)
	})
}

// Members iterates over the direct members of a department by user ID.
func (v *View) Members(dept int64) iter.Seq2[User, error] {
	prefix := appendID([]byte{prefixMember}, dept)
	return rows(v, prefix, func(key, _ []byte) (User, error) { return v.User(string(key[len(prefix):])) })
}

// Children iterates over the children of a department by ID.
func (v *View) Children(dept int64) iter.Seq2[Department, error] {
	prefix := appendID([]byte{prefixChild}, dept)
	return rows(v, prefix, func(key, _ []byte) (Department, error) { return v.Department(decodeID(key[len(prefix):])) })
}

// Holders iterates over the users who have a role by user ID. Who has a role is one of the details of a User.
func (v *View) Holders(role int64) iter.Seq2[RoleHolder, error] {
	prefix := appendID([]byte{prefixHolder}, role)
	return rows(v, prefix, func(key, _ []byte) (RoleHolder, error) {
		k := RoleHolderKey(role, string(key[len(prefix):]))
		b, err := get(v.r, k.encode())
		if err != nil {
			return RoleHolder{}, err
		}
		return decodeRoleHolder(k, b)
	})
}

func (v *View) row(k Key) ([]byte, error) {
	b, err := get(v.r, k.encode())
	if err == nil && b == nil {
		err = fmt.Errorf("mirror: %s: %w", k, dingtalk.ErrNotFound)
	}
	return b, err
}

// user decodes a user, and adds the names of the roles.
func (v *View) user(b []byte) (User, error) {
	u, err := decodeUser(b)
	if err != nil || len(u.RoleList) == 0 {
		return u, err
	}
	if v.roles == nil {
		if err := v.loadRoles(); err != nil {
			return u, err
		}
	}
	for i, role := range u.RoleList {
		if named, known := v.roles[role.ID]; known {
			u.RoleList[i] = named
		}
	}
	return u, nil
}

func (v *View) loadRoles() error {
	v.roles = map[int64]dingtalk.UserRole{}
	groups := map[int64]string{}
	for group, err := range v.RoleGroups() {
		if err != nil {
			return err
		}
		groups[group.ID] = group.Name
	}
	for role, err := range v.Roles() {
		if err != nil {
			return err
		}
		v.roles[role.ID] = dingtalk.UserRole{ID: role.ID, Name: role.Name, GroupName: groups[role.GroupID]}
	}
	return nil
}

var errStop = errors.New("the iteration was left")

// rows yields what decode makes of the entries whose key begins with prefix.
func rows[T any](v *View, prefix []byte, decode func(key, value []byte) (T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		err := eachWithPrefix(v.r, prefix, func(key, value []byte) error {
			row, err := decode(key, value)
			if err != nil {
				return err
			}
			if !yield(row, nil) {
				return errStop
			}
			return nil
		})
		if err != nil && err != errStop { //nolint:errorlint // it is returned as it is
			var none T
			yield(none, err)
		}
	}
}
