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

// View calls f with one state of the mirror, and returns the error of f. F must call no method of the Mirror, nor wait for a
// goroutine that does: a write may wait for the end of the View.
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
	key := func(of []byte) Key { return UserKey(string(of)) }
	return indexed(v, prefix, key, func(_ Key, value []byte) (User, error) { return v.user(value) })
}

// Children iterates over the children of a department by ID.
func (v *View) Children(dept int64) iter.Seq2[Department, error] {
	prefix := appendID([]byte{prefixChild}, dept)
	key := func(of []byte) Key { return DepartmentKey(decodeID(of)) }
	return indexed(v, prefix, key, func(_ Key, value []byte) (Department, error) { return decodeDepartment(value) })
}

// Holders iterates over the users who have a role by user ID. Who has a role is one of the details of a User.
func (v *View) Holders(role int64) iter.Seq2[RoleHolder, error] {
	prefix := appendID([]byte{prefixHolder}, role)
	key := func(of []byte) Key { return RoleHolderKey(role, string(of)) }
	return indexed(v, prefix, key, decodeRoleHolder)
}

func (v *View) row(k Key) ([]byte, error) {
	b, err := get(v.r, k.encode())
	if err == nil && b == nil {
		err = notFound(k)
	}
	return b, err
}

func notFound(k Key) error { return fmt.Errorf("mirror: %s: %w", k, dingtalk.ErrNotFound) }

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
	return pieces(v, prefix, func(entries []keyValue, yield func(T, error) error) error {
		for _, e := range entries {
			if err := yield(decode(e.key, e.value)); err != nil {
				return err
			}
		}
		return nil
	})
}

// indexed yields what decode makes of the rows that an index names behind prefix. It reads many of them at once: each Get is
// a round trip to a database.
func indexed[T any](v *View, prefix []byte, key func([]byte) Key, decode func(Key, []byte) (T, error)) iter.Seq2[T, error] {
	return pieces(v, prefix, func(entries []keyValue, yield func(T, error) error) error {
		keys := make([]Key, len(entries))
		encoded := make([][]byte, len(entries))
		for i, e := range entries {
			keys[i] = key(e.key[len(prefix):])
			encoded[i] = keys[i].encode()
		}
		values, err := v.r.Get(encoded...)
		if err != nil {
			return err
		}
		for i, k := range keys {
			if values[i] == nil && k.Kind != KindRoleHolder { // which may not be known yet
				return notFound(k)
			}
			if err := yield(decode(k, values[i])); err != nil {
				return err
			}
		}
		return nil
	})
}

// pieces yields what f makes of the entries whose key begins with prefix, of many at once. The yield that f gets returns an
// error for f to return.
func pieces[T any](v *View, prefix []byte, f func([]keyValue, func(T, error) error) error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		each := func(row T, err error) error {
			if err == nil && !yield(row, nil) {
				return errStop
			}
			return err
		}
		err := eachPiece(v.r, prefix, below(prefix), func(entries []keyValue) error { return f(entries, each) })
		if err != nil && err != errStop { //nolint:errorlint // it is returned as it is
			var none T
			yield(none, err)
		}
	}
}
