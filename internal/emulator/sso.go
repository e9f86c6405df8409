package emulator

import (
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// ssoTokenLife is how long the token for the admin console lives.
const ssoTokenLife = 3600 * time.Second

type ssoTokenRequest struct {
	CorpID    string `arg:"corpid"`
	SSOSecret string `arg:"ssoSecret"`
}

// getSSOToken returns the token for the admin console.
//
// Assumed: While the token for the admin console lives, asking again returns the same one and renews its life, as for the
// app's token.
func (s *Server) getSSOToken(q ssoTokenRequest) (any, error) {
	value, ok := s.issueSSOToken(q.CorpID, q.SSOSecret)
	if !ok {
		return nil, refuse(40089)
	}
	return oauth2TokenResponse{value, int64(ssoTokenLife / time.Second)}, nil
}

func (s *Server) issueSSOToken(corpID, secret string) (value string, ok bool) {
	if corpID != directory.CorpID || secret != s.config.ssoSecret {
		return "", false
	}
	now := s.now()
	if !s.ssoToken.liveAt(now) {
		s.ssoToken.value = newSecret(ssoTokenPrefix)
	}
	s.ssoToken.expires = now.Add(ssoTokenLife)
	return s.ssoToken.value, true
}

type adminByCodeResponse struct {
	CorpID   string `json:"corpId"`
	CorpName string `json:"corpName"`
	UserID   string `json:"userId"`
	Email    string `json:"email"`
	UserName string `json:"userName"`
	Avatar   string `json:"avatar"`
	IsAdmin  bool   `json:"isAdmin"`
}

// getAdminByCode returns who has opened the app in the admin console, and spends the code.
//
// Assumed: ssoUserInfo refuses the code of a person who was deleted like an unknown one. Fields that are unset are empty.
func (s *Server) getAdminByCode(q codeRequest) (any, error) {
	u, err := s.adminOf(q.Code)
	if err != nil {
		return nil, err
	}
	return adminByCodeResponse{
		CorpID: directory.CorpID, CorpName: directory.CorpName,
		UserID: u.UserID, Email: u.Email, UserName: u.Name, Avatar: u.Avatar, IsAdmin: u.Admin,
	}, nil
}

// adminOf spends a code of the admin console and returns its person.
func (s *Server) adminOf(code string) (*directory.User, error) {
	issued, err := s.spendCode(adminFlow, code)
	if err != nil {
		return nil, err
	}
	u := s.org.User(issued.account.user.UserID)
	if u == nil {
		return nil, refuse(unknownCode)
	}
	return u, nil
}
