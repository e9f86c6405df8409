package dingtalktest

import "github.com/dingtalk-contacts/dingtalk-go/internal/directory"

// ExternalContact is a person whom the organization knows but who is no member of it. GetUserIDByUnionID finds external
// contacts with contact_type 1. They can sign in on the login page, and the app must refuse them.
type ExternalContact struct {
	UserID  string // empty: generated
	UnionID string // empty: generated
	Name    string // empty: the userid
	CorpID  string // the organization that the contact signs in with; may be empty

	Title, StateCode, Mobile, Email, CompanyName, Address, Remark string

	FollowerUserID string // the user who is responsible for the contact
	LabelIDs       []int64
	ShareDeptIDs   []int64
	ShareUserIDs   []string
}

// AddExternalContact adds an external contact and returns the userid.
func (s *Server) AddExternalContact(c ExternalContact) string {
	s.helper()
	id, err := s.emulator.AddExternalContact(directory.ExternalContact(c))
	s.must(err)
	return id
}

// ExternalContacts returns the external contacts in the order in which they were added.
func (s *Server) ExternalContacts() []ExternalContact {
	return convertList(s.emulator.ExternalContacts(), func(c directory.ExternalContact) ExternalContact { return ExternalContact(c) })
}

// SignIn approves on the login page as a person, as in a browser, and returns the address that the page redirects to. It
// takes the address of the page, with whatever host. The person is of the organization or, if it has no such userid, of
// that of WithOtherOrganization or an external contact; a corpId in the address selects the organization.
//
// A wrong address is an error, which names the parameter. The code in the redirect is valid once, for 5 minutes of the
// server's clock.
func (s *Server) SignIn(userid, authURL string) (redirect string, err error) {
	return s.emulator.SignIn(userid, authURL)
}

// RefuseSignIn refuses on the login page and returns the address that the page redirects to.
func (s *Server) RefuseSignIn(authURL string) (redirect string, err error) {
	return s.emulator.RefuseSignIn(authURL)
}

// IssueCode returns a new one-time code of a person for Client.GetUserByCode, as DingTalk issues it to a page of the app
// that the person opens. It is valid once, for 5 minutes of the server's clock.
//
// Each flow has codes of its own. A code that reaches the operation of another one is refused, and spent.
func (s *Server) IssueCode(userid string) string {
	s.helper()
	code, err := s.emulator.IssueCode(userid)
	s.must(err)
	return code
}

// IssueTmpCode returns a new one-time code of a person for the operation GetUserByTmpCode, as the former QR code page
// issued it.
func (s *Server) IssueTmpCode(userid string) string {
	s.helper()
	code, err := s.emulator.IssueTmpCode(userid)
	s.must(err)
	return code
}

// IssueAdminCode returns a new one-time code of a person for the operation GetAdminByCode, as the admin console issues it
// to the page of the app that an administrator opens. The person need not be an administrator.
func (s *Server) IssueAdminCode(userid string) string {
	s.helper()
	code, err := s.emulator.IssueAdminCode(userid)
	s.must(err)
	return code
}
