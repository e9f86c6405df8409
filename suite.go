package dingtalk

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
	"github.com/dingtalk-contacts/dingtalk-go/internal/rest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/tokenshare"
)

// WithCorpToken makes the client one of an organization that has authorized an app of many organizations: its token is
// that of the app for this organization. The client ID and the client secret of New are those of the app. With
// WithTokenStore a fleet shares the token, separately for each organization.
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
		c.require(corpID != "" && strings.Trim(corpID, ". ") == corpID, "WithCorpToken: the corp ID is empty, or no ID")
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

// exchange obtains a token for the stored ticket. If the ticket is refused and another one was stored meanwhile, it tries
// again with that one.
func (s *suiteTickets) exchange(ctx context.Context, obtain func(ticket Secret) (Token, error)) (Token, error) {
	var refused Secret
	var refusal error
	for {
		ticket, err := s.load(ctx)
		switch {
		case errors.Is(err, ErrNoTicket):
			return Token{}, &Error{Op: "SuiteTicket", Err: err, class: ErrPrecondition}
		case err != nil:
			if _, unreadable := errors.AsType[tokenshare.Unreadable](err); unreadable {
				return Token{}, &Error{Op: "SuiteTicket", Err: err, class: ErrPrecondition}
			}
			return Token{}, &Error{Op: "SuiteTicket", Err: s.redacted(err, ticket), class: ErrTransient}
		case refusal != nil && ticket == refused:
			return Token{}, refusal
		}
		token, err := obtain(ticket)
		if e := asError(err); e == nil || e.Reason != invalidTicket || refusal != nil {
			return token, err
		}
		refused, refusal = ticket, err
	}
}

// redacted returns an error of the store without the ticket.
func (s *suiteTickets) redacted(err error, ticket Secret) error {
	return errors.New(tokenLike.ReplaceAllString(rest.Redact(err, ticket.Reveal()).Error(), redacted))
}

// GetAuthInfoRequest names an organization.
type GetAuthInfoRequest struct {
	AuthCorpID string `json:"authCorpId"`
}

// GetAuthInfoResponse describes an organization and what it has authorized the app to do.
type GetAuthInfoResponse struct {
	AuthAppInfo  AuthAppInfo  `json:"authAppInfo"`
	AuthCorpInfo AuthCorpInfo `json:"authCorpInfo"`
	AuthUserInfo AuthUserInfo `json:"authUserInfo"`
}

// AuthAppInfo lists what of an app an organization has activated.
type AuthAppInfo struct {
	AgentList []AuthAgent `json:"agentList"`
}

// AuthAgent is an app as one organization has it.
type AuthAgent struct {
	AgentID   int64    `json:"agentId"` // in this organization
	AgentName string   `json:"agentName"`
	AppID     int64    `json:"appId"` // in all organizations
	AdminList []string `json:"adminList"`
}

// AuthCorpInfo describes an organization that has authorized an app.
type AuthCorpInfo struct {
	CorpName        string `json:"corpName"`
	Industry        string `json:"industry"`
	LicenseCode     string `json:"licenseCode"`
	AuthChannel     string `json:"authChannel"`
	AuthChannelType string `json:"authChannelType"` // "STAR_ACTIVITY" or empty
	AuthLevel       int64  `json:"authLevel"`       // of verification: 0 none, 1 high, 2 medium, 3 low
	InviteCode      string `json:"inviteCode"`
	InviteURL       string `json:"inviteUrl"`
	CorpLogoURL     string `json:"corpLogoUrl"`
}

// AuthUserInfo names the administrator who authorized an app.
type AuthUserInfo struct {
	UserID string `json:"userId"`
}

// GetAuthInfo returns what an organization has authorized a third-party app to do, and who did. It needs WithTicketStore.
// The error matches ErrNotFound if there is no such organization, ErrPermission if the organization has not authorized the
// app, and ErrPrecondition if no ticket has come yet.
//
// DingTalk docs: "Obtain the authorization of an organization that has activated the app",
// https://open.dingtalk.com/document/development/obtains-the-authorization-information-after-the-enterprise-activates-the-application-1
func (c *Client) GetAuthInfo(ctx context.Context, req GetAuthInfoRequest) (*GetAuthInfoResponse, error) {
	return call[GetAuthInfoResponse](ctx, c, &contract.GetAuthInfo, req)
}
