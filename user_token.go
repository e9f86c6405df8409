package dingtalk

import (
	"cmp"
	"context"
	"errors"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// GetUserAccessTokenRequest holds either the code of the login page or the refresh token of an earlier exchange.
type GetUserAccessTokenRequest struct {
	ClientID     string `json:"clientId"`              // empty: that of the client
	ClientSecret Secret `json:"clientSecret"`          // empty: that of the client
	Code         Secret `json:"code,omitzero"`         // valid once
	RefreshToken Secret `json:"refreshToken,omitzero"` // valid for 30 days, and once
	GrantType    string `json:"grantType"`             // empty: authorization_code with a code, refresh_token with a refresh token
}

// GetUserAccessTokenResponse holds the access token of the user who has signed in.
type GetUserAccessTokenResponse struct {
	AccessToken  Secret `json:"accessToken"`
	RefreshToken Secret `json:"refreshToken"`
	ExpireIn     int64  `json:"expireIn"` // seconds; 0 if the response has none: then it is 7200
	CorpID       string `json:"corpId"`   // the organization that the user chose; empty without the scope corpid
}

// GetUserAccessToken exchanges the code with which the login page redirected the user, or a refresh token, for the
// user's access token. The call spends the code or the refresh token, and returns another refresh token: refresh the
// token of a user with one call at a time. The error matches ErrInvalidAuthCode if the code or the refresh token is
// unknown, spent, expired or of another flow; the service also says so when the caller's IP address is not on the app's
// allowlist. After a lost response neither is sent again: the error matches ErrOutcomeUnknown, and the user has to sign
// in again. Package login does all of this.
//
// DingTalk docs: "Obtain a user token",
// https://help.dingtalk.io/open/development/obtain-user-token
func (c *Client) GetUserAccessToken(ctx context.Context, req GetUserAccessTokenRequest) (*GetUserAccessTokenResponse, error) {
	return call[GetUserAccessTokenResponse](ctx, c, &contract.GetUserAccessToken, req)
}

// complete fills in the credentials and the kind of the grant.
func (r GetUserAccessTokenRequest) complete(c *Client) (any, error) {
	r.ClientID = cmp.Or(r.ClientID, c.clientID)
	if r.ClientSecret.IsZero() {
		r.ClientSecret = NewSecret(c.secret.reveal())
	}
	if r.ClientID == "" || r.ClientSecret.IsZero() {
		return nil, errNoCredentials
	}
	if r.Code.IsZero() == r.RefreshToken.IsZero() && r.GrantType == "" {
		return nil, errors.New("either Code or RefreshToken must be set")
	}
	byDefault := "authorization_code"
	if r.Code.IsZero() {
		byDefault = "refresh_token"
	}
	r.GrantType = cmp.Or(r.GrantType, byDefault)
	return r, nil
}

// errNoCredentials is the fault of a call that sends the credentials, which the client lacks.
var errNoCredentials = errors.New("the client has no client ID and client secret: pass them to New, also beside WithTokenSource")

// GetMeRequest holds the access token of a user, from GetUserAccessToken.
type GetMeRequest struct {
	AccessToken Secret `json:"-"` // of the user, not of the app
}

// GetMeResponse is the profile of a user. It identifies the user by UnionID alone: GetUserIDByUnionID returns the user
// ID in the organization.
type GetMeResponse struct {
	Nick       string `json:"nick"`
	AvatarURL  string `json:"avatarUrl"` // empty if the user has set none
	Mobile     string `json:"mobile"`    // empty without the permission point Contact.User.mobile; masked for third-party apps
	OpenID     string `json:"openId"`
	UnionID    string `json:"unionId"`
	Email      string `json:"email"`     // the personal one, which proves nothing; empty if the user has set none
	StateCode  string `json:"stateCode"` // the country code of the mobile number: "86"
	Visitor    bool   `json:"visitor"`
	LoginEmail string `json:"loginEmail"`
}

// GetMe returns the profile of the user to whom an access token belongs. The error matches ErrInvalidToken if the token
// is unknown or has expired, which the client does not renew: see GetUserAccessToken. It matches ErrPermission if the app
// lacks the permission point, the user has not granted it, or the token is that of the app.
//
// DingTalk docs: "Obtain the personal contact information of a user",
// https://help.dingtalk.io/open/development/dingtalk-retrieve-user-information
func (c *Client) GetMe(ctx context.Context, req GetMeRequest) (*GetMeResponse, error) {
	return call[GetMeResponse](ctx, c, &contract.GetMe, req)
}

// GetUserAuthRulesRequest holds the access token of a user, from GetUserAccessToken.
type GetUserAuthRulesRequest struct {
	AccessToken Secret `json:"-"` // of the user, not of the app
}

// GetUserAuthRulesResponse lists what a user permits the app.
type GetUserAuthRulesResponse struct {
	Result []AuthRule `json:"result"`
}

// AuthRule holds what a user permits the app to do with a resource.
type AuthRule struct {
	Resource  string   `json:"resource"`  // "Contact.User", or "rpc_auth" for permission points
	AuthItems []string `json:"authItems"` // "mobile", or "Contact.User.Read"
}

// GetUserAuthRules returns what the user to whom an access token belongs permits the app.
//
// DingTalk docs: "Query personal authorization records",
// https://open.dingtalk.com/document/development/query-personal-authorization-records
func (c *Client) GetUserAuthRules(ctx context.Context, req GetUserAuthRulesRequest) (*GetUserAuthRulesResponse, error) {
	return call[GetUserAuthRulesResponse](ctx, c, &contract.GetUserAuthRules, req)
}

// withUserToken is a request with the access token of a user.
type withUserToken interface{ userToken() Secret }

func (r GetMeRequest) userToken() Secret            { return r.AccessToken }
func (r GetUserAuthRulesRequest) userToken() Secret { return r.AccessToken }

// usesUserToken reports whether an operation takes the access token of a user.
func usesUserToken(op string) bool {
	return op == contract.GetMe.Name || op == contract.GetUserAuthRules.Name
}
