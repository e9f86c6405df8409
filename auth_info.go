package dingtalk

import (
	"context"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// GetAuthInfoRequest names an organization.
type GetAuthInfoRequest struct {
	AuthCorpID string `json:"authCorpId"`
}

// GetAuthInfoResponse describes an organization and what it has authorized the app to do.
type GetAuthInfoResponse struct {
	AuthAppInfo  AuthAppInfo  `json:"authAppInfo"`
	AuthCorpInfo AuthCorpInfo `json:"authCorpInfo"`
	AuthUserInfo AuthUserInfo `json:"authUserInfo"`
}

// AuthAppInfo lists what of an app an organization has activated.
type AuthAppInfo struct {
	AgentList []AuthAgent `json:"agentList"`
}

// AuthAgent is an app as one organization has it.
type AuthAgent struct {
	AgentID   int64    `json:"agentId"` // in this organization
	AgentName string   `json:"agentName"`
	AppID     int64    `json:"appId"` // in all organizations
	AdminList []string `json:"adminList"`
}

// AuthCorpInfo describes an organization that has authorized an app.
type AuthCorpInfo struct {
	CorpName        string `json:"corpName"`
	Industry        string `json:"industry"`
	LicenseCode     string `json:"licenseCode"`
	AuthChannel     string `json:"authChannel"`
	AuthChannelType string `json:"authChannelType"` // "STAR_ACTIVITY" or empty
	AuthLevel       int64  `json:"authLevel"`       // of verification: 0 none, 1 high, 2 medium, 3 low
	InviteCode      string `json:"inviteCode"`
	InviteURL       string `json:"inviteUrl"`
	CorpLogoURL     string `json:"corpLogoUrl"`
}

// AuthUserInfo names the administrator who authorized an app.
type AuthUserInfo struct {
	UserID string `json:"userId"`
}

// GetAuthInfo returns what an organization has authorized a third-party app to do, and who did. It needs WithTicketStore.
// The error matches ErrNotFound if there is no such organization, ErrPermission if the organization has not authorized the
// app, and ErrPrecondition if no ticket has come yet.
//
// DingTalk docs: "Obtain the authorization of an organization that has activated the app",
// https://open.dingtalk.com/document/development/obtains-the-authorization-information-after-the-enterprise-activates-the-application-1
func (c *Client) GetAuthInfo(ctx context.Context, req GetAuthInfoRequest) (*GetAuthInfoResponse, error) {
	return call[GetAuthInfoResponse](ctx, c, &contract.GetAuthInfo, req)
}
