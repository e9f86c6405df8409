package dingtalk

import (
	"context"
	"errors"
	"net/url"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// WithSSOSecret sets the corp ID of the organization and its SSO secret, which GetAdminByCode needs. The developer
// console shows both. The client obtains and caches the access token for that call, like the one of the app.
//
// DingTalk docs: "Obtain the accessToken for signing in to the admin console of an app",
// https://open.dingtalk.com/document/development/obtain-the-access-token-of-the-micro-application-background-without-log-on
func WithSSOSecret(corpID, ssoSecret string) Option {
	return func(c *config) {
		c.checkCredential("corp ID of WithSSOSecret", corpID)
		c.checkCredential("SSO secret", ssoSecret)
		c.sso = &ssoCredential{corpID: corpID, secret: hide(ssoSecret)}
	}
}

// ssoCredential is what WithSSOSecret sets.
type ssoCredential struct {
	corpID string
	secret secret
}

type getSSOTokenRequest struct {
	CorpID    string `json:"corpid"`
	SSOSecret Secret `json:"ssoSecret"`
}

type getSSOTokenResponse struct {
	AccessToken Secret `json:"accessToken"`
	ExpireIn    int64  `json:"expireIn"` // seconds
}

// ssoTokenSource fetches the access token for GetAdminByCode.
type ssoTokenSource struct {
	client     *Client
	credential *ssoCredential
}

func (s ssoTokenSource) Token(ctx context.Context) (Token, error) {
	req := getSSOTokenRequest{CorpID: s.credential.corpID, SSOSecret: NewSecret(s.credential.secret.reveal())}
	res, err := obtain[getSSOTokenResponse](ctx, s.client, &contract.GetSSOToken, req)
	if err != nil {
		return Token{}, err
	}
	return newToken(res.AccessToken.Reveal(), res.ExpireIn), nil
}

// GetAdminByCodeRequest holds the one-time code of an administrator who has opened the app in the admin console.
type GetAdminByCodeRequest struct {
	Code Secret `json:"code"` // from the address of the app's page: valid once
}

// query returns the query of the request, and the secrets in it.
func (r GetAdminByCodeRequest) query() (query url.Values, secrets []string) {
	code := r.Code.Reveal()
	return url.Values{"code": {code}}, []string{code}
}

// GetAdminByCodeResponse describes the administrator to whom a code was issued.
type GetAdminByCodeResponse struct {
	CorpID   string `json:"corpId"`
	CorpName string `json:"corpName"`
	UserID   string `json:"userId"`
	Email    string `json:"email"`
	UserName string `json:"userName"`
	Avatar   string `json:"avatar"`
	IsAdmin  bool   `json:"isAdmin"` // the code alone does not prove it
}

// GetAdminByCode finds the administrator who has opened the app in the admin console (oa.dingtalk.com), by the code in the
// address of the app's page. Check IsAdmin of the response. It needs WithSSOSecret. The call spends the code, which the service takes in the URL. The
// error matches ErrInvalidAuthCode if the code is unknown, spent, expired or of another flow, and ErrOutcomeUnknown after
// a lost response.
//
// DingTalk docs: "Obtain the identity of an administrator of an app",
// https://open.dingtalk.com/document/development/obtains-the-identity-of-an-application-administrator
func (c *Client) GetAdminByCode(ctx context.Context, req GetAdminByCodeRequest) (*GetAdminByCodeResponse, error) {
	return call[GetAdminByCodeResponse](ctx, c, &contract.GetAdminByCode, req)
}

// errNoSSOSecret is the fault of a call that needs the SSO secret, which the client lacks.
var errNoSSOSecret = errors.New("the client has no SSO secret: see WithSSOSecret")
