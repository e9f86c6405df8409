package dingtalktest

import (
	"net/http"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// Client returns a client of this server, ready to use. The given options are applied after its own. Unlike other clients
// it has no rate limit, so that a test of many calls takes no time. Give it the limit of other clients with
//
//	srv.Client(dingtalk.WithRateLimit(dingtalk.RateLimit{}))
//
// to test what waits for the limit, best in a bubble of testing/synctest. Bans hold calls back with and without a limit, by
// the client's own clock: use another client for the next case.
func (s *Server) Client(opts ...dingtalk.Option) *dingtalk.Client {
	s.helper()
	base := dingtalk.BaseURLInternational
	if path := s.emulator.BasePath(); path != "" {
		base = "https://proxy.example.com" + path // DingTalk's own hosts have no base path
	}
	own := []dingtalk.Option{
		dingtalk.WithHTTPClient(&http.Client{Transport: s.Transport()}),
		dingtalk.WithBaseURL(base),
		dingtalk.WithRateLimit(dingtalk.NoRateLimit),
		dingtalk.WithSSOSecret(s.CorpID(), s.SSOSecret()),
	}
	c, err := dingtalk.New(s.ClientID(), s.ClientSecret(), append(own, opts...)...)
	s.must(err)
	return c
}

// AdminClient returns a client whose calls are those of an administrator who works in DingTalk's own console: nothing that
// limits the app applies, such as permission points, the contact scope, limits and faults, but every rule of the
// organization does. Calls records them with Admin. With it a test changes people and departments behind the back of the
// program that it tests. The given options are applied after its own.
func (s *Server) AdminClient(opts ...dingtalk.Option) *dingtalk.Client {
	s.helper()
	own := []dingtalk.Option{
		dingtalk.WithHTTPClient(&http.Client{Transport: s.emulator.AdminTransport()}),
		dingtalk.WithTokenSource(dingtalk.StaticToken("administrator")), // an administrator has none, and none is checked
	}
	return s.Client(append(own, opts...)...)
}
