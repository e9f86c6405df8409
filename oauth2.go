package dingtalk

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// Hosts for WithBaseURL of OAuth2TokenSource: those of the new API, which has its own. Take the one of the region
// that the app is in, and that the client's base URL names: the credentials and tokens of one region are unknown to
// the other.
const (
	APIBaseURLInternational = "https://api.dingtalk.io" // the default, beside BaseURLInternational
	APIBaseURLChina         = "https://api.dingtalk.com"
)

// OAuth2TokenSource obtains the token of an internal app from POST /v1.0/oauth2/accessToken of the new API, which
// takes the client secret in the body. Without it a client calls GET /gettoken, with the secret in the URL, where
// gateways and proxies log it. The token is the same, and lives by the same rule. Give the source to New, which then
// needs no credentials:
//
//	src, err := dingtalk.OAuth2TokenSource(clientID, clientSecret)
//	...
//	client, err := dingtalk.New("", "", dingtalk.WithTokenSource(src))
//
// It takes the options of New but for WithTokenSource, WithTokenStore and WithMiddleware, and shares none with the client: an
// http.Client, logger or base URL of one's own is given to both. Its base URL is APIBaseURLInternational unless
// WithBaseURL says otherwise. The error names all that is wrong with the arguments.
//
// Every Token is a call, repeated like a read as WithRetry says; it is the client that keeps the token, and bounds
// the whole of its fetch by its own WithRetry and WithTimeout. Expect errors of the class ErrInvalidCredential when ID
// or secret are wrong or belong to the other region, ErrPermission with RequiredScopes when the app lacks a permission
// point, ErrRateLimited, and ErrTransient. The codes of the new API are words: Error.Code is 0, and Error.Message
// begins with the word.
//
// DingTalk docs: "Obtain the accessToken of an internal app",
// https://help.dingtalk.io/open/development/obtain-the-access-token-of-an-internal-app
func OAuth2TokenSource(clientID, clientSecret string, opts ...Option) (TokenSource, error) {
	opts = slices.Concat([]Option{WithBaseURL(APIBaseURLInternational)}, opts)
	cfg := newConfig(clientID, clientSecret, opts)
	cfg.require(cfg.source == nil, "WithTokenSource: OAuth2TokenSource is a source itself")
	cfg.require(len(cfg.middleware) == 0, "WithMiddleware: a middleware never sees the secret; give it to New")
	cfg.require(cfg.store == nil, "WithTokenStore: give the store to New, which keeps the token")
	api, region := ownHost(cfg.baseURL)
	cfg.require(api != "oapi", "WithBaseURL: the new API is on APIBaseURLInternational or APIBaseURLChina")
	cfg.source, cfg.store = nil, nil // or the credentials would not be looked at
	if err := cfg.check("OAuth2TokenSource"); err != nil {
		return nil, err
	}
	return &oauth2Source{client: cfg.client(), id: cfg.clientID, password: cfg.clientSecret, region: region}, nil
}

type getOAuth2TokenRequest struct {
	AppKey    string `json:"appKey"`
	AppSecret string `json:"appSecret"`
}

// Format hides the secret.
func (r getOAuth2TokenRequest) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, "accessToken "+redacted)
}

type getOAuth2TokenResponse struct {
	AccessToken string `json:"accessToken"`
	ExpireIn    int64  `json:"expireIn"` // seconds
}

// oauth2Source obtains the token of an internal app from the new API.
type oauth2Source struct {
	client   *Client // of the new API: it has no tokens, and needs none
	id       string
	password secret
	region   string // empty: not known
}

func (s *oauth2Source) Token(ctx context.Context) (Token, error) {
	var t target[getOAuth2TokenResponse]
	call := &Call{
		Op:      contract.GetOAuth2Token.Name,
		Path:    contract.GetOAuth2Token.Path,
		Request: getOAuth2TokenRequest{AppKey: s.id, AppSecret: s.password.reveal()},
		want:    &contract.GetOAuth2Token,
		target:  &t,
	}
	if err := s.client.send(ctx, call); err != nil {
		return Token{}, err
	}
	return newToken(t.value.AccessToken, t.value.ExpireIn), nil
}

// ownHost tells which of DingTalk's own hosts an address names: "oapi" or "api", and what tells its region. Other
// addresses, as of a gateway or a test, tell nothing.
func ownHost(baseURL string) (api, region string) {
	u, err := url.Parse(baseURL)
	if err != nil {
		return "", ""
	}
	api, region, _ = strings.Cut(strings.ToLower(u.Hostname()), ".dingtalk.")
	if (api != "oapi" && api != "api") || (region != "io" && region != "com") {
		return "", ""
	}
	return api, region
}

// checkHosts finds the hosts that cannot work together.
func (c *config) checkHosts() {
	api, region := ownHost(c.baseURL)
	c.require(api != "api", "WithBaseURL: Contacts are on BaseURLInternational or BaseURLChina; the other hosts are for OAuth2TokenSource")
	if src, ok := c.source.(*oauth2Source); ok && region != "" && src.region != "" {
		c.require(region == src.region, "WithTokenSource: the source and the client are of different regions; see APIBaseURLChina")
	}
}
