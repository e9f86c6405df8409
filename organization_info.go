package dingtalk

import (
	"context"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// GetOrgAuthInfoRequest names the organization.
type GetOrgAuthInfoRequest struct {
	TargetCorpID string `json:"targetCorpId,omitzero"` // empty: that of the app
}

// GetOrgAuthInfoResponse describes how DingTalk has verified an organization. Without a verification it has OrgName and
// AuthLevel alone.
type GetOrgAuthInfoResponse struct {
	OrgName             string `json:"orgName"`
	LicenseOrgName      string `json:"licenseOrgName"`      // the name on the business license
	RegistrationNum     string `json:"registrationNum"`     // of the business license, 15 characters as a rule
	UnifiedSocialCredit string `json:"unifiedSocialCredit"` // 18 characters
	OrganizationCode    string `json:"organizationCode"`
	LegalPerson         string `json:"legalPerson"`
	LicenseURL          string `json:"licenseUrl"`
	AuthLevel           int64  `json:"authLevel"` // 0 none, 1 high, 2 medium; accept others
}

// GetInviteInfoRequest selects the link to return.
type GetInviteInfoRequest struct {
	InviterUserID string `json:"inviterUserId,omitzero"` // empty: the user who created the organization
	DeptID        int64  `json:"deptId,omitzero"`        // the link joins this department
}

// GetInviteInfoResponse describes how people may join the organization.
type GetInviteInfoResponse struct {
	InviteSwitch       bool   `json:"inviteSwitch"`
	SearchNameInvite   bool   `json:"searchNameInvite"`   // by searching for the organization's name
	OrgApplyCodeInvite bool   `json:"orgApplyCodeInvite"` // by the organization's number
	LinkInvite         bool   `json:"linkInvite"`
	InviteURL          string `json:"inviteUrl"`        // empty while invitations are off
	AuditType          int64  `json:"auditType"`        // 0: needs no approval; 1: a sub-administrator approves
	EmpApplyJoinDept   bool   `json:"empApplyJoinDept"` // members may join a department by its QR code; for AuditType 0
}

// GetOrgAuthInfo returns how DingTalk has verified the organization, or another one that has authorized the app. The
// error matches ErrPermission if that one has not, and ErrInvalidArgument if there is none.
//
// DingTalk docs: "Obtain the verification of an organization",
// https://open.dingtalk.com/document/development/obtain-enterprise-authentication-information
func (c *Client) GetOrgAuthInfo(ctx context.Context, req GetOrgAuthInfoRequest) (*GetOrgAuthInfoResponse, error) {
	return call[GetOrgAuthInfoResponse](ctx, c, &contract.GetOrgAuthInfo, req)
}

// GetInviteInfo returns how people may join the organization, and the link with which a user invites them to it or to a
// department.
//
// DingTalk docs: "Obtain the invitation settings of an organization",
// https://open.dingtalk.com/document/development/obtain-invitation-information
func (c *Client) GetInviteInfo(ctx context.Context, req GetInviteInfoRequest) (*GetInviteInfoResponse, error) {
	return call[GetInviteInfoResponse](ctx, c, &contract.GetInviteInfo, req)
}
