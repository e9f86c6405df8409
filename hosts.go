package dingtalk

import (
	"cmp"
	"net"
	"net/url"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/internal/rest"
)

// Hosts for WithBaseURL. An app, its credentials and its tokens belong to one region, and are unknown in the other.
const (
	BaseURLInternational = "https://oapi.dingtalk.io" // the default
	BaseURLChina         = "https://oapi.dingtalk.com"
)

// WithBaseURL sets the host: BaseURLChina, or an absolute https URL. Plain http is allowed for the loopback interface,
// where a test server listens; for other hosts see WithInsecureHTTP. An empty one is the default, BaseURLInternational.
// The client adds the paths of the calls, also /v1.0 and /topapi.
//
// The new API and the login page have hosts of their own. They follow from this one: those of the same region
// (api.dingtalk.io and login.dingtalk.io, or .com), or, for any other base URL, that base URL itself, as an emulator
// serves everything. See WithAPIBaseURL and WithLoginBaseURL for others.
func WithBaseURL(url string) Option {
	return func(c *config) { c.baseURL = cmp.Or(url, BaseURLInternational) }
}

// WithAPIBaseURL sets the host of the new API (paths /v1.0/…), under the rules of WithBaseURL, for a gateway that serves
// the two APIs at different addresses. An empty one is the default: the host that follows from the base URL.
func WithAPIBaseURL(url string) Option {
	return func(c *config) { c.apiBaseURL = url }
}

// WithLoginBaseURL sets the host of the login page, to which browsers are sent, under the rules of WithBaseURL. An empty
// one is the default: the host that follows from the base URL. The client itself sends nothing there.
func WithLoginBaseURL(url string) Option {
	return func(c *config) { c.loginBaseURL = url }
}

// WithInsecureHTTP allows base URLs of plain http on hosts other than the loopback interface. The client secret, the
// access token and personal data are then sent unencrypted, and can be read and changed on the way. It is meant for a
// gateway in your own network that adds the encryption.
func WithInsecureHTTP() Option {
	return func(c *config) { c.insecure = true }
}

// LoginBaseURL returns the host of the login page, without a slash at its end.
func (c *Client) LoginBaseURL() string { return c.loginBaseURL }

// APIBaseURL returns the host of the new API, without a slash at its end.
func (c *Client) APIBaseURL() string { return c.apiBaseURL }

// ClientID returns the client ID that New received; it may be empty with WithTokenSource.
func (c *Client) ClientID() string { return c.clientID }

// CorpID returns the organization of WithCorpToken; empty without that option.
func (c *Client) CorpID() string { return c.corpID }

// The names of DingTalk's hosts, before the domain of the region.
const (
	legacyHost = "oapi"
	apiHost    = "api"
	loginHost  = "login"
)

// hosts returns the base URLs of the two APIs.
func (c *config) hosts() rest.Hosts {
	return rest.Hosts{Legacy: c.baseURL, New: c.apiBase()}
}

// apiBase returns the base URL of the new API.
func (c *config) apiBase() string {
	return strings.TrimRight(cmp.Or(c.apiBaseURL, twin(c.baseURL, apiHost)), "/")
}

// loginBase returns the base URL of the login page.
func (c *config) loginBase() string {
	return strings.TrimRight(cmp.Or(c.loginBaseURL, twin(c.baseURL, loginHost)), "/")
}

// twin returns the base URL of another host in the region of baseURL, or baseURL itself if that is not DingTalk's own.
func twin(baseURL, host string) string {
	own, region := dingtalkHost(baseURL)
	u, err := url.Parse(baseURL)
	if own == "" || err != nil {
		return baseURL
	}
	port := u.Port()
	if u.Host = host + ".dingtalk." + region; port != "" {
		u.Host = net.JoinHostPort(u.Host, port)
	}
	return u.String()
}

// dingtalkHost returns which of DingTalk's own hosts a base URL names, and its region, "io" or "com". Both are empty for
// other hosts, such as a gateway or a test server.
func dingtalkHost(baseURL string) (host, region string) {
	u, err := url.Parse(baseURL)
	if err != nil {
		return "", ""
	}
	host, region, _ = strings.Cut(strings.ToLower(u.Hostname()), ".dingtalk.")
	if (host != legacyHost && host != apiHost && host != loginHost) || (region != "io" && region != "com") {
		return "", ""
	}
	return host, region
}

// checkHosts rejects base URLs that cannot be used, or not together.
func (c *config) checkHosts() {
	c.checkBaseURL("WithBaseURL", c.baseURL)
	own, region := dingtalkHost(c.baseURL)
	c.require(own == "" || own == legacyHost,
		"WithBaseURL: Contacts are on BaseURLInternational or BaseURLChina, from which the other hosts follow")
	for _, other := range []struct{ option, baseURL, host string }{
		{"WithAPIBaseURL", c.apiBaseURL, apiHost}, {"WithLoginBaseURL", c.loginBaseURL, loginHost},
	} {
		if other.baseURL == "" {
			continue
		}
		c.checkBaseURL(other.option, other.baseURL)
		otherOwn, otherRegion := dingtalkHost(other.baseURL)
		c.require(otherOwn == "" || otherOwn == other.host, other.option+": a host of another purpose")
		c.require(otherRegion == "" || region == "" || otherRegion == region, other.option+": the region is not that of WithBaseURL")
	}
}

// checkBaseURL rejects what is not a base URL, has no calls below it, or would send secrets in the clear.
func (c *config) checkBaseURL(option, baseURL string) {
	u, err := url.Parse(baseURL)
	switch {
	case err != nil, u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "":
		c.require(false, option+": not an absolute http or https address")
	case u.User != nil:
		c.require(false, option+": an address with a user name or password")
	case u.Scheme == "http" && !c.insecure && !isLoopback(u.Hostname()):
		c.require(false, option+": plain http would send the client secret in the clear; use https, or add WithInsecureHTTP")
	case u.RawQuery != "" || u.ForceQuery || strings.Contains(baseURL, "#"):
		c.require(false, option+": an address with a query or fragment")
	case strings.Trim(u.Path, "/") != "":
		own, _ := dingtalkHost(baseURL)
		c.require(own == "", option+": an address of DingTalk with a path; leave the path out, for the client adds it, /v1.0 and /topapi included")
	}
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}
