package dingtalk

import (
	"context"
	"net/url"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// WithCorpToken makes the client call on behalf of an organization that has authorized the app, with the app's token for this
// organization. The client ID and the client secret of New are those of the app. With WithTokenStore the processes of a fleet
// share the tokens of each organization.
//
// The token comes from POST /v1.0/oauth2/{corpId}/token, or with WithTicketStore from POST /v1.0/oauth2/corpAccessToken.
// The error of a call matches ErrPermission if the organization has not authorized the app, or no longer does. It excludes
// WithTokenSource and WithOAuth2Token. Package tenants keeps one such client for each organization.
//
// DingTalk docs: "Obtain the access token of an app",
// https://help.dingtalk.io/open/development/api-gettoken
func WithCorpToken(corpID string) Option {
	return func(c *config) {
		c.corpID = corpID
		c.require(corpID != "" && strings.Trim(corpID, ". ") == corpID, "WithCorpToken: the corp ID is empty or malformed")
	}
}

type getCorpTokenRequest struct {
	CorpID       string `json:"-"` // in the path
	ClientID     string `json:"client_id"`
	ClientSecret Secret `json:"client_secret"`
	GrantType    string `json:"grant_type"`
}

// path returns the path of the request.
func (r getCorpTokenRequest) path(ep *contract.Endpoint) string {
	return strings.Replace(ep.Path, "{corpId}", url.PathEscape(r.CorpID), 1)
}

type getCorpTokenResponse struct {
	AccessToken Secret `json:"access_token"`
	ExpiresIn   int64  `json:"expires_in"` // seconds
}

type getSuiteCorpTokenRequest struct {
	SuiteKey    string `json:"suiteKey"`
	SuiteSecret Secret `json:"suiteSecret"`
	AuthCorpID  string `json:"authCorpId"`
	SuiteTicket Secret `json:"suiteTicket"`
}

type getSuiteCorpTokenResponse struct {
	AccessToken Secret `json:"accessToken"`
	ExpireIn    int64  `json:"expireIn"` // seconds
}

type getSuiteTokenRequest struct {
	SuiteKey    string `json:"suiteKey"`
	SuiteSecret Secret `json:"suiteSecret"`
	SuiteTicket Secret `json:"suiteTicket"`
}

type getSuiteTokenResponse struct {
	AccessToken Secret `json:"accessToken"`
	ExpireIn    int64  `json:"expireIn"` // seconds
}

// corpTokenSource fetches the token of an app for one organization.
type corpTokenSource struct {
	client *Client
	corpID string
}

func (s corpTokenSource) Token(ctx context.Context) (Token, error) {
	c := s.client
	clientSecret := NewSecret(c.secret.reveal())
	if c.suite == nil {
		req := getCorpTokenRequest{CorpID: s.corpID, ClientID: c.clientID, ClientSecret: clientSecret, GrantType: "client_credentials"}
		res, err := obtain[getCorpTokenResponse](ctx, c, &contract.GetCorpToken, req)
		if err != nil {
			return Token{}, err
		}
		return newToken(res.AccessToken.Reveal(), res.ExpiresIn), nil
	}
	return c.suite.exchange(ctx, func(ticket Secret) (Token, error) {
		req := getSuiteCorpTokenRequest{SuiteKey: c.clientID, SuiteSecret: clientSecret, AuthCorpID: s.corpID, SuiteTicket: ticket}
		res, err := obtain[getSuiteCorpTokenResponse](ctx, c, &contract.GetSuiteCorpToken, req)
		if err != nil {
			return Token{}, err
		}
		return newToken(res.AccessToken.Reveal(), res.ExpireIn), nil
	})
}

// suiteTokenSource fetches the token of a third-party app itself.
type suiteTokenSource struct{ client *Client }

func (s suiteTokenSource) Token(ctx context.Context) (Token, error) {
	c := s.client
	return c.suite.exchange(ctx, func(ticket Secret) (Token, error) {
		req := getSuiteTokenRequest{SuiteKey: c.clientID, SuiteSecret: NewSecret(c.secret.reveal()), SuiteTicket: ticket}
		res, err := obtain[getSuiteTokenResponse](ctx, c, &contract.GetSuiteToken, req)
		if err != nil {
			return Token{}, err
		}
		return newToken(res.AccessToken.Reveal(), res.ExpireIn), nil
	})
}
