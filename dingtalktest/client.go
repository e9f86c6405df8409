package dingtalktest

import (
	"net/http"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// Client returns a client of this server, ready to use. Options given here come after its own. Unlike any other
// client it keeps to no rate limit, so that a test of many calls takes no time; dingtalk.WithRateLimit and
// dingtalk.WithLimiter give it one.
func (s *Server) Client(opts ...dingtalk.Option) *dingtalk.Client {
	s.helper()
	own := []dingtalk.Option{
		dingtalk.WithHTTPClient(&http.Client{Transport: s.Transport()}),
		dingtalk.WithBaseURL(dingtalk.BaseURLInternational + s.emulator.BasePath()),
		dingtalk.WithRateLimit(dingtalk.RateLimit{PerSecond: -1, PerAddress: -1}),
	}
	c, err := dingtalk.New(s.ClientID(), s.ClientSecret(), append(own, opts...)...)
	s.must(err)
	return c
}
