package dingtalk

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/rest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/tokenshare"
)

// Hosts for WithBaseURL of New. Apps, people and tokens belong to one region: the credentials of one host are
// unknown to the other.
const (
	BaseURLInternational = "https://oapi.dingtalk.io" // the default
	BaseURLChina         = "https://oapi.dingtalk.com"
)

const (
	defaultTimeout   = 10 * time.Second
	defaultUserAgent = "dingtalk-go"
)

// Option changes a setting of New, or of OAuth2TokenSource. The order of options does not matter.
type Option func(*config)

// RetryPolicy says how often and how patiently a call is repeated. Only what is proven safe to repeat is
// repeated at all; see the package documentation. A zero field has its default.
type RetryPolicy struct {
	MaxAttempts int           // in all; 1 = never again. Default 3
	BaseDelay   time.Duration // ceiling of the first pause, doubled by each further one. Default 200 ms
	MaxDelay    time.Duration // the longest pause; a service that asks for more is not asked again. Default 5 s
}

// WithBaseURL chooses the host: BaseURLChina, or an absolute https address; plain http is for the loopback
// interface, as of a test server (but see WithInsecureHTTP). The default is BaseURLInternational.
func WithBaseURL(url string) Option {
	return func(c *config) { c.baseURL = url }
}

// WithInsecureHTTP allows a base URL of plain http on other hosts than one's own. The client secret, the
// access token and people's data then travel in the clear, for everybody on the way to read and change. It
// is meant for a gateway in one's own network that adds the encryption.
func WithInsecureHTTP() Option {
	return func(c *config) { c.insecure = true }
}

// WithHTTPClient sends requests through the transport of hc, for a proxy or certificates of one's own, or
// for httpmock.ActivateNonDefault(hc), which may be called before or after New. The transport is read at
// each request and hc is never written to; a Timeout in it bounds each attempt; its cookie jar and redirect
// policy are not used.
func WithHTTPClient(hc *http.Client) Option {
	return func(c *config) { c.http = hc }
}

// WithTokenSource takes access tokens from src, such as OAuth2TokenSource, instead of /gettoken. They are cached
// until shortly before they expire. New then needs neither client ID nor client secret.
func WithTokenSource(src TokenSource) Option {
	return func(c *config) {
		c.source = src
		c.require(src != nil, "WithTokenSource: the source is nil")
	}
}

// WithRetry replaces the retry policy.
func WithRetry(p RetryPolicy) Option {
	return func(c *config) { c.retry = p }
}

// WithLogger logs each attempt at level Debug: operation, errcode, request ID, duration; never the address
// called, a body or a secret. At level Warn it logs trouble with a token store. The default discards.
func WithLogger(l *slog.Logger) Option {
	return func(c *config) { c.logger = l }
}

// WithMiddleware puts mw around every call; of WithMiddleware(a, b), a sees the call first.
func WithMiddleware(mw ...Middleware) Option {
	return func(c *config) {
		for _, m := range mw {
			c.require(m != nil, "WithMiddleware: a middleware is nil")
		}
		c.middleware = append(c.middleware, mw...)
	}
}

// WithUserAgent replaces the User-Agent header. A blank one leaves the default, "dingtalk-go".
func WithUserAgent(ua string) Option {
	return func(c *config) {
		if c.userAgent = ua; strings.Trim(ua, " ") == "" {
			c.userAgent = defaultUserAgent
		}
	}
}

// WithTimeout bounds one attempt, from the connection to the last byte of the answer. The default is 10 s.
// The whole call, pauses included, is bounded by the caller's context.
func WithTimeout(d time.Duration) Option {
	return func(c *config) { c.timeout = d }
}

type config struct {
	clientID     string
	clientSecret secret
	baseURL      string
	insecure     bool
	http         *http.Client
	source       TokenSource
	store        TokenStore
	keys         *tokenshare.Keyring
	retry        RetryPolicy
	logger       *slog.Logger
	middleware   []Middleware
	userAgent    string
	timeout      time.Duration
	rate         *RateLimit // nil: the default
	limiter      Limiter
	faults       []string
}

func newConfig(clientID, clientSecret string, opts []Option) *config {
	c := &config{
		clientID:     clientID,
		clientSecret: hide(clientSecret),
		baseURL:      BaseURLInternational,
		http:         &http.Client{Transport: rest.DefaultTransport()},
		logger:       slog.New(slog.DiscardHandler),
		userAgent:    defaultUserAgent,
		timeout:      defaultTimeout,
	}
	for _, opt := range opts {
		if c.require(opt != nil, "an option is nil"); opt != nil {
			opt(c)
		}
	}
	return c
}

func (c *config) require(ok bool, fault string) {
	if !ok {
		c.faults = append(c.faults, fault)
	}
}

// check fills in what was left out, and names every fault at once.
func (c *config) check(op string) error {
	if c.source == nil {
		c.checkCredential("client ID", c.clientID)
		c.checkCredential("client secret", c.clientSecret.reveal())
	} else if c.store != nil {
		c.checkCredential("client ID, which a token store needs,", c.clientID)
	}
	if _, ok := c.source.(staticToken); ok {
		c.require(c.store == nil, "WithTokenStore: a StaticToken cannot be shared")
	}
	c.checkBaseURL()
	c.checkRetry()
	c.checkLimiter()
	c.require(c.http != nil, "WithHTTPClient: the client is nil")
	c.require(c.logger != nil, "WithLogger: the logger is nil")
	c.require(c.timeout > 0, "WithTimeout: the timeout must be positive")
	c.require(strings.IndexFunc(c.userAgent, notPrintable) < 0, "WithUserAgent: only printable ASCII is allowed")
	if c.http != nil && c.http.Timeout > 0 {
		c.timeout = min(c.timeout, c.http.Timeout)
	}
	if len(c.faults) == 0 {
		return nil
	}
	return &Error{Op: op, Err: errors.New(strings.Join(c.faults, "; ")), class: ErrInvalidArgument}
}

func (c *config) checkCredential(name, value string) {
	switch {
	case value == "":
		c.require(false, "the "+name+" is empty")
	case strings.TrimSpace(value) != value: // as read from a file or a variable
		c.require(false, "the "+name+" begins or ends with white space")
	}
}

func (c *config) checkBaseURL() {
	u, err := url.Parse(c.baseURL)
	switch {
	case err != nil, u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "":
		c.require(false, "WithBaseURL: not an absolute http or https address")
	case u.User != nil:
		c.require(false, "WithBaseURL: an address with a user name or password")
	case u.Scheme == "http" && !c.insecure && !isLoopback(u.Hostname()):
		c.require(false, "WithBaseURL: plain http would send the client secret in the clear; use https, or add WithInsecureHTTP")
	case u.RawQuery != "" || u.ForceQuery || strings.Contains(c.baseURL, "#"):
		c.require(false, "WithBaseURL: an address with a query or fragment")
	}
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

func (c *config) checkRetry() {
	p := &c.retry
	c.require(p.MaxAttempts >= 0 && p.BaseDelay >= 0 && p.MaxDelay >= 0, fmt.Sprintf("WithRetry: a field of %+v is negative", *p))
	if p.MaxAttempts == 0 {
		p.MaxAttempts = 3
	}
	if p.BaseDelay == 0 {
		p.BaseDelay = 200 * time.Millisecond
	}
	if p.MaxDelay == 0 {
		p.MaxDelay = 5 * time.Second
	}
}

func notPrintable(r rune) bool { return r < ' ' || r > '~' }
