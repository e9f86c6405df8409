package dingtalk

import (
	"context"
	"iter"
)

// UsersByIDRequest names the users to read.
type UsersByIDRequest struct {
	UserIDs     []string
	Language    string // "zh_CN", the default, or "en_US"
	Concurrency int    // calls in flight; 0 is 16
}

// UserIDsByMobileRequest holds the mobile numbers to look up.
type UserIDsByMobileRequest struct {
	Mobiles                       []string
	SupportExclusiveAccountSearch bool // as in GetUserIDByMobileRequest
	Concurrency                   int  // calls in flight; 0 is 16
}

// MobileHolder holds a mobile number and the user who has it.
type MobileHolder struct {
	Mobile string `json:"mobile"` // as in the request
	GetUserIDByMobileResponse
}

// UserIDsByUnionIDRequest holds the union IDs to look up.
type UserIDsByUnionIDRequest struct {
	UnionIDs    []string
	Concurrency int // calls in flight; 0 is 16
}

// UnionIDHolder holds a union ID and the user who has it.
type UnionIDHolder struct {
	UnionID string `json:"unionid"` // as in the request
	GetUserIDByUnionIDResponse
}

// UsersByID reads many users, several at once, and yields a pair for each user ID, in the order of the request. If a user
// does not exist (ErrNotFound) or the app may not see them (ErrPermission), the pair has the error and a User with only
// the user ID, and the iteration continues. After an error that every further call would meet, such as a missing
// permission point, a ban or the end of ctx, the remaining pairs have that error: calls in flight are canceled, and no
// further ones made. The calls go behind others (see Bulk). Ranging again reads the users again.
func (c *Client) UsersByID(ctx context.Context, req UsersByIDRequest) iter.Seq2[User, error] {
	c = c.Bulk()
	blank := func(id string) User { return User{UserID: id} }
	return lookupOrdered(ctx, "UsersByID", req.UserIDs, req.Concurrency, blank, func(ctx context.Context, u *User) error {
		res, err := c.GetUser(ctx, GetUserRequest{UserID: u.UserID, Language: req.Language})
		if err == nil {
			*u = *res
		}
		return err
	})
}

// UserIDsByMobile finds the users who have mobile numbers, several at once, and yields a pair for each number, in the
// order of the request. The error of a pair matches ErrNotFound if no user has the number. Other errors are those of
// UsersByID.
func (c *Client) UserIDsByMobile(ctx context.Context, req UserIDsByMobileRequest) iter.Seq2[MobileHolder, error] {
	c = c.Bulk()
	blank := func(mobile string) MobileHolder { return MobileHolder{Mobile: mobile} }
	return lookupOrdered(ctx, "UserIDsByMobile", req.Mobiles, req.Concurrency, blank, func(ctx context.Context, h *MobileHolder) error {
		res, err := c.GetUserIDByMobile(ctx, GetUserIDByMobileRequest{
			Mobile: h.Mobile, SupportExclusiveAccountSearch: req.SupportExclusiveAccountSearch,
		})
		if err == nil {
			h.GetUserIDByMobileResponse = *res
		}
		return err
	})
}

// UserIDsByUnionID finds the users who have union IDs, several at once, and yields a pair for each union ID, in the order
// of the request. The error of a pair matches ErrNotFound if the person is not in the organization. Other errors are
// those of UsersByID.
func (c *Client) UserIDsByUnionID(ctx context.Context, req UserIDsByUnionIDRequest) iter.Seq2[UnionIDHolder, error] {
	c = c.Bulk()
	blank := func(id string) UnionIDHolder { return UnionIDHolder{UnionID: id} }
	return lookupOrdered(ctx, "UserIDsByUnionID", req.UnionIDs, req.Concurrency, blank, func(ctx context.Context, h *UnionIDHolder) error {
		res, err := c.GetUserIDByUnionID(ctx, GetUserIDByUnionIDRequest{UnionID: h.UnionID})
		if err == nil {
			h.GetUserIDByUnionIDResponse = *res
		}
		return err
	})
}
