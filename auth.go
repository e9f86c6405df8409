package dingtalk

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
	"github.com/dingtalk-contacts/dingtalk-go/internal/rest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/tokencache"
)

// Token is an access token.
type Token struct {
	Value   Secret
	Expires time.Time // zero: never
}

// TokenSource provides access tokens. The client caches the token, never calls the source twice at the same time, and
// calls it again after the service has refused a token. An *Error that a source returns keeps its class; any other
// error matches ErrInvalidToken as well as the error that the source returned.
type TokenSource interface {
	Token(ctx context.Context) (Token, error)
}

// StaticToken returns a source of one token, which was obtained elsewhere.
func StaticToken(value string) TokenSource { return staticToken(hide(value)) }

type staticToken secret

func (t staticToken) Token(context.Context) (Token, error) {
	return Token{Value: NewSecret(secret(t).reveal())}, nil
}

// secret holds a text in a closure, so that fmt and encoders cannot print it. Unlike a Secret it costs nothing to
// reveal, as each call does, but it cannot be compared.
type secret func() string

func hide(text string) secret     { return func() string { return text } }
func (s secret) reveal() string   { return s() }
func (s secret) GoString() string { return redacted }
func (s secret) String() string   { return redacted }

// defaultTokenLife is the life of a token if the response does not contain it: the documented two hours.
const defaultTokenLife = 2 * time.Hour

// maxTokenSeconds is the longest life of a token in seconds, a year, even if the response contains a longer one.
const maxTokenSeconds = 365 * 24 * 60 * 60

type getTokenRequest struct {
	AppKey    string `json:"appkey"`
	AppSecret Secret `json:"appsecret"`
}

// query returns the query of the request, and the secrets in it.
func (r getTokenRequest) query() (query url.Values, secrets []string) {
	appSecret := r.AppSecret.Reveal()
	return url.Values{"appkey": {r.AppKey}, "appsecret": {appSecret}}, []string{appSecret}
}

type getTokenResponse struct {
	AccessToken string `json:"access_token"`
	ExpiresIn   int64  `json:"expires_in"` // seconds
}

// appTokenSource fetches the token of an internal app.
type appTokenSource struct {
	client *Client
	oauth2 bool // from the new API
}

func (s appTokenSource) Token(ctx context.Context) (Token, error) {
	c := s.client
	appSecret := NewSecret(c.secret.reveal())
	if s.oauth2 {
		req := getOAuth2TokenRequest{AppKey: c.clientID, AppSecret: appSecret}
		res, err := obtain[getOAuth2TokenResponse](ctx, c, &contract.GetOAuth2Token, req)
		if err != nil {
			return Token{}, err
		}
		return newToken(res.AccessToken, res.ExpireIn), nil
	}
	req := getTokenRequest{AppKey: c.clientID, AppSecret: appSecret}
	res, err := obtain[getTokenResponse](ctx, c, &contract.GetToken, req)
	if err != nil {
		return Token{}, err
	}
	return newToken(res.AccessToken, res.ExpiresIn), nil
}

// obtain calls an operation that returns a token. No middleware sees its request and response, which are secret.
func obtain[Res any](ctx context.Context, c *Client, ep *contract.Endpoint, req any) (*Res, error) {
	t := &secretTarget[Res]{request: func() any { return req }}
	if err := c.invoke(ctx, &Call{Op: ep.Name, Path: ep.Path, fetches: true, want: ep, target: t}); err != nil {
		return nil, err
	}
	if t.value == nil {
		err := errors.New("a middleware returned no error without calling next")
		return nil, &Error{Op: ep.Name, Err: err, class: ErrInvalidArgument}
	}
	return t.value, nil
}

// newToken returns a token that was just fetched. Its life is in seconds, or 0 if the response does not contain it.
func newToken(value string, seconds int64) Token {
	life := defaultTokenLife
	if seconds > 0 {
		life = time.Duration(min(seconds, maxTokenSeconds)) * time.Second
	}
	return Token{Value: NewSecret(value), Expires: time.Now().Add(life)}
}

