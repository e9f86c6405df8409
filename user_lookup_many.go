package dingtalk

import (
	"context"
	"iter"
)

// UsersByIDRequest names people.
type UsersByIDRequest struct {
	UserIDs     []string
	Language    string // "zh_CN", the default, or "en_US"
	Concurrency int    // calls under way at once; 0 is 16
}

// UserIDsByMobileRequest names mobile numbers.
type UserIDsByMobileRequest struct {
	Mobiles                       []string
	SupportExclusiveAccountSearch bool // as in GetUserIDByMobileRequest
	Concurrency                   int  // calls under way at once; 0 is 16
}

// MobileHolder is who has a mobile number.
type MobileHolder struct {
	Mobile string `json:"mobile"` // as it was asked for
	GetUserIDByMobileResponse
}

// UserIDsByUnionIDRequest names people across organisations.
type UserIDsByUnionIDRequest struct {
	UnionIDs    []string
	Concurrency int // calls under way at once; 0 is 16
}

// UnionIDHolder is who has a union ID.
type UnionIDHolder struct {
	UnionID string `json:"unionid"` // as it was asked for
	GetUserIDByUnionIDResponse
}

// UsersByID looks many people up, several at once, and yields a pair for each userid, in their order. Where
// somebody is not found (ErrNotFound) or may not be seen (ErrPermission), the error is beside a User with the
// userid alone, and the rest goes on. After an error that every further call would meet, such as a missing
// permission point, a ban or the end of ctx, the rest gets that error without a call. The calls go behind
// others (see Bulk). Ranging again looks them up again.
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

// UserIDsByMobile finds who has which mobile number, several at once, and yields a pair for each number, in
// their order; a number that nobody has is ErrNotFound. Errors come as with UsersByID.
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

// UserIDsByUnionID finds the people of union IDs, several at once, and yields a pair for each, in their order;
// one who is not in the organisation is ErrNotFound. Errors come as with UsersByID.
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
