package dingtalk

import (
	"context"
	"errors"

	"github.com/dingtalk-contacts/dingtalk-go/internal/backoff"
	"github.com/dingtalk-contacts/dingtalk-go/internal/rest"
)

// EnsureAction is what EnsureUser did.
type EnsureAction string

// What EnsureUser did.
const (
	// EnsureCreated: the user was created. This includes a user who is found exactly as requested after the
	// response to the create was lost.
	EnsureCreated EnsureAction = "created"
	// EnsureUpdated: the user existed and was changed.
	EnsureUpdated EnsureAction = "updated"
	// EnsureUnchanged: the user existed as requested.
	EnsureUnchanged EnsureAction = "unchanged"
)

// EnsureUserResponse describes what EnsureUser did, and to which user.
type EnsureUserResponse struct {
	UserID  string
	UnionID string
	Action  EnsureAction
}

// EnsureUser ensures that the user req.UserID exists with the requested fields, whatever responses are lost, and
// however often it is called. It creates the user. If the outcome is unknown or the user exists, it reads the user
// and updates the fields that differ.
//
// Zero fields are not compared. Custom fields are merged into the existing ones. Fields that the service does not
// return count as different: DeptTitleList, ExclusiveMobile and its status, AvatarMediaID, and those that the app has
// no permission for. InitPassword and LoginEmail are used by a create only.
//
// No other user is overwritten. The error matches ErrAlreadyExists if another user has the mobile number, with that
// user's ID in HolderUserID if the service names it, and ErrPrecondition if the user req.UserID has another mobile
// number, login name or kind of account. Without the field permission for mobile numbers, only the user ID identifies
// the user. After an error that matches ErrOutcomeUnknown the user may have been created or changed; calling again is
// safe.
//
// A create is repeated as often as the retry policy allows, with its delays, and only after the response to the
// previous one was lost and the user was not found.
func (c *Client) EnsureUser(ctx context.Context, req CreateUserRequest) (*EnsureUserResponse, error) {
	const op = "EnsureUser"
	if req.UserID == "" {
		return nil, &Error{Op: op, Err: errors.New("the request names no UserID"), class: ErrInvalidArgument}
	}
	e := ensurer{client: c, req: req}
	var err error
	for n := 1; ; n++ {
		var res *EnsureUserResponse
		var again bool
		if res, again, err = e.round(ctx); err == nil {
			return res, nil
		}
		if !again || n >= c.retry.MaxAttempts {
			return nil, e.failed(op, err)
		}
		if backoff.Sleep(ctx, backoff.Delay(n, c.retry.BaseDelay, c.retry.MaxDelay)) != nil {
			return nil, e.failed(op, rest.ContextError(ctx))
		}
	}
}

// ensurer holds the state of one call of EnsureUser.
type ensurer struct {
	client  *Client
	req     CreateUserRequest
	lost    bool // the response to a create was lost
	unknown bool // a write so far may have been applied
}

// round creates the user or, if the user may exist, compares and updates. again reports whether another round makes
// sense, because the user that was read contradicts the response to the create.
func (e *ensurer) round(ctx context.Context) (res *EnsureUserResponse, again bool, err error) {
	created, err := e.client.CreateUser(ctx, e.req)
	lost := errors.Is(err, ErrOutcomeUnknown)
	var holder string
	var code int
	if refusal := asError(err); refusal != nil {
		holder, code = refusal.HolderUserID, refusal.Code
	}
	switch {
	case err == nil:
		return &EnsureUserResponse{UserID: created.UserID, UnionID: created.UnionID, Action: EnsureCreated}, false, nil
	case lost:
		e.lost, e.unknown = true, true
		if lostBy := asError(err); lostBy != nil && lostBy.RetryAfter > e.client.retry.MaxDelay {
			return nil, false, err // possibly a ban, which further calls would prolong
		}
	case !errors.Is(err, ErrAlreadyExists), holder != "" && holder != e.req.UserID:
		return nil, false, err
	}

	user, readErr := e.client.GetUser(ctx, GetUserRequest{UserID: e.req.UserID})
	switch {
	case errors.Is(readErr, ErrNotFound) && lost:
		return nil, true, err // the lost request may still arrive
	case errors.Is(readErr, ErrNotFound):
		// Another user has the number, mail address or extension; or the user existed until just now.
		return nil, code == userIDTaken || holder == e.req.UserID, err
	case readErr != nil:
		return nil, false, readErr
	case code == mobileTaken && holder == "" && user.Mobile == "":
		return nil, false, err // the app cannot see who holds the number
	}
	change, differs, err := e.req.Changes(user)
	if err != nil {
		e.unknown = false
		return nil, false, err
	}
	res = &EnsureUserResponse{UserID: user.UserID, UnionID: user.UnionID, Action: EnsureUnchanged}
	switch {
	case !differs && e.lost:
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

// The codes of a create that is refused because the user ID or the mobile number is taken.
const (
	userIDTaken = 60102
	mobileTaken = 60104
)

// failed returns the error of EnsureUser for its cause, err.
func (e *ensurer) failed(op string, err error) error {
	out := &Error{Op: op, Err: err}
	if cause := asError(err); cause != nil {
		out = cause.under(op)
		out.Err = err
	}
	out.unknown = e.unknown
	return out
}
