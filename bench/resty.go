package main

import (
	"context"

	"github.com/go-resty/resty/v2"
)

// openResty returns a call by resty, as its README shows it.
func openResty(s target) (map[string]call, error) {
	rc := resty.New().SetBaseURL(s.url)
	if s.transport != nil {
		rc.SetTransport(s.transport)
	}
	return map[string]call{getUser: func(ctx context.Context) (any, error) {
		var out envelope[user]
		resp, err := rc.R().
			SetContext(ctx).
			SetQueryParam("access_token", token).
			SetBody(userQuery{UserID: userID}).
			SetResult(&out).
			Post(getPath)
		if err != nil {
			return nil, err
		}
		return out.unwrap(resp.StatusCode())
	}}, nil
}
