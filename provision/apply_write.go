package provision

import (
	"context"
	"errors"
	"fmt"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// createUser creates a user. If that may have happened already, EnsureUser finds out.
func (a *applier) createUser(ctx context.Context, t *task) (Result, error) {
	if a.writer == nil {
		return a.checkAbsent(ctx, t)
	}
	req := t.create
	if a.opts.InitPassword != nil && req.ExclusiveAccount {
		password, err := a.opts.InitPassword(req.UserID)
		if err != nil {
			return ResultFailed, err
		}
		req.InitPassword = dingtalk.NewSecret(password)
	}
	if !t.begun {
		_, err := a.writer.CreateUser(ctx, req)
		switch {
		case err == nil:
			return ResultDone, nil
		case errors.Is(err, dingtalk.ErrOutcomeUnknown):
			t.begun = true
		case errors.Is(err, dingtalk.ErrAlreadyExists):
			return ResultConflict, err
		}
		return "", err
	}
	_, err := a.writer.EnsureUser(ctx, req)
	e, _ := errors.AsType[*dingtalk.Error](err)
	switch {
	case err == nil:
		return ResultDone, nil
	case errors.Is(err, dingtalk.ErrOutcomeUnknown), retryable(err), fatal(err), ctx.Err() != nil:
		return "", err
	case errors.Is(err, dingtalk.ErrAlreadyExists), errors.Is(err, dingtalk.ErrPrecondition) && e.Code == 0:
		return ResultConflict, err
	}
	_, absent := a.reader.GetUser(ctx, dingtalk.GetUserRequest{UserID: req.UserID})
	if errors.Is(absent, dingtalk.ErrNotFound) {
		t.begun = false
	}
	return "", err
}

// checkAbsent checks for a dry run that the user does not exist.
func (a *applier) checkAbsent(ctx context.Context, t *task) (Result, error) {
	_, err := a.reader.GetUser(ctx, dingtalk.GetUserRequest{UserID: t.item.UserID})
	switch {
	case err == nil:
		return ResultConflict, errors.New("is in the organization now")
	case errors.Is(err, dingtalk.ErrNotFound):
		return ResultPending, nil
	}
	return "", err
}

// updateUser updates a user whose fields still match the plan.
func (a *applier) updateUser(ctx context.Context, t *task) (Result, error) {
	u, err := a.reader.GetUser(ctx, dingtalk.GetUserRequest{UserID: t.item.UserID})
	switch {
	case errors.Is(err, dingtalk.ErrNotFound):
		return a.gone(ctx, t.item.UserID)
	case err != nil:
		return "", err
	}
	left, err := remainingChanges(u, t.item.Changes)
	switch {
	case u.UnionID != t.item.UnionID:
		return ResultConflict, errOtherPerson
	case err != nil:
		return ResultConflict, err
	case len(left) == 0 && t.begun:
		return ResultDone, nil
	case len(left) == 0:
		return ResultNoChange, nil
	case len(left) == len(t.item.Changes):
		t.begun = false
	}
	if a.writer == nil {
		return ResultPending, nil
	}
	err = a.writer.UpdateUser(ctx, t.update)
	switch {
	case errors.Is(err, dingtalk.ErrOutcomeUnknown):
		t.begun = true
		return "", err
	case errors.Is(err, dingtalk.ErrAlreadyExists):
		return ResultConflict, err
	case errors.Is(err, dingtalk.ErrNotFound) && a.hasLeft(ctx, t):
		return a.gone(ctx, t.item.UserID)
	case err != nil:
		return "", err
	}
	return a.checkCleared(ctx, t)
}

// hasLeft reports whether it was the user whom an update did not find, and not a department or a manager.
func (a *applier) hasLeft(ctx context.Context, t *task) bool {
	_, err := a.reader.GetUser(ctx, dingtalk.GetUserRequest{UserID: t.item.UserID})
	return errors.Is(err, dingtalk.ErrNotFound)
}

// checkCleared checks that fields were cleared, because it is not documented that "" does that.
func (a *applier) checkCleared(ctx context.Context, t *task) (Result, error) {
	if !clearsAny(t.item.Changes) {
		return ResultDone, nil
	}
	u, err := a.reader.GetUser(ctx, dingtalk.GetUserRequest{UserID: t.item.UserID})
	if err != nil {
		return ResultDone, nil //nolint:nilerr // the update succeeded; this was only a check
	}
	has := userValues(u)
	for _, c := range t.item.Changes {
		if c.New == "" && has(c.Field) != "" {
			return ResultFailed, fmt.Errorf("the service did not clear %s", c.Field)
		}
	}
	return ResultDone, nil
}

// deleteUser deletes a user whose fields still match the plan.
func (a *applier) deleteUser(ctx context.Context, t *task) (Result, error) {
	u, err := a.reader.GetUser(ctx, dingtalk.GetUserRequest{UserID: t.item.UserID})
	switch {
	case errors.Is(err, dingtalk.ErrNotFound) && t.begun:
		return ResultDone, nil
	case errors.Is(err, dingtalk.ErrNotFound):
		return a.gone(ctx, t.item.UserID)
	case err != nil:
		return "", err
	}
	t.begun = false
	if u.UnionID != t.item.UnionID {
		return ResultConflict, errOtherPerson
	}
	for _, c := range t.item.Changes {
		if f, _ := fieldOf(c.Field); !f.equal(userValues(u)(c.Field), c.Old) {
			return ResultConflict, changedSince(c.Field)
		}
	}
	if (u.Admin || u.Boss) && !t.item.Admin {
		return ResultConflict, errors.New("has become an administrator since the plan was made")
	}
	if a.writer == nil {
		return ResultPending, nil
	}
	err = a.writer.DeleteUser(ctx, dingtalk.DeleteUserRequest{UserID: t.item.UserID})
	unknown := errors.Is(err, dingtalk.ErrOutcomeUnknown)
	switch {
	case err == nil, errors.Is(err, dingtalk.ErrNotFound) && unknown:
		return ResultDone, nil
	case errors.Is(err, dingtalk.ErrNotFound):
		return a.gone(ctx, t.item.UserID)
	}
	t.begun = unknown
	return "", err
}

// remainingChanges returns the changes that are still to be made. A field that has neither the old nor the new value
// was changed by another program or person, which is an error.
func remainingChanges(u *dingtalk.User, changes []Change) ([]Change, error) {
	current := userValues(u)
	var remaining []Change
	for _, c := range changes {
		f, _ := fieldOf(c.Field)
		switch value := current(c.Field); {
		case f.equal(value, c.New):
		case f.equal(value, c.Old):
			remaining = append(remaining, c)
		default:
			return nil, changedSince(c.Field)
		}
	}
	return remaining, nil
}

var errOtherPerson = errors.New("the userid was given to another person since the plan was made")

func changedSince(name string) error {
	return fmt.Errorf("%s was changed since the plan was made", name)
}
