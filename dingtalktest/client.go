package dingtalktest

import (
	"net/http"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// Client returns a client of this server, ready to use. The given options are applied after its own. Unlike other clients
// it has no rate limit, so that a test of many calls takes no time; dingtalk.WithRateLimit and dingtalk.WithLimiter set
// one.
func (s *Server) Client(opts ...dingtalk.Option) *dingtalk.Client {
	s.helper()
	own := []dingtalk.Option{
		dingtalk.WithHTTPClient(&http.Client{Transport: s.Transport()}),
		dingtalk.WithBaseURL(dingtalk.BaseURLInternational + s.emulator.BasePath()),
		dingtalk.WithRateLimit(dingtalk.NoRateLimit),
	}
	c, err := dingtalk.New(s.ClientID(), s.ClientSecret(), append(own, opts...)...)
	s.must(err)
	return c
}
