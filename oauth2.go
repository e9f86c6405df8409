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

// The hosts of the v1.0 API, for WithBaseURL of OAuth2TokenSource. Use the one of the app's region, which is also that
// of the client's base URL: the credentials and tokens of one region are unknown in the other.
const (
	APIBaseURLInternational = "https://api.dingtalk.io"  // the default, for BaseURLInternational
	APIBaseURLChina         = "https://api.dingtalk.com" // for BaseURLChina
)

// OAuth2TokenSource returns a source that fetches the token of an internal app with POST /v1.0/oauth2/accessToken of
// the v1.0 API, which takes the client secret in the body. Without this source a client calls GET /gettoken, with the
// secret in the URL, which gateways and proxies log. Both return the same token, with the same life. Give the source to
// New, which then needs no credentials:
//
//	src, err := dingtalk.OAuth2TokenSource(clientID, clientSecret)
//	...
//	client, err := dingtalk.New("", "", dingtalk.WithTokenSource(src))
//
// It accepts the options of New except WithTokenSource, WithTokenStore and WithMiddleware. It shares none with the
// client: give an http.Client or a logger to both. The default of WithBaseURL is APIBaseURLInternational. The error
// names all invalid arguments.
//
// Each call of Token sends a request, which is repeated like a read, as WithRetry specifies. The client caches the
// token, and limits the time of the whole fetch by its own WithRetry and WithTimeout. Errors match ErrInvalidCredential
// if the ID or the secret is wrong or belongs to the other region, ErrPermission, with RequiredScopes, if the app lacks
// a permission point, ErrRateLimited, or ErrTransient. The new API has string codes: Error.Code is 0, and Error.Reason
// is the string code.
//
// DingTalk docs: "Obtain the accessToken of an internal app",
// https://help.dingtalk.io/open/development/obtain-the-access-token-of-an-internal-app
func OAuth2TokenSource(clientID, clientSecret string, opts ...Option) (TokenSource, error) {
	opts = slices.Concat([]Option{WithBaseURL(APIBaseURLInternational)}, opts)
	cfg := newConfig(clientID, clientSecret, opts)
	cfg.require(cfg.source == nil, "WithTokenSource: OAuth2TokenSource is a source itself")
	cfg.require(len(cfg.middleware) == 0, "WithMiddleware: a middleware never sees the secret; give it to New")
	cfg.require(cfg.store == nil, "WithTokenStore: give the store to New, which keeps the token")
	api, region := dingtalkHost(cfg.baseURL)
	cfg.require(api != "oapi", "WithBaseURL: the v1.0 API is on APIBaseURLInternational or APIBaseURLChina")
	cfg.source, cfg.store = nil, nil // otherwise check would not check the credentials
	if err := cfg.check("OAuth2TokenSource"); err != nil {
		return nil, err
	}
	return &oauth2TokenSource{client: cfg.client(), clientID: cfg.clientID, clientSecret: cfg.clientSecret, region: region}, nil
}

type getOAuth2TokenRequest struct {
	AppKey    string `json:"appKey"`
	AppSecret string `json:"appSecret"`
}

// Format prints no secret.
func (r getOAuth2TokenRequest) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, "accessToken "+redacted)
}

type getOAuth2TokenResponse struct {
	AccessToken string `json:"accessToken"`
	ExpireIn    int64  `json:"expireIn"` // seconds
}

// oauth2TokenSource fetches the token of an internal app from the v1.0 API.
type oauth2TokenSource struct {
	client       *Client // of the v1.0 API; it has no token cache, and needs none
	clientID     string
	clientSecret secret
	region       string // "io" or "com"; empty if it is not known
}

// Format keeps the credentials from being printed.
func (s *oauth2TokenSource) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, "dingtalk.OAuth2TokenSource")
}

func (s *oauth2TokenSource) Token(ctx context.Context) (Token, error) {
	var t target[getOAuth2TokenResponse]
	call := &Call{
		Op:      contract.GetOAuth2Token.Name,
		Path:    contract.GetOAuth2Token.Path,
		Request: getOAuth2TokenRequest{AppKey: s.clientID, AppSecret: s.clientSecret.reveal()},
		want:    &contract.GetOAuth2Token,
		target:  &t,
	}
	if err := s.client.send(ctx, call); err != nil {
		return Token{}, err
	}
	return newToken(t.value.AccessToken, t.value.ExpireIn), nil
}

// dingtalkHost returns which of DingTalk's own hosts a base URL names, "oapi" or "api", and its region, "io" or "com".
// Both are empty for other hosts, such as a gateway or a test server.
func dingtalkHost(baseURL string) (api, region string) {
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

// checkHosts rejects hosts that cannot be used together.
func (c *config) checkHosts() {
	api, region := dingtalkHost(c.baseURL)
	c.require(api != "api", "WithBaseURL: Contacts are on BaseURLInternational or BaseURLChina; the other hosts are for OAuth2TokenSource")
	if src, ok := c.source.(*oauth2TokenSource); ok && region != "" && src.region != "" {
		c.require(region == src.region, "WithTokenSource: the source and the client are of different regions; see APIBaseURLChina")
	}
}
