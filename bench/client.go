package main

import (
	"context"
	"fmt"
	"net/http"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// call makes one call, and returns the decoded payload of the response.
type call func(ctx context.Context) (any, error)

// The operations. Not every client has all of them.
const (
	getUser    = "GetUser"
	createUser = "CreateUser"
	listUsers  = "ListUsers"
)

// client is an implementation of the calls.
type client struct {
	name string
	open func(s target) (map[string]call, error)
}

// reference is the client that the others are compared to.
const reference = "nethttp"

var clients = []client{
	{reference, openNetHTTP(pooled())},
	{"nethttp-default", openNetHTTP(http.DefaultTransport)},
	{"nethttp-lean", openLean},
	{"sdk", openSDK(dingtalk.RateLimit{PerSecond: 1_000_000, PerAddress: 20_000_000})}, // far above the rates that are reached
	{"sdk-unlimited", openSDK(dingtalk.NoRateLimit)},
	{"resty", openResty},
	{"darabonba", openDarabonba},
	{"slack", openSlack},
}

// target is the server that a client calls.
type target struct {
	url       string
	transport http.RoundTripper // nil for the client's own
}

// httpClient returns an HTTP client for the target, with the client's own transport unless the target has one.
func (s target) httpClient(own http.RoundTripper) *http.Client {
	if s.transport != nil {
		own = s.transport
	}
	return &http.Client{Transport: own}
}

// call returns the client's call of an operation, or nil if it has none.
func (c client) call(s target, operation string) (call, error) {
	calls, err := c.open(s)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.name, err)
	}
	return calls[operation], nil
}
