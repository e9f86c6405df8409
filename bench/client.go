package main

import (
	"context"
	"fmt"
	"net/http"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// call makes one call, and returns all of the answer that is of use, decoded.
type call func(ctx context.Context) (any, error)

// The operations, which not every client has.
const (
	getUser    = "GetUser"
	createUser = "CreateUser"
	listUsers  = "ListUsers"
)

// client is one way of making the calls.
type client struct {
	name string
	open func(s site) (map[string]call, error)
}

// reference is the client that the others are compared with.
const reference = "nethttp"

var clients = []client{
	{reference, openNetHTTP(pooled())},
	{"nethttp-default", openNetHTTP(http.DefaultTransport)},
	{"nethttp-lean", openLean},
	{"sdk", openSDK(dingtalk.RateLimit{PerSecond: 1_000_000, PerAddress: 20_000_000})}, // far above what is reached
	{"sdk-unlimited", openSDK(dingtalk.RateLimit{PerSecond: -1, PerAddress: -1})},
	{"resty", openResty},
	{"darabonba", openDarabonba},
	{"slack", openSlack},
}

// site is where a client makes its calls.
type site struct {
	url       string
	transport http.RoundTripper // nil: the client's own
}

// over is an HTTP client for the site, whose own transport this is.
func (s site) over(own http.RoundTripper) *http.Client {
	if s.transport != nil {
		own = s.transport
	}
	return &http.Client{Transport: own}
}

// call opens the client for one operation; it is nil where the client has none.
func (c client) call(s site, operation string) (call, error) {
	calls, err := c.open(s)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.name, err)
	}
	return calls[operation], nil
}
