package emulator

import (
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

type historicalCodeResponse struct {
	UserID   string `json:"userid"`
	Name     string `json:"name"`
	DeviceID string `json:"deviceId"`
	IsSys    bool   `json:"is_sys"`
	SysLevel int64  `json:"sys_level"`
}

// historicalGetUserByCode returns the person to whom a code of the app's page was issued, and spends the code.
func (s *Server) historicalGetUserByCode(q codeRequest) (any, error) {
	u, err := s.userOfCode(q.Code)
	if err != nil {
		return nil, err
	}
	return historicalCodeResponse{u.UserID, u.Name, deviceOf(u), u.Admin, sysLevel(u)}, nil
}

type historicalSSOTokenRequest struct {
	CorpID     string `arg:"corpid"`
	CorpSecret string `arg:"corpsecret"`
}

type historicalSSOTokenResponse struct {
	AccessToken string `json:"access_token"`
}

// historicalGetSSOToken returns the token for the admin console, the same as that of ssoAccessToken.
func (s *Server) historicalGetSSOToken(q historicalSSOTokenRequest) (any, error) {
	value, ok := s.issueSSOToken(q.CorpID, q.CorpSecret)
	if !ok {
		return nil, refuse(40089)
	}
	return historicalSSOTokenResponse{value}, nil
}

type historicalAdminResponse struct {
	UserInfo historicalAdmin `json:"user_info"`
	IsSys    bool            `json:"is_sys"`
	CorpInfo historicalCorp  `json:"corp_info"`
}

type historicalAdmin struct {
	Name   string `json:"name"`
	Avatar string `json:"avatar"`
	UserID string `json:"userid"`
	Email  string `json:"email"`
}

type historicalCorp struct {
	CorpID   string `json:"corpid"`
	CorpName string `json:"corp_name"`
}

// historicalGetAdminByCode returns who has opened the app in the admin console, and spends the code.
func (s *Server) historicalGetAdminByCode(q codeRequest) (any, error) {
	u, err := s.adminOf(q.Code)
	if err != nil {
		return nil, refuse(41007)
	}
	return historicalAdminResponse{
		UserInfo: historicalAdmin{u.Name, u.Avatar, u.UserID, u.Email}, IsSys: u.Admin,
		CorpInfo: historicalCorp{directory.CorpID, directory.CorpName},
	}, nil
}

type historicalTicketResponse struct {
	ExpiresIn int64  `json:"expires_in"`
	Ticket    string `json:"ticket"`
}

// historicalGetJSAPITicket returns the ticket of jsapiTickets.
func (s *Server) historicalGetJSAPITicket(noRequest) (any, error) {
	return historicalTicketResponse{int64(ticketLife / time.Second), s.issueTicket()}, nil
}
