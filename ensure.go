package dingtalk

import (
	"context"
	"errors"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/backoff"
	"github.com/dingtalk-contacts/dingtalk-go/internal/rest"
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

// EnsureUser brings about that the person req.UserID exists with the requested fields, whatever is lost on
// the way, and however often it is called. It creates; where the outcome is unknown or the person exists, it
// reads them back and, where they differ, updates.
//
// Fields at their zero value are not compared. Custom fields are merged into those there are. What the service
// does not show counts as different: DeptTitleList, ExclusiveMobile and its status, AvatarMediaID, and what
// the app has no field permission for. InitPassword and LoginEmail serve a create alone.
//
// Nobody else is overwritten. A mobile number that another person holds is ErrAlreadyExists, with that
// person's userid in HolderUserID where the service tells; a person under req.UserID whose mobile number,
// login name or kind of account is another is ErrPrecondition. Without the field permission for mobile
// numbers, the userid alone says who a person is. An error that matches ErrOutcomeUnknown says that the
// person may have been created or changed; calling again is safe.
//
// A create is tried as often as the retry policy allows attempts, each time after the one before was lost and
// nobody was found, and with its pauses.
func (c *Client) EnsureUser(ctx context.Context, req CreateUserRequest) (*EnsureUserResponse, error) {
	const op = "EnsureUser"
	if req.UserID == "" {
		return nil, &Error{Op: op, Err: errors.New("the request names no UserID"), class: ErrInvalidArgument}
	}
	e := ensuring{client: c, req: req}
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

// ensuring is one EnsureUser under way.
type ensuring struct {
	client  *Client
	req     CreateUserRequest
	lost    bool // the answer to a create was
	unknown bool // a write so far may have been applied
}

// round creates or, where the person may be there, converges. It is worth another round when what was found
// contradicts what was answered.
func (e *ensuring) round(ctx context.Context) (res *EnsureUserResponse, again bool, err error) {
	created, err := e.client.CreateUser(ctx, e.req)
	lost := errors.Is(err, ErrOutcomeUnknown)
	holder := holderOf(err)
	switch {
	case err == nil:
		return &EnsureUserResponse{UserID: created.UserID, UnionID: created.UnionID, Action: EnsureCreated}, false, nil
	case lost:
		e.lost, e.unknown = true, true
		if waitOf(err) > e.client.retry.MaxDelay {
			return nil, false, err // a ban, perhaps, that further calls would prolong
		}
	case !errors.Is(err, ErrAlreadyExists), holder != "" && holder != e.req.UserID:
		return nil, false, err
	}

	user, readErr := e.client.GetUser(ctx, GetUserRequest{UserID: e.req.UserID})
	switch {
	case errors.Is(readErr, ErrNotFound) && lost:
		return nil, true, err // though what was lost may still be on its way
	case errors.Is(readErr, ErrNotFound):
		// The number, mail address or extension is somebody else's; or the person was there until just now.
		return nil, asCode(err) == userIDTaken || holder == e.req.UserID, err
	case readErr != nil:
		return nil, false, readErr
	case asCode(err) == mobileTaken && holder == "" && user.Mobile == "":
		return nil, false, err // by whom cannot be seen
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

// The refusals of a create whose userid, or mobile number, is in use.
const (
	userIDTaken = 60102
	mobileTaken = 60104
)

func holderOf(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.HolderUserID
	}
	return ""
}

func waitOf(err error) time.Duration {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.RetryAfter
	}
	return 0
}

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
