package dingtalktest

import (
	"net/http"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// Client returns a client of this server, ready to use. Options given here come after its own.
func (s *Server) Client(opts ...dingtalk.Option) *dingtalk.Client {
	s.helper()
	own := []dingtalk.Option{
		dingtalk.WithHTTPClient(&http.Client{Transport: s.Transport()}),
		dingtalk.WithBaseURL(dingtalk.BaseURLInternational + s.emulator.BasePath()),
	}
	c, err := dingtalk.New(s.ClientID(), s.ClientSecret(), append(own, opts...)...)
	s.must(err)
	return c
}
