package dingtalk

import (
	"crypto"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/rest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/tokenshare"
)

const (
	defaultTimeout   = 10 * time.Second
	defaultUserAgent = "dingtalk-go"
)

// Option sets an option of New. The order of options does not matter.
type Option func(*config)

// WithHTTPClient sends requests through the transport of hc, for a proxy or certificates, or for
// httpmock.ActivateNonDefault(hc), which may be called before or after New. The transport is read at each request, and hc
// is never written to. A Timeout of hc bounds each attempt. Its cookie jar and redirect policy are not used.
func WithHTTPClient(hc *http.Client) Option {
	return func(c *config) { c.http = hc }
}

// WithTokenSource takes access tokens from src instead of /gettoken. The client caches a token until shortly before it
// expires. New then needs neither client ID nor client secret, except for the operations that send them themselves, such
// as GetUserAccessToken.
func WithTokenSource(src TokenSource) Option {
	return func(c *config) {
		c.source = src
		c.require(src != nil, "WithTokenSource: the source is nil")
	}
}

// WithLogger sets the logger. Each attempt is logged at level Debug, with operation, number of the attempt, the wait before
// it, duration, errcode, request ID and class of the error, but never the URL, a body or a secret. At level Warn it logs the
// beginning and the end of a ban and of the time in which HTML pages come in place of responses, that calls of Bulk wait for
// either, that calls have been waiting for the rate limit for more than five seconds, at most once a minute, and, once until
// it has recovered, that a token cannot be renewed or a token store fails. The default is to log nothing.
func WithLogger(l *slog.Logger) Option {
	return func(c *config) { c.logger = l }
}

// WithMiddleware wraps every call in mw. Of WithMiddleware(a, b), a sees the call first.
func WithMiddleware(mw ...Middleware) Option {
	return func(c *config) {
		for _, m := range mw {
			c.require(m != nil, "WithMiddleware: a middleware is nil")
		}
		c.middleware = append(c.middleware, mw...)
	}
}

// WithUserAgent sets the User-Agent header. A blank one means the default, "dingtalk-go".
func WithUserAgent(ua string) Option {
	return func(c *config) {
		if c.userAgent = ua; strings.Trim(ua, " ") == "" {
			c.userAgent = defaultUserAgent
		}
	}
}

// WithTimeout bounds each attempt, from the connection to the last byte of the response. The default is 10 s. The whole
// call, including delays between attempts, is bounded only by the caller's context.
func WithTimeout(d time.Duration) Option {
	return func(c *config) { c.timeout = d }
}

// config holds the options of a client.
type config struct {
	clientID     string
	clientSecret secret
	baseURL      string
	apiBaseURL   string // empty: follows from baseURL
	loginBaseURL string // likewise
	insecure     bool
	http         *http.Client
	source       TokenSource
	oauth2       bool
	corpID       string // empty: the organization of the app
	suiteTickets TicketStore
	ticketKeys   *tokenshare.Keyring
	sso          *ssoCredential
	digest       crypto.Hash
	store        TokenStore
	keys         *tokenshare.Keyring
	breaker      *tokenshare.Breaker
	retry        RetryPolicy
	logger       *slog.Logger
	middleware   []Middleware
	userAgent    string
	timeout      time.Duration
	rate         *RateLimit // nil: the default
	limiter      Limiter
	maxWait      time.Duration
	faults       []string // of the arguments, for the error
}

// newConfig returns the defaults, changed by opts.
func newConfig(clientID, clientSecret string, opts []Option) *config {
	c := &config{
		clientID:     clientID,
		clientSecret: hide(clientSecret),
		baseURL:      BaseURLInternational,
		digest:       crypto.SHA256,
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

// require adds a fault unless ok.
func (c *config) require(ok bool, fault string) {
	if !ok {
		c.faults = append(c.faults, fault)
	}
}

// check fills in defaults, and returns an error that names all faults.
func (c *config) check() error {
	if c.source == nil {
		c.checkCredential("client ID", c.clientID)
		c.checkCredential("client secret", c.clientSecret.reveal())
	} else if c.store != nil {
		c.checkCredential("client ID, which a token store needs,", c.clientID)
	}
	if _, ok := c.source.(staticToken); ok {
		c.require(c.store == nil, "WithTokenStore: a StaticToken cannot be shared")
	}
	c.require(c.source == nil || !c.oauth2, "WithOAuth2Token: the tokens come from WithTokenSource already")
	c.require(c.corpID == "" || c.source == nil && !c.oauth2, "WithCorpToken: the tokens come from WithTokenSource or WithOAuth2Token already")
	c.checkHosts()
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
	return &Error{Op: "New", Err: errors.New(strings.Join(c.faults, "; ")), class: ErrInvalidArgument}
}

func (c *config) checkCredential(name, value string) {
	switch {
	case value == "":
		c.require(false, "the "+name+" is empty")
	case strings.TrimSpace(value) != value: // as when it is read from a file
		c.require(false, "the "+name+" begins or ends with white space")
	}
}

func notPrintable(r rune) bool { return r < ' ' || r > '~' }
