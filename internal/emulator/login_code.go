package emulator

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// codeLife is how long a login code is valid.
const codeLife = 5 * time.Minute

// loginCode is a code that was issued and not spent.
type loginCode struct {
	userid  string
	expires time.Time
}

// IssueCode returns a new one-time code of a person, as DingTalk issues it to a page of the app that the person opens.
func (s *Server) IssueCode(userid string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.org.User(userid) == nil {
		return "", &directory.Error{Rule: directory.UnknownUser, Detail: userid}
	}
	now := s.now()
	maps.DeleteFunc(s.codes, func(_ string, c loginCode) bool { return !now.Before(c.expires) })
	code := newSecret(codePrefix)
	s.codes[code] = loginCode{userid, now.Add(codeLife)}
	return code, nil
}

// spendCode returns the userid of a code, which is valid no longer.
func (s *Server) spendCode(code string) (userid string, ok bool) {
	issued, ok := s.codes[code]
	delete(s.codes, code)
	return issued.userid, ok && s.now().Before(issued.expires)
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
	userid, ok := s.spendCode(q.Code)
	if !ok {
		return nil, refuse(unknownCode)
	}
	u, err := s.org.VisibleUser(userid)
	if err != nil {
		return nil, err
	}
	level := u.AdminLevel
	if level == 0 && u.Boss {
		level = bossLevel
	}
	device := sha256.Sum256([]byte(userid))
	return codeResponse{u.UserID, u.UnionID, u.Name, hex.EncodeToString(device[:6]), u.Admin, level}, nil
}
