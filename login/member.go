package login

import (
	"cmp"
	"context"
	"errors"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// Member is a member of the organization who has signed in.
type Member struct {
	User    *dingtalk.User // User.UserID identifies the member; mail addresses and numbers may be those that users enter
	UnionID string
	CorpID  string // Config.CorpID; that of the Session may be another organization of the person
	Admin   bool   // an administrator of the organization
	// AdminLevel is 1 for a main administrator, 2 for a sub-administrator, 100 for the boss, and 0 otherwise. Only InApp
	// obtains it; Flow.Member leaves it 0.
	AdminLevel int64
}

// Member returns the member of the organization to whom a Session belongs. It reads the profile of the user, looks its
// union ID up in the app's organization, and reads the user there. It takes the permission points Contact.User.Read and
// qyapi_get_member.
//
// The error matches dingtalk.ErrPermission if the person has signed in with another organization than Config.CorpID, is
// an external contact, or is not in the app's organization, and dingtalk.ErrNotFound if the person was a member and was
// removed. It matches dingtalk.ErrInvalidToken if the access token has expired: see Refresh.
func (f *Flow) Member(ctx context.Context, s *Session) (*Member, error) {
	const op = "Member"
	switch {
	case s == nil || s.AccessToken.IsZero():
		return nil, refuse(op, dingtalk.ErrInvalidArgument, "there is no access token; let the user sign in")
	case f.config.CorpID != "" && s.CorpID == "":
		return nil, refuse(op, dingtalk.ErrPermission, "the organization that the person signed in with is not known; let the person sign in again")
	case f.config.CorpID != "" && s.CorpID != f.config.CorpID:
		return nil, refuse(op, dingtalk.ErrPermission, "the person signed in with another organization; let the person choose this one")
	}
	me, err := f.client.GetMe(ctx, dingtalk.GetMeRequest{AccessToken: s.AccessToken})
	if err != nil {
		return nil, err
	}
	found, err := f.client.GetUserIDByUnionID(ctx, dingtalk.GetUserIDByUnionIDRequest{UnionID: me.UnionID})
	switch {
	case errors.Is(err, dingtalk.ErrNotFound) && f.config.CorpID == "":
		return nil, refuse(op, dingtalk.ErrPermission, "the person is not a member of the organization")
	case errors.Is(err, dingtalk.ErrNotFound):
		return nil, refuse(op, dingtalk.ErrNotFound, "the person is no longer a member of the organization")
	case err != nil:
		return nil, err
	case found.ContactType != 0:
		return nil, refuse(op, dingtalk.ErrPermission, "the person is an external contact, not a member of the organization")
	}
	user, err := f.user(ctx, op, found.UserID, me.UnionID)
	if err != nil {
		return nil, err
	}
	return &Member{User: user, UnionID: me.UnionID, CorpID: f.config.CorpID, Admin: user.Admin}, nil
}

// InApp returns the member who has opened a page of the app within DingTalk, by the code that the page received from
// requestAuthCode of the JSAPI. The code is spent, and never sent twice; the errors are those of Exchange and Member. It
// takes the permission points qyapi_base and qyapi_get_member.
func (f *Flow) InApp(ctx context.Context, code string) (*Member, error) {
	if code == "" {
		return nil, refuse("InApp", dingtalk.ErrInvalidAuthCode, "there is no code; let the page request one")
	}
	who, err := f.client.GetUserByCode(ctx, dingtalk.GetUserByCodeRequest{Code: dingtalk.NewSecret(code)})
	if err != nil {
		return nil, err
	}
	user, err := f.user(ctx, "InApp", who.UserID, who.UnionID)
	if err != nil {
		return nil, err
	}
	unionID := cmp.Or(who.UnionID, user.UnionID)
	if unionID == "" { // programs file people under it
		return nil, refuse("InApp", dingtalk.ErrTransient, "DingTalk's responses have no union ID of the person; let the page request a new code")
	}
	return &Member{User: user, UnionID: unionID, CorpID: f.config.CorpID, Admin: who.Sys, AdminLevel: who.SysLevel}, nil
}

// user reads a user, who must be the person with the union ID: a response that belongs to another call must not sign
// another person in.
func (f *Flow) user(ctx context.Context, op, userID, unionID string) (*dingtalk.User, error) {
	user, err := f.client.GetUser(ctx, dingtalk.GetUserRequest{UserID: userID})
	if err != nil {
		return nil, err
	}
	if user.UnionID != unionID && user.UnionID != "" && unionID != "" {
		return nil, refuse(op, dingtalk.ErrTransient, "DingTalk's responses are about different people; let the person sign in again")
	}
	return user, nil
}
