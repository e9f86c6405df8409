package main

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// openSDK returns the calls of this module's client in its default form: with token cache, retries and error classes.
func openSDK(limit dingtalk.RateLimit) func(target) (map[string]call, error) {
	return func(s target) (map[string]call, error) {
		opts := []dingtalk.Option{dingtalk.WithBaseURL(s.url), dingtalk.WithRateLimit(limit)}
		if s.transport != nil {
			opts = append(opts, dingtalk.WithHTTPClient(&http.Client{Transport: s.transport}))
		}
		c, err := dingtalk.New("dingbench", "example-secret", opts...)
		if err != nil {
			return nil, err
		}
		var person dingtalk.CreateUserRequest
		if err := json.Unmarshal(createRequest, &person); err != nil {
			return nil, err
		}
		return map[string]call{
			getUser: func(ctx context.Context) (any, error) {
				return c.GetUser(ctx, dingtalk.GetUserRequest{UserID: userID})
			},
			createUser: func(ctx context.Context) (any, error) {
				return c.CreateUser(ctx, person)
			},
			listUsers: func(ctx context.Context) (any, error) {
				return c.ListUsers(ctx, dingtalk.ListUsersRequest{DeptID: 1, Size: pageSize})
			},
		}, nil
	}
}
