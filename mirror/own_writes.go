package mirror

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// Writes has a mirror read again what a client changes, whether the service sends events for it or not.
type Writes struct {
	mirror atomic.Pointer[Mirror]
}

// NewWrites returns Writes for one client and one mirror: give its Middleware to the client, and it to Open by WithWrites.
func NewWrites() *Writes { return &Writes{} }

// Middleware is the middleware of the client. It marks what a call has changed, or may have changed, before the call returns:
// a Refresh is not needed, but the mirror shows the change only a moment later. Until the mirror is open it does nothing.
func (w *Writes) Middleware(next dingtalk.Invoker) dingtalk.Invoker {
	return func(ctx context.Context, call *dingtalk.Call) error {
		err := next(ctx, call)
		m := w.mirror.Load()
		if m == nil || err != nil && !errors.Is(err, dingtalk.ErrOutcomeUnknown) {
			return err
		}
		if keys := written(call); len(keys) > 0 {
			m.markWritten(ctx, keys)
		}
		return err
	}
}

// markWritten marks entities that were written. That it could not is logged, and found by the next scan: the write has
// succeeded.
func (m *Mirror) markWritten(ctx context.Context, keys []Key) {
	const timeout = 5 * time.Second
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeout)
	defer cancel()
	err := m.update(ctx, func(t *transaction) error {
		for _, k := range keys {
			if _, err := t.mark(k, mark{source: SourceOwnWrite, recheck: true, now: true}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		m.opt.logger.LogAttrs(ctx, slog.LevelWarn, "mirror: a write of the client was not noted", slog.Any("error", err))
	}
}

// written returns what a call has changed.
func written(call *dingtalk.Call) []Key {
	switch req := call.Request.(type) {
	case dingtalk.CreateUserRequest:
		if res, ok := call.Response.(*dingtalk.CreateUserResponse); ok && res != nil {
			return []Key{UserKey(res.UserID)}
		}
		if req.UserID != "" {
			return []Key{UserKey(req.UserID)}
		}
	case dingtalk.UpdateUserRequest:
		return []Key{UserKey(req.UserID)}
	case dingtalk.DeleteUserRequest:
		return []Key{UserKey(req.UserID)}
	case dingtalk.CreateDepartmentRequest:
		if res, ok := call.Response.(*dingtalk.CreateDepartmentResponse); ok && res != nil {
			return []Key{DepartmentKey(res.DeptID)}
		}
		return []Key{contentsKey(req.ParentID)}
	case dingtalk.UpdateDepartmentRequest:
		return []Key{DepartmentKey(req.DeptID)}
	case dingtalk.DeleteDepartmentRequest:
		return []Key{DepartmentKey(req.DeptID)}
	default:
		return writtenRoles(call)
	}
	return nil
}

func writtenRoles(call *dingtalk.Call) []Key {
	users := func(ids []string) (keys []Key) {
		for _, id := range ids {
			keys = append(keys, UserKey(id))
		}
		return keys
	}
	switch req := call.Request.(type) {
	case dingtalk.CreateRoleGroupRequest:
		if res, ok := call.Response.(*dingtalk.CreateRoleGroupResponse); ok && res != nil {
			return []Key{RoleGroupKey(res.GroupID)}
		}
	case dingtalk.CreateRoleRequest:
		if res, ok := call.Response.(*dingtalk.CreateRoleResponse); ok && res != nil {
			return []Key{RoleKey(res.RoleID)}
		}
	case dingtalk.UpdateRoleRequest:
		return []Key{RoleKey(req.RoleID)}
	case dingtalk.DeleteRoleRequest:
		return []Key{RoleKey(req.RoleID)}
	case dingtalk.AddRolesToUsersRequest:
		return users(req.UserIDs)
	case dingtalk.RemoveRolesFromUsersRequest:
		return users(req.UserIDs)
	case dingtalk.UpdateRoleScopeRequest:
		return []Key{holdersKey(req.RoleID)}
	}
	return nil
}
