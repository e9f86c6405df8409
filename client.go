package dingtalk

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/backoff"
	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
	"github.com/dingtalk-contacts/dingtalk-go/internal/rest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/tokencache"
)

// Client calls DingTalk for one app. It is made by New, does not change afterwards, is safe for use by many
// goroutines at once, and needs no closing. One client for an app is enough, and shares its token and its
// connections. The zero Client is of no use.
type Client struct {
	http    *http.Client
	rest    *rest.Client
	tokens  *tokencache.Cache
	secret  secret
	retry   RetryPolicy
	logger  *slog.Logger
	limiter Limiter
	bulk    bool
	invoke  Invoker

	refetches int // how often a call replaces a refused token: /gettoken may hand out the same one again
}

// New returns a client for the app with these credentials, which the developer console shows as client ID
// (also: app key) and client secret. It makes no call: wrong credentials show at the first one, or with
// Token. The error names all that is wrong with the arguments.
func New(clientID, clientSecret string, opts ...Option) (*Client, error) {
	cfg := newConfig(clientID, clientSecret, opts)
	cfg.checkHosts()
	if err := cfg.check("New"); err != nil {
		return nil, err
	}
	c := cfg.client()
	source := cfg.source
	if source == nil {
		source = appSource{client: c, id: cfg.clientID, password: cfg.clientSecret}
	}
	patience := time.Duration(cfg.retry.MaxAttempts) * (cfg.timeout + cfg.retry.MaxDelay)
	fetch := fetchFrom(source, cfg.clientSecret)
	c.tokens = tokencache.New(patience, fetch)
	if cfg.store != nil {
		c.tokens = c.shared(cfg, fetch, patience)
		c.refetches = 2 // what the store had in place of the first may be refused as well
	}
	c.invoke = c.send
	for _, mw := range slices.Backward(cfg.middleware) {
		c.invoke = mw(c.invoke)
	}
	return c, nil
}

// client is a client without tokens and middleware.
func (c *config) client() *Client {
	return &Client{
		http:    c.http,
		rest:    rest.New(c.http, c.baseURL, c.userAgent, c.timeout),
		secret:  c.clientSecret,
		retry:   c.retry,
		logger:  c.logger,
		limiter: c.limiter,

		refetches: 1,
	}
}

// HTTPClient returns the very http.Client whose transport is in use, for httpmock.ActivateNonDefault.
func (c *Client) HTTPClient() *http.Client { return c.http }

// send makes attempts until one succeeds or none is sensible.
func (c *Client) send(ctx context.Context, call *Call) error {
	if ctx == nil {
		return noContext(call.Op)
	}
	req, err := c.request(call)
	if err != nil {
		return &Error{Op: call.Op, Err: err, class: ErrInvalidArgument}
	}
	unknown := false // whether an attempt so far may have been applied
	for n := 1; ; {
		if ctx.Err() != nil {
			return &Error{Op: call.Op, Err: rest.ContextError(ctx), unknown: unknown}
		}
		permit, fail := c.admit(ctx, call, &req)
		if fail != nil {
			fail.unknown = unknown
			return fail
		}
		verdict := c.attempt(ctx, call, &req, permit, n)
		if verdict.err == nil {
			return nil
		}
		unknown = unknown || verdict.err.unknown
		verdict.err.unknown = unknown

		if verdict.tokenRefused && len(req.Former) < c.refetches && !slices.Contains(req.Former, req.Token) {
			c.tokens.Invalidate(req.Token)
			req.Former = append(req.Former, req.Token)
			continue
		}
		pause, again := c.pause(ctx, call.want, verdict, n)
		if !again {
			return verdict.err
		}
		_ = backoff.Sleep(ctx, pause) // that it was cut short shows above
		n++
	}
}

func (c *Client) request(call *Call) (rest.Request, error) {
	if call.want == nil {
		return rest.Request{}, errors.New("a middleware passed on a Call that it made itself")
	}
	req := rest.Request{
		Method: call.want.Method, Path: call.want.Path, Secret: c.secret.reveal(), Write: call.want.Write,
		Close: call.want.Anonymous, // the response has a token
	}
	if r, ok := call.Request.(getTokenRequest); ok {
		req.Query = r.query()
		return req, nil
	}
	switch {
	case call.want.Method == http.MethodGet:
		return req, nil
	case call.Request == nil:
		req.Body = []byte("{}")
		return req, nil
	}
	var err error
	req.Body, err = marshalRaw(call.Request)
	return req, err
}

