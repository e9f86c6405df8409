package emulator

import "slices"

type authInfoRequest struct {
	AuthCorpID string `arg:"authCorpId"`
}

type authInfoResponse struct {
	AuthAppInfo  authAppInfo  `json:"authAppInfo"`
	AuthCorpInfo authCorpInfo `json:"authCorpInfo"`
	AuthUserInfo authUserInfo `json:"authUserInfo"`
}

type authAppInfo struct {
	AgentList []authAgent `json:"agentList"`
}

type authAgent struct {
	AgentID   int64    `json:"agentId"`
	AgentName string   `json:"agentName"`
	AppID     int64    `json:"appId"`
	AdminList []string `json:"adminList"`
}

type authCorpInfo struct {
	CorpName        string `json:"corpName"`
	Industry        string `json:"industry"`
	LicenseCode     string `json:"licenseCode"`
	AuthChannel     string `json:"authChannel"`
	AuthChannelType string `json:"authChannelType"`
	AuthLevel       int64  `json:"authLevel"`
	InviteCode      string `json:"inviteCode"`
	InviteURL       string `json:"inviteUrl"`
	CorpLogoURL     string `json:"corpLogoUrl"`
}

type authUserInfo struct {
	UserID string `json:"userId"`
}

// The app in the organizations that have authorized it.
const (
	suiteAppID = 2_200_001
	suiteName  = "Example app"
)

// getAuthInfo returns what an organization has authorized.
//
// Assumed: The person who has authorized the app is the first administrator, or the first person where there is none.
func (s *Server) getAuthInfo(q authInfoRequest) (any, error) {
	t, err := s.authorized(q.AuthCorpID)
	if err != nil {
		return nil, err
	}
	return authInfoResponse{
		AuthAppInfo: authAppInfo{[]authAgent{{
			AgentID: t.agentID, AgentName: suiteName, AppID: suiteAppID, AdminList: notNull(t.adminIDs()),
		}}},
		AuthCorpInfo: authCorpInfo{CorpName: t.Name},
		AuthUserInfo: authUserInfo{t.authorizer()},
	}, nil
}

// authorized returns an organization that has authorized the app.
func (s *Server) authorized(corpID string) (*tenant, error) {
	t := s.provider.tenants[corpID]
	switch {
	case t != nil:
		return t, nil
	case slices.ContainsFunc(s.organizations(), func(o organization) bool { return o.CorpID == corpID }):
		return nil, errOrgNotAuthApp
	}
	return nil, errOrgNotExist
}

func (t *tenant) adminIDs() []string {
	var ids []string
	for _, u := range t.people.Admins() {
		ids = append(ids, u.UserID)
	}
	return ids
}

// authorizer returns who has authorized the app.
func (t *tenant) authorizer() string {
	if admins := t.adminIDs(); len(admins) > 0 {
		return admins[0]
	}
	first, _ := t.people.FirstIDs()
	return first
}
