package main

import (
	"context"

	"github.com/slack-go/slack"
)

// openSlack returns a call by the client of another service, which reads a user of its own. It is a point of reference,
// not a comparison of like with like.
func openSlack(s target) (map[string]call, error) {
	opts := []slack.Option{slack.OptionAPIURL(s.url + "/")}
	if s.transport != nil {
		opts = append(opts, slack.OptionHTTPClient(s.httpClient(nil)))
	}
	api := slack.New("xoxb-example", opts...)
	return map[string]call{getUser: func(ctx context.Context) (any, error) {
		return api.GetUserInfoContext(ctx, slackID)
	}}, nil
}
