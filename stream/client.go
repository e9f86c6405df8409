package stream

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/event"
)

// Client receives events. New makes it, and Run runs it. The zero Client is not usable.
type Client struct {
	*config
	clientID string
	secret   dingtalk.Secret
	baseURL  string // of the new API, without a slash at its end
	http     *http.Client
	to       event.Acceptor

	running  atomic.Bool
	handlers chan struct{} // holds one element for each event that is being accepted
	gaps     atomic.Int64
	health   health
	refusals refusals
}

// New returns a client that hands the events of the app with these credentials to an acceptor. It connects to nothing: wrong
// credentials show when Run does. The error is a *dingtalk.Error of the class dingtalk.ErrInvalidArgument.
func New(clientID, clientSecret string, to event.Acceptor, opts ...Option) (*Client, error) {
	cfg, faults := newConfig(opts)
	if to == nil {
		faults = append(faults, "the acceptor is nil")
	}
	// A client of the API checks the credentials and knows the hosts. It makes no call.
	api, err := dingtalk.New(clientID, clientSecret, cfg.client...)
	if e, ok := errors.AsType[*dingtalk.Error](err); ok {
		faults = append(faults, e.Err.Error())
	}
	if len(faults) > 0 {
		return nil, fail("New", dingtalk.ErrInvalidArgument, errors.New(strings.Join(faults, "; ")))
	}
	return &Client{
		config:   cfg,
		clientID: clientID,
		secret:   dingtalk.NewSecret(clientSecret),
		baseURL:  api.APIBaseURL(),
		http:     api.HTTPClient(),
		to:       to,
		handlers: make(chan struct{}, cfg.concurrency),
	}, nil
}

// report logs a gap and hands it to the function of WithGap. A nil one is none.
func (c *Client) report(g *event.Gap) {
	if g == nil {
		return
	}
	c.gaps.Add(1)
	c.log.Warn("events may have been lost", "from", g.From, "to", g.To, "cause", g.Cause)
	c.gap(*g)
}

// Format keeps the secrets of a client from being printed.
func (c *Client) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "stream.Client") }

// failure is the cause of an error of this package, and has the class of the error.
type failure struct {
	class error
	error
}

// Class returns the class of the error.
func (f *failure) Class() error { return f.class }

// Unwrap returns the cause.
func (f *failure) Unwrap() error { return f.error }

// fail returns the error of an operation.
func fail(op string, class, cause error) *dingtalk.Error {
	return &dingtalk.Error{Op: "stream." + op, Err: &failure{class, cause}}
}
