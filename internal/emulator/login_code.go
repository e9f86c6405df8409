package emulator

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// codeLife is how long a login code is valid.
//
// Assumed: All login codes live for 5 minutes; the lifetime of an authCode is not documented. A code that reaches the
// operation of another flow is spent as well.
const codeLife = 5 * time.Minute

// flow is a way of signing in. Each has codes of its own.
type flow int

const (
	inAppFlow flow = iota // the app's page within DingTalk: getuserinfo
	oauthFlow             // the login page: userAccessToken
	snsFlow               // the former QR code page: getuserinfo_bycode
	adminFlow             // the admin console: ssoUserInfo
)

// loginCode is a code that was issued and not spent.
type loginCode struct {
	flow    flow
	account account
	scopes  []string // of the login page
	expires time.Time
}

// IssueCode returns a new one-time code of a person for GetUserByCode, as DingTalk issues it to a page of the app that
// the person opens.
func (s *Server) IssueCode(userid string) (string, error) { return s.issueCodeOf(inAppFlow, userid) }

// IssueTmpCode returns a new one-time code of a person for GetUserByTmpCode, as the former QR code page issued it.
func (s *Server) IssueTmpCode(userid string) (string, error) { return s.issueCodeOf(snsFlow, userid) }

// IssueAdminCode returns a new one-time code of a person for GetAdminByCode, as the admin console issues it to the page
// of the app that an administrator opens. Whether the person is an administrator is for the program to check.
func (s *Server) IssueAdminCode(userid string) (string, error) {
	return s.issueCodeOf(adminFlow, userid)
}

// issueCodeOf issues a code of a person of the organization.
func (s *Server) issueCodeOf(f flow, userid string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.org.User(userid) == nil {
		return "", &directory.Error{Rule: directory.UnknownUser, Detail: userid}
	}
	return s.issueCode(loginCode{flow: f, account: account{directory.CorpID, s.org.Snapshot(userid)}}), nil
}

func (s *Server) issueCode(c loginCode) string {
	now := s.now()
	maps.DeleteFunc(s.codes, func(_ string, c loginCode) bool { return !now.Before(c.expires) })
	code := newSecret(codePrefix)
	c.expires = now.Add(codeLife)
	s.codes[code] = c
	return code
}

// spendCode returns what a code of a flow was issued for. The code is valid no longer.
func (s *Server) spendCode(f flow, code string) (loginCode, error) {
	issued, ok := s.codes[code]
	delete(s.codes, code)
	if !ok || issued.flow != f || !s.now().Before(issued.expires) {
		return loginCode{}, refuse(unknownCode)
	}
	return issued, nil
}

type codeRequest struct {
	Code string `arg:"code"`
}

type codeResponse struct {
	UserID   string `json:"userid"`
	UnionID  string `json:"unionid"`
	Name     string `json:"name"`
	DeviceID string `json:"device_id"`
	Sys      bool   `json:"sys"`
	SysLevel int64  `json:"sys_level"`
}

// bossLevel is the sys_level of a boss who is no administrator.
const bossLevel = 100

// getUserByCode returns the person to whom a code was issued, and spends the code.
//
// Assumed: getuserinfo spends the code of a person who was deleted (60121) or is out of the contact scope (40079) as
// well, but not that of a call which the gateway refuses. A missing code is 40078. A boss who is an administrator has the
// sys_level of the administrator. associated_unionid is absent, and all codes of a person come from one device.
func (s *Server) getUserByCode(q codeRequest) (any, error) {
	u, err := s.userOfCode(q.Code)
	if err != nil {
		return nil, err
	}
	return codeResponse{u.UserID, u.UnionID, u.Name, deviceOf(u), u.Admin, sysLevel(u)}, nil
}

// userOfCode spends a code of the app's page and returns its person.
func (s *Server) userOfCode(code string) (*directory.User, error) {
	issued, err := s.spendCode(inAppFlow, code)
	if err != nil {
		return nil, err
	}
	return s.org.VisibleUser(issued.account.user.UserID)
}

// deviceOf returns the device of a person.
func deviceOf(u *directory.User) string {
	device := sha256.Sum256([]byte(u.UserID))
	return hex.EncodeToString(device[:6])
}

// sysLevel returns the sys_level of a person.
func sysLevel(u *directory.User) int64 {
	if u.AdminLevel == 0 && u.Boss {
		return bossLevel
	}
	return u.AdminLevel
}
