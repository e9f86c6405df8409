package mirror

import (
	"context"
	"errors"
	"slices"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// read reads one entity, and returns what writes it. That the entity is gone is no error.
func (m *Mirror) read(ctx context.Context, k Key) (write func(*put) error, err error) {
	var value []byte
	switch k.Kind {
	case KindUser:
		return m.readUser(ctx, k.UserID)
	case KindRoleHolder:
		return m.readRoleHolder(ctx, k)
	case KindDepartment:
		value, err = m.readDepartment(ctx, k.ID)
	case KindRole:
		value, err = m.readRole(ctx, k.ID)
	default:
		value, err = m.readRoleGroup(ctx, k.ID)
	}
	reason := removalReason(err)
	if k.Kind == KindRoleGroup && errors.Is(err, dingtalk.ErrInvalidArgument) { // which is how GetRoleGroup refuses another ID
		reason = Left
	}
	if err != nil && reason == "" {
		return unreadable(k, err)
	}
	return func(p *put) error { return p.row(k, value, reason) }, nil
}

// unreadable returns the error of a read. But an ID that the service takes for malformed, and the mirror does not have, is
// done with: an event may name anything.
func unreadable(k Key, err error) (func(*put) error, error) {
	if !errors.Is(err, dingtalk.ErrInvalidArgument) {
		return nil, err
	}
	return func(p *put) error {
		stored, failure := get(p, k.encode())
		if failure != nil || stored == nil {
			return failure
		}
		return err
	}, nil
}

func (m *Mirror) readUser(ctx context.Context, userID string) (func(*put) error, error) {
	u, reason, err := m.getUser(ctx, userID)
	if err != nil {
		return unreadable(UserKey(userID), err)
	}
	return func(p *put) error { return p.userOrGone(userID, u, reason) }, nil
}

// readRoleHolder reads the user, whose roles show whether the user has the role.
func (m *Mirror) readRoleHolder(ctx context.Context, k Key) (func(*put) error, error) {
	u, reason, err := m.getUser(ctx, k.UserID)
	if err != nil {
		return nil, err
	}
	return func(p *put) error {
		err := p.userOrGone(k.UserID, u, reason)
		if err != nil || u != nil && slices.ContainsFunc(u.RoleList, func(r dingtalk.UserRole) bool { return r.ID == k.ID }) {
			return err
		}
		return p.row(k, nil, Left)
	}, nil
}

// getUser returns a user, or nil and why the user is gone.
func (m *Mirror) getUser(ctx context.Context, userID string) (*dingtalk.User, RemovalReason, error) {
	u, err := m.client.GetUser(ctx, dingtalk.GetUserRequest{UserID: userID})
	if reason := removalReason(err); reason != "" {
		return nil, reason, nil
	}
	if err != nil {
		return nil, "", err
	}
	u.UserID = userID
	m.filter(u)
	return u, "", nil
}

func (p *put) userOrGone(userID string, u *dingtalk.User, reason RemovalReason) error {
	if u == nil {
		return p.row(UserKey(userID), nil, reason)
	}
	return p.user(*u)
}

func (m *Mirror) readDepartment(ctx context.Context, id int64) ([]byte, error) {
	d, err := m.client.GetDepartment(ctx, dingtalk.GetDepartmentRequest{DeptID: id})
	if err != nil {
		return nil, err
	}
	return encodeDepartment(*d), nil
}

func (m *Mirror) readRole(ctx context.Context, id int64) ([]byte, error) {
	res, err := m.client.GetRole(ctx, dingtalk.GetRoleRequest{RoleID: id})
	if err != nil {
		return nil, err
	}
	return encode(roleRow{res.Role.Name, res.Role.GroupID}), nil
}

func (m *Mirror) readRoleGroup(ctx context.Context, id int64) ([]byte, error) {
	res, err := m.client.GetRoleGroup(ctx, dingtalk.GetRoleGroupRequest{GroupID: id})
	if err != nil {
		return nil, err
	}
	return encode(roleGroupRow{res.RoleGroup.GroupName}), nil
}

// filter brings a user into the form that is stored.
func (m *Mirror) filter(u *dingtalk.User) {
	id, depts := u.UserID, u.DeptIDList
	if m.opt.filter != nil {
		m.opt.filter(u)
		u.UserID, u.DeptIDList = id, depts
	}
	normalize(u)
}
