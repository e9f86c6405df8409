package dingtalk

import (
	"context"
	"errors"
)

// EnsureAction says what EnsureUser did.
type EnsureAction string

// What EnsureUser did.
const (
	// EnsureCreated: the person was added. So counts one who, after the answer to the create was lost, is
	// found exactly as requested.
	EnsureCreated EnsureAction = "created"
	// EnsureUpdated: the person was there and was changed.
	EnsureUpdated EnsureAction = "updated"
	// EnsureUnchanged: the person was there, as requested.
	EnsureUnchanged EnsureAction = "unchanged"
)

// EnsureUserResponse tells what EnsureUser did and to whom.
type EnsureUserResponse struct {
	UserID  string
	UnionID string
	Action  EnsureAction
}

// ensureRounds bounds how often a create is tried: each further one follows an answer that was lost and a
// person who was not found.
const ensureRounds = 5

// EnsureUser brings about that the person req.UserID exists with the requested fields, whatever is lost on
// the way, and however often it is called. It creates; where the outcome is unknown or the person exists, it
// reads them back and, where they differ, updates.
//
// Fields at their zero value are not compared. Custom fields are merged into those there are. Fields that the
// service does not show (DeptTitleList, ExclusiveMobile, AvatarMediaID) count as different; InitPassword and
// LoginEmail serve a create alone.
//
// Nobody else is overwritten. A mobile number that another person holds is ErrAlreadyExists, with that
// person's userid in HolderUserID where the service tells; a person under req.UserID whose mobile number or
// kind of account is another is ErrPrecondition. An error that matches ErrOutcomeUnknown says that the person
// may have been created or changed; calling again is safe.
func (c *Client) EnsureUser(ctx context.Context, req CreateUserRequest) (*EnsureUserResponse, error) {
	const op = "EnsureUser"
	if req.UserID == "" {
		return nil, &Error{Op: op, Err: errors.New("the request names no UserID"), class: ErrInvalidArgument}
	}
	e := ensuring{client: c, req: req}
	var err error
	for range ensureRounds {
		var res *EnsureUserResponse
		var again bool
		if res, again, err = e.round(ctx); err == nil {
			return res, nil
		}
		if !again {
			break
		}
	}
	return nil, e.failed(op, err)
}

// ensuring is one EnsureUser under way.
type ensuring struct {
	client  *Client
	req     CreateUserRequest
	unknown bool // a write so far may have been applied
}

// round creates or, where the person may be there, converges. It is worth another round when what was found
// contradicts what was answered.
func (e *ensuring) round(ctx context.Context) (res *EnsureUserResponse, again bool, err error) {
	created, err := e.client.CreateUser(ctx, e.req)
	lost := errors.Is(err, ErrOutcomeUnknown)
	switch {
	case err == nil:
		return &EnsureUserResponse{UserID: created.UserID, UnionID: created.UnionID, Action: EnsureCreated}, false, nil
	case lost:
		e.unknown = true
	case !errors.Is(err, ErrAlreadyExists):
		return nil, false, err
	}

	user, readErr := e.client.GetUser(ctx, GetUserRequest{UserID: e.req.UserID})
	switch {
	case errors.Is(readErr, ErrNotFound) && lost:
		return nil, true, err // though what was lost may still be on its way
	case errors.Is(readErr, ErrNotFound):
		// The number, mail address or extension is somebody else's; or the userid was, until just now.
		return nil, asCode(err) == userIDTaken, err
	case readErr != nil:
		return nil, false, readErr
	}
	if err := e.samePerson(user); err != nil {
		e.unknown = false
		return nil, false, err
	}
	res = &EnsureUserResponse{UserID: user.UserID, UnionID: user.UnionID, Action: EnsureUnchanged}
	change, differs := difference(&e.req, user)
	switch {
	case !differs && lost:
		res.Action = EnsureCreated
		fallthrough
	case !differs:
		return res, false, nil
	}
	err = e.client.UpdateUser(ctx, change)
	e.unknown = e.unknown || errors.Is(err, ErrOutcomeUnknown)
	res.Action = EnsureUpdated
	return res, errors.Is(err, ErrNotFound), err
}

// userIDTaken is the refusal of a create whose userid is in use.
const userIDTaken = 60102

func asCode(err error) int {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return 0
}

// failed makes err EnsureUser's own.
func (e *ensuring) failed(op string, err error) error {
	out := &Error{Op: op, Err: err, unknown: e.unknown}
	if cause, ok := errors.AsType[*Error](err); ok {
		out.Code, out.Message, out.RequestID, out.HTTPStatus = cause.Code, cause.Message, cause.RequestID, cause.HTTPStatus
		out.RetryAfter, out.RequiredScopes, out.HolderUserID = cause.RetryAfter, cause.RequiredScopes, cause.HolderUserID
		out.class = cause.category()
	}
	return out
}

// samePerson refuses to change somebody else who has the userid.
func (e *ensuring) samePerson(u *User) error {
	refuse := func(reason string) error {
		return &Error{Op: "EnsureUser", Err: errors.New(reason), class: ErrPrecondition}
	}
	if e.req.ExclusiveAccount != u.ExclusiveAccount {
		return refuse("the userid belongs to an account of another kind")
	}
	if u.Mobile != "" && e.req.Mobile != "" && !sameMobile(e.req.Mobile, u) {
		return refuse("the userid belongs to a person with another mobile number, which cannot be changed")
	}
	return nil
}
