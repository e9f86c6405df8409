package dingtalk

// WithOAuth2Token fetches access tokens with POST /v1.0/oauth2/accessToken of the new API, which takes the client secret
// in the body. Without this option a client calls GET /gettoken, with the secret in the URL, which gateways and proxies
// log. Both return the same token, with the same life. The host of the new API follows from the base URL; see
// WithAPIBaseURL. It excludes WithTokenSource.
//
// DingTalk docs: "Obtain the accessToken of an internal app",
// https://help.dingtalk.io/open/development/obtain-the-access-token-of-an-internal-app
func WithOAuth2Token() Option {
	return func(c *config) { c.oauth2 = true }
}

type getOAuth2TokenRequest struct {
	AppKey    string `json:"appKey"`
	AppSecret Secret `json:"appSecret"`
}

type getOAuth2TokenResponse struct {
	AccessToken string `json:"accessToken"`
	ExpireIn    int64  `json:"expireIn"` // seconds
}