// attempt makes one exchange, judges it and gives the permit for it back.
func (c *Client) attempt(ctx context.Context, call *Call, req *rest.Request, permit Permit, n int) verdict {
	var start time.Time
	logs := c.logger.Enabled(ctx, slog.LevelDebug)
	if logs {
		start = time.Now()
	}
	answer, v := c.exchange(ctx, call, req, permit)
	if v.err == nil {
		call.Response = call.target.result()
	}
	if logs {
		c.log(ctx, call.Op, n, time.Since(start), answer, v.err)
	}
	return v
}

// exchange gives the permit back also when the goroutine ends within, as FailNow in a test's transport ends it.
func (c *Client) exchange(ctx context.Context, call *Call, req *rest.Request, permit Permit) (answer rest.Answer, v verdict) {
	v.outcome.Unanswered = true
	defer func() { permit.Release(v.outcome) }()
	want := rest.Want{Payload: call.want.Payload, Fields: call.want.Response, Into: call.target.into()}
	answer, err := c.rest.Do(ctx, *req, want)
	if r, ok := call.Request.(identified); ok && err == nil && !answer.Refused() && !r.repeatedBy(call.target.result()) {
		if answer.HTTP1 {
			c.rest.Distrust()
		}
		err = &rest.Failure{Kind: rest.Malformed, Status: answer.Status, Err: errOtherID}
	}
	return answer, judge(ctx, call.want, answer, err)
}

func (c *Client) log(ctx context.Context, op string, n int, took time.Duration, answer rest.Answer, err *Error) {
	attrs := []slog.Attr{slog.String("op", op), slog.Int("attempt", n), slog.Duration("duration", took)}
	switch {
	case answer.Status == 0: // the documented answer did not come
	case answer.Word != "":
		attrs = append(attrs, slog.String("code", answer.Word), slog.String("request_id", answer.RequestID))
	default:
		attrs = append(attrs, slog.Int("errcode", answer.Code), slog.String("request_id", answer.RequestID))
	}
	if err != nil {
		attrs = append(attrs, slog.Int("http_status", err.HTTPStatus), slog.String("error", err.Error()))
	}
	c.logger.LogAttrs(ctx, slog.LevelDebug, "dingtalk attempt", attrs...)
}

// pause says whether to try again after attempt n, and when.
func (c *Client) pause(ctx context.Context, ep *contract.Endpoint, v verdict, n int) (time.Duration, bool) {
	if !v.passing || n >= c.retry.MaxAttempts || ctx.Err() != nil {
		return 0, false
	}
	if !v.undone && ep.Repeat != contract.Always {
		return 0, false
	}
	pause := backoff.Delay(n, c.retry.BaseDelay, c.retry.MaxDelay)
	if wait := v.err.RetryAfter; wait > 0 {
		if wait > c.retry.MaxDelay {
			return 0, false
		}
		pause = wait + backoff.Delay(1, c.retry.BaseDelay, c.retry.MaxDelay)
	}
	return pause, backoff.Fits(ctx, pause)
}

// noToken is the error of a call that never went out, for want of a token.
func noToken(ctx context.Context, op string, err error) *Error {
	failed, ok := err.(tokenError) //nolint:errorlint // the cache passes on what fetchFrom made
	if !ok {
		if ctx.Err() != nil {
			err = rest.ContextError(ctx)
			return &Error{Op: op, Err: err}
		}
		class := ErrInvalidToken
		if t, ok := err.(interface{ Timeout() bool }); ok && t.Timeout() {
			class = ErrTransient
		}
		return &Error{Op: op, Err: err, class: class}
	}
	cause := failed.cause
	return &Error{
		Op: op, Code: cause.Code, Message: cause.Message, RequestID: cause.RequestID,
		HTTPStatus: cause.HTTPStatus, RetryAfter: cause.RetryAfter, RequiredScopes: cause.RequiredScopes,
		Err: cause, class: cause.category(),
	}
}
