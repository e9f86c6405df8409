package emulator

type suiteAuthInfoRequest struct {
	AuthCorpID string `arg:"auth_corpid"`
	SuiteKey   string `arg:"suite_key"`
}

type suiteAuthInfoResponse struct {
	AuthCorpInfo    suiteAuthCorp      `json:"auth_corp_info"`
	AuthUserInfo    authUserInfo       `json:"auth_user_info"`
	AuthInfo        suiteAuthAgents    `json:"auth_info"`
	ChannelAuthInfo suiteChannelAgents `json:"channel_auth_info"`
	AuthMarketInfo  struct{}           `json:"auth_market_info"`
}

type suiteAuthCorp struct {
	CorpType        int64  `json:"corp_type"`
	CorpID          string `json:"corpid"`
	AuthLevel       int64  `json:"auth_level"`
	AuthChannel     string `json:"auth_channel"`
	Industry        string `json:"industry"`
	FullCorpName    string `json:"full_corp_name"`
	CorpName        string `json:"corp_name"`
	InviteURL       string `json:"invite_url"`
	AuthChannelType string `json:"auth_channel_type"`
	InviteCode      string `json:"invite_code"`
	IsAuthenticated bool   `json:"is_authenticated"`
	LicenseCode     string `json:"license_code"`
	CorpLogoURL     string `json:"corp_logo_url"`
}

type suiteAuthAgents struct {
	Agent []suiteAuthAgent `json:"agent"`
}

type suiteAuthAgent struct {
	AgentID   int64    `json:"agentid"`
	AgentName string   `json:"agent_name"`
	LogoURL   string   `json:"logo_url"`
	AppID     int64    `json:"appid"`
	AdminList []string `json:"admin_list"`
}

type suiteChannelAgents struct {
	ChannelAgent []struct{} `json:"channelAgent"`
}

// getSuiteAuthInfo returns what an organization has authorized, to a signed request.
//
// Assumed: get_auth_info refuses another suite_key than that of the app with 40083.
func (s *Server) getSuiteAuthInfo(q suiteAuthInfoRequest) (any, error) {
	if q.SuiteKey != "" && q.SuiteKey != s.config.clientID {
		return nil, refuse(40083)
	}
	t, err := s.authorized(q.AuthCorpID)
	if err != nil {
		return nil, err
	}
	return suiteAuthInfoResponse{
		AuthCorpInfo:    suiteAuthCorp{CorpID: t.CorpID, CorpName: t.Name, FullCorpName: t.Name},
		AuthUserInfo:    authUserInfo{t.authorizer()},
		AuthInfo:        suiteAuthAgents{[]suiteAuthAgent{{AgentID: t.agentID, AgentName: suiteName, AppID: suiteAppID, AdminList: notNull(t.adminIDs())}}},
		ChannelAuthInfo: suiteChannelAgents{[]struct{}{}},
	}, nil
}
