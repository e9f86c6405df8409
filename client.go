package dingtalk

import (
	"crypto"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/rest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/tokencache"
	"github.com/dingtalk-contacts/dingtalk-go/internal/tokenshare"
)

// Client calls DingTalk for one app. New makes it; it does not change afterwards, is safe for concurrent use, and
// needs no closing: see CloseIdleConnections. One client is enough for an app: it shares its token and its connections.
// The zero Client is not usable.
type Client struct {
	clientID     string
	secret       secret
	apiBaseURL   string
	loginBaseURL string
	http         *http.Client
	rest         *rest.Client
	tokens       *tokencache.Cache
	ssoTokens    *tokencache.Cache // nil without WithSSOSecret
	suiteTokens  *tokencache.Cache // nil without WithTicketStore
	suite        *suiteTickets     // likewise
	corpID       string            // of WithCorpToken
	tickets      *tokencache.Cache
	digest       crypto.Hash // of SignJSAPI
	retry        RetryPolicy
	logger       *slog.Logger
	limiter      Limiter
	maxWait      time.Duration // 0: as long as it takes
	waits        *waits
	gate         *gate
	bulk         bool
	invoke       Invoker

	refetches int // how often a call replaces a refused token: /gettoken may return the same one again
}

// New returns a client for the app with these credentials, which the developer console shows as client ID
// (also: app key) and client secret. It makes no call: wrong credentials show at the first call, or with
// Token. The error names all faults of the arguments.
func New(clientID, clientSecret string, opts ...Option) (*Client, error) {
	cfg := newConfig(clientID, clientSecret, opts)
	if err := cfg.check(); err != nil {
		return nil, err
	}
	c := &Client{
		clientID:     cfg.clientID,
		secret:       cfg.clientSecret,
		apiBaseURL:   cfg.apiBase(),
		loginBaseURL: cfg.loginBase(),
		http:         cfg.http,
		rest:         rest.New(cfg.http, cfg.hosts(), cfg.userAgent, cfg.timeout),
		retry:        cfg.retry,
		logger:       cfg.logger,
		limiter:      cfg.limiter,
		maxWait:      cfg.maxWait,
		waits:        &waits{logger: cfg.logger},
		gate:         newGate(cfg.logger),
		digest:       cfg.digest,
		corpID:       cfg.corpID,

		refetches: 1,
	}
	if cfg.store != nil {
		c.refetches = 1 + tokenshare.MaxStale // what the store has in place of the first may be refused as well
	}
	fetchTimeout := time.Duration(cfg.retry.MaxAttempts) * (cfg.timeout + cfg.retry.MaxDelay)
	c.tokens = c.newTokenCache(cfg, c.fetchFrom(cfg.tokenSource(c), cfg.clientSecret), fetchTimeout, cfg.storeKey())
	if cfg.suiteTickets != nil {
		c.suite = &suiteTickets{store: cfg.suiteTickets, key: cfg.ticketKey(), ring: cfg.ticketKeys}
		c.suiteTokens = c.newTokenCache(cfg, c.fetchFrom(suiteTokenSource{c}, cfg.clientSecret), fetchTimeout, cfg.suiteTokenKey())
	}
	if cfg.sso != nil {
		c.ssoTokens = tokencache.New(fetchTimeout, c.fetchFrom(ssoTokenSource{c, cfg.sso}, cfg.sso.secret))
	}
	c.tickets = tokencache.New(fetchTimeout, c.fetchFrom(&ticketSource{client: c}, cfg.clientSecret))
	c.invoke = c.send
	for _, mw := range slices.Backward(cfg.middleware) {
		c.invoke = mw(c.invoke)
	}
	return c, nil
}

// tokenSource returns where the tokens of a client come from.
func (c *config) tokenSource(client *Client) TokenSource {
	switch {
	case c.source != nil:
		return c.source
	case c.corpID != "":
		return corpTokenSource{client: client, corpID: c.corpID}
	}
	return appTokenSource{client: client, oauth2: c.oauth2}
}

// HTTPClient returns the http.Client whose transport is in use, for httpmock.ActivateNonDefault.
func (c *Client) HTTPClient() *http.Client { return c.http }

// CloseIdleConnections closes the connections that no request is using, of the http.Client in use, which other clients
// may share. A client that is not needed any longer keeps its idle connections, and a few goroutines, until their time is
// over: call it in a program that makes many clients. The client remains usable.
func (c *Client) CloseIdleConnections() { c.http.CloseIdleConnections() }

// Format keeps the secrets of a client from being printed.
func (c *Client) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "dingtalk.Client") }
