package dingtalktest

import dingtalk "github.com/dingtalk-contacts/dingtalk-go"

// Authorize makes an organization of WithOtherOrganization authorize the app, as its administrator does with an app of a third
// party, and sends org_suite_auth. From then on the app obtains tokens for the organization, with the client ID as suite key
// and the client secret as suite secret; dingtalk.WithCorpToken does. The people of the organization can be read and changed
// with them, and the app gets the events of it, in the form of third-party apps. With WithQPS each operation is limited for
// each organization, beyond which it is refused with errcode 90019.
func (s *Server) Authorize(corpID string) {
	s.helper()
	s.must(s.emulator.Authorize(corpID))
}

// EndAuthorization makes an organization end its authorization, and sends org_suite_relieve. Its tokens are refused from then
// on, and no others are issued.
func (s *Server) EndAuthorization(corpID string) {
	s.helper()
	s.must(s.emulator.EndAuthorization(corpID))
}

// SendSuiteTicket makes a ticket for the app as one of a third party, sends it in suite_ticket, and returns it. It ends the
// ticket before, as DingTalk does every five hours.
func (s *Server) SendSuiteTicket() dingtalk.Secret {
	return dingtalk.NewSecret(s.emulator.SendSuiteTicket())
}
