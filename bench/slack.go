package main

import (
	"context"

	"github.com/slack-go/slack"
)

// openSlack is a client of another service, which reads a person of its own: a yardstick, not like for like.
func openSlack(s site) (map[string]call, error) {
	opts := []slack.Option{slack.OptionAPIURL(s.url + "/")}
	if s.transport != nil {
		opts = append(opts, slack.OptionHTTPClient(s.over(nil)))
	}
	api := slack.New("xoxb-of-nobody", opts...)
	return map[string]call{getUser: func(ctx context.Context) (any, error) {
		return api.GetUserInfoContext(ctx, slackID)
	}}, nil
}
