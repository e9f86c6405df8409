package login

import (
	"cmp"
	"context"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// Session holds the tokens of a user who has signed in. A Member is all that most programs need; those that call DingTalk
// in the user's name later keep the Session. Its secrets print and encode as REDACTED: store what Reveal returns,
// encrypted.
type Session struct {
	AccessToken  dingtalk.Secret // of the user, valid for two hours
	RefreshToken dingtalk.Secret // valid once, for 30 days
	Expires      time.Time       // when the access token expires
	CorpID       string          // the organization that the user chose; empty without the scope corpid
}

// tokenLife is the life of an access token if the response does not contain it.
const tokenLife = 2 * time.Hour

// Exchange exchanges the code with which the login page sent the user back, in the parameter authCode, for a Session. The
// code is spent, and never sent twice: after a lost response the error matches dingtalk.ErrOutcomeUnknown. It matches
// dingtalk.ErrInvalidAuthCode if the code is unknown, spent, expired or of another flow. In both cases the user has to
// sign in again.
func (f *Flow) Exchange(ctx context.Context, code string) (*Session, error) {
	if code == "" {
		return nil, refuse("Exchange", dingtalk.ErrInvalidAuthCode, "there is no code; let the user sign in again")
	}
	return f.grant(ctx, dingtalk.GetUserAccessTokenRequest{Code: dingtalk.NewSecret(code)})
}

// grant obtains the tokens of a user.
func (f *Flow) grant(ctx context.Context, req dingtalk.GetUserAccessTokenRequest) (*Session, error) {
	res, err := f.client.GetUserAccessToken(ctx, req)
	if err != nil {
		return nil, err
	}
	life := cmp.Or(max(0, time.Duration(res.ExpireIn)*time.Second), tokenLife)
	return &Session{
		AccessToken: res.AccessToken, RefreshToken: res.RefreshToken, Expires: time.Now().Add(life), CorpID: res.CorpID,
	}, nil
}
