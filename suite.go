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

// exchange obtains a token with the stored ticket. If the service refuses the ticket and another one has been stored
// meanwhile, it tries once more with that one.
func (s *suiteTickets) exchange(ctx context.Context, obtain func(ticket Secret) (Token, error)) (Token, error) {
	var refused Secret
	var refusal error
	for {
		ticket, fail := s.current(ctx)
		switch {
		case fail != nil:
			return Token{}, fail
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

// current returns the stored ticket.
func (s *suiteTickets) current(ctx context.Context) (Secret, *Error) {
	ticket, err := s.load(ctx)
	_, unreadable := errors.AsType[tokenshare.Unreadable](err)
	switch {
	case err == nil:
		return ticket, nil
	case unreadable || errors.Is(err, ErrNoTicket):
		return Secret{}, &Error{Op: "SuiteTicket", Err: err, class: ErrPrecondition}
	}
	return Secret{}, &Error{Op: "SuiteTicket", Err: s.redacted(err, ticket), class: ErrTransient}
}

// redacted returns an error of the store without the ticket, and without anything else as long as one.
func (s *suiteTickets) redacted(err error, ticket Secret) error {
	return errors.New(tokenLike.ReplaceAllString(rest.Redact(err, ticket.Reveal()).Error(), redacted))
}