// fetchFrom returns a function that fetches from a source, and redacts its errors. It logs once that a fetch fails after
// others have succeeded, because calls go on with the token in use.
func (c *Client) fetchFrom(src TokenSource, clientSecret secret) tokencache.Fetch {
	var fetched, failing atomic.Bool
	return func(ctx context.Context) (tokencache.Secret, error) {
		t, err := src.Token(ctx)
		if err == nil {
			fetched.Store(true)
			failing.Store(false)
			return tokencache.Secret{Value: t.Value.Reveal(), Expires: t.Expires, FetchedAt: time.Now()}, nil
		}
		e, ok := err.(*Error) //nolint:errorlint // a wrapped *Error gets another one around it
		if !ok {
			e = &Error{Op: "TokenSource", Err: rest.Redact(err, clientSecret.reveal(), t.Value.Reveal()), class: ErrInvalidToken}
		}
		failed := tokenError{e}
		if fetched.Load() && ctx.Err() == nil && !isHeld(failed) && !failing.Swap(true) {
			c.logger.LogAttrs(ctx, slog.LevelWarn, "dingtalk token renewal fails", slog.String("error", e.Error()))
		}
		return tokencache.Secret{}, failed
	}
}

// tokenError carries the error of a fetch through the cache.
type tokenError struct{ cause *Error }

func (e tokenError) Error() string { return e.cause.Error() }

// maxFetchPause is the longest pause between two fetches of a token for which the limiter has no room.
const maxFetchPause = 10 * time.Second

// RetryAfter keeps the cache from fetching again while the service asked to wait. After a page the breaker decides. If the
// limiter had no room, the fetch takes its place in the queue before that is empty.
func (e tokenError) RetryAfter() time.Duration {
	if _, ok := errors.AsType[*pageError](e.cause); ok {
		return 0
	}
	if exceedsDeadline(e.cause) {
		return min(max(e.cause.RetryAfter/2, time.Second), maxFetchPause)
	}
	return e.cause.RetryAfter
}

// Token returns the access token that the client uses, for programs that send requests of their own; Do makes calls
// without that. Do not store it: get it again for each call, which costs nothing while it is cached.
func (c *Client) Token(ctx context.Context) (Token, error) {
	const op = "Token"
	if ctx == nil {
		return Token{}, noContext(op)
	}
	t, err := c.awaitToken(ctx, c.tokens.Get, &waitTimes{})
	if err != nil {
		return Token{}, tokenFailure(ctx, op, err)
	}
	return Token{Value: NewSecret(t.Value), Expires: t.Expires}, nil
}

// RenewToken fetches an access token although the one in use is valid, and returns the one in use afterward. Calls in
// other goroutines go on meanwhile. Use it after a permission point was granted, if calls are still refused with
// ErrPermission; the client does the same by itself for a token that it has had for more than five minutes, at most once
// in five minutes.
//
// It also fetches at once if a fetch has just failed; the error of that is otherwise returned to all calls for a second,
// so that a service in trouble is not asked again by each of them.
//
// It cannot force another token: while a token lives, /gettoken is documented to return the same one again and to renew
// its life, and so is the new API. Whether a token that was issued before the permission ever gets it is not documented.
// With a TokenStore the fleet's processes fetch once in five minutes together, and share what they get. The error is
// that of the fetch; the client then goes on with the token that it has.
func (c *Client) RenewToken(ctx context.Context) (Token, error) {
	const op = "RenewToken"
	if ctx == nil {
		return Token{}, noContext(op)
	}
	t, err := c.awaitToken(ctx, c.tokens.Renew, &waitTimes{})
	if err != nil {
		return Token{}, tokenFailure(ctx, op, err)
	}
	return Token{Value: NewSecret(t.Value), Expires: t.Expires}, nil
}
