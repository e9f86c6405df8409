package dingtalk

import (
	"context"
	"fmt"
	"io"
	"net/url"
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

// TokenSource provides access tokens. The client caches what it returns and never asks twice at the same
// time; after the service has refused a token, it asks again. An *Error that a source returns keeps its
// class; any other error matches ErrInvalidToken and, through errors.Is and errors.As, what the source returned.
type TokenSource interface {
	Token(ctx context.Context) (Token, error)
}

// StaticToken is a source of one token that was obtained elsewhere.
func StaticToken(value string) TokenSource { return staticToken(hide(value)) }

type staticToken secret

func (t staticToken) Token(context.Context) (Token, error) {
	return Token{Value: NewSecret(secret(t).reveal())}, nil
}

// secret is a text that no way of printing reaches: what it prints is the address of a function.
type secret func() string

func hide(text string) secret     { return func() string { return text } }
func (s secret) reveal() string   { return s() }
func (s secret) GoString() string { return redacted }
func (s secret) String() string   { return redacted }

// tokenLife is how long a token lives when an answer does not say: the documented two hours.
const tokenLife = 2 * time.Hour

// longestLife is a year in seconds: no token lives longer, whatever an answer says.
const longestLife = 365 * 24 * 60 * 60

type getTokenRequest struct {
	AppKey    string `json:"appkey"`
	AppSecret string `json:"appsecret"`
}

// Format hides the secret.
func (r getTokenRequest) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "gettoken "+redacted) }

func (r getTokenRequest) query() url.Values {
	return url.Values{"appkey": {r.AppKey}, "appsecret": {r.AppSecret}}
}

type getTokenResponse struct {
	AccessToken string `json:"access_token"`
	ExpiresIn   int64  `json:"expires_in"` // seconds
}

// appSource obtains the token of an internal app.
type appSource struct {
	client   *Client
	id       string
	password secret
}

func (s appSource) Token(ctx context.Context) (Token, error) {
	var t target[getTokenResponse]
	call := &Call{
		Op:      contract.GetToken.Name,
		Path:    contract.GetToken.Path,
		Request: getTokenRequest{AppKey: s.id, AppSecret: s.password.reveal()},
		want:    &contract.GetToken,
		target:  &t,
	}
	// Past the middleware, which never sees a secret.
	if err := s.client.send(ctx, call); err != nil {
		return Token{}, err
	}
	return newToken(t.value.AccessToken, t.value.ExpiresIn), nil
}

// newToken is a token that was just obtained. Its life is in seconds, and 0 where the answer does not say.
func newToken(value string, seconds int64) Token {
	life := tokenLife
	if seconds > 0 {
		life = time.Duration(min(seconds, longestLife)) * time.Second
	}
	return Token{Value: NewSecret(value), Expires: time.Now().Add(life)}
}

// fetchFrom makes a source's errors presentable.
func fetchFrom(src TokenSource, clientSecret secret) tokencache.Fetch {
	return func(ctx context.Context) (tokencache.Secret, error) {
		t, err := src.Token(ctx)
		if err == nil {
			return tokencache.Secret{Value: t.Value.Reveal(), Expires: t.Expires}, nil
		}
		e, ok := err.(*Error) //nolint:errorlint // whatever is wrapped further gets an *Error around it
		if !ok {
			e = &Error{Op: "TokenSource", Err: rest.Redact(err, clientSecret.reveal(), t.Value.Reveal()), class: ErrInvalidToken}
		}
		return tokencache.Secret{}, tokenError{e}
	}
}

// tokenError is why there is no token, on its way through the cache.
type tokenError struct{ cause *Error }

func (e tokenError) Error() string { return e.cause.Error() }

// Pause keeps the cache from asking while the service has told it to wait.
func (e tokenError) Pause() time.Duration { return e.cause.RetryAfter }

// Token returns the access token in use, for calls that this package does not offer. Do not keep it: ask
// again for each call, which as a rule costs nothing.
func (c *Client) Token(ctx context.Context) (Token, error) {
	const op = "Token"
	if ctx == nil {
		return Token{}, noContext(op)
	}
	t, err := c.tokens.Get(ctx)
	if err != nil {
		return Token{}, tokenFailure(ctx, op, err)
	}
	return Token{Value: NewSecret(t.Value), Expires: t.Expires}, nil
}
