package emulator

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// OrgAuthInfo describes how the organization is verified.
type OrgAuthInfo struct {
	AuthLevel                                            int64 // 0: not at all
	LicenseOrgName, RegistrationNum, UnifiedSocialCredit string
	OrganizationCode, LegalPerson, LicenseURL            string
}

// InviteInfo describes how people may join the organization.
type InviteInfo struct {
	Off              bool // invitations are off
	NoSearchByName   bool
	NoNumber         bool // the organization cannot be joined by its number
	NoLink           bool
	AuditType        int64
	EmpApplyJoinDept bool
}

// WithOrgAuthInfo verifies the organization. Without it the organization is not verified.
func WithOrgAuthInfo(info OrgAuthInfo) Option { return func(c *config) { c.authInfo = info } }

// WithInviteInfo sets how people may join the organization. Without it every way is open.
func WithInviteInfo(info InviteInfo) Option { return func(c *config) { c.inviteInfo = info } }

type orgAuthInfoRequest struct {
	TargetCorpID string `arg:"targetCorpId"`
}

type orgAuthInfoResponse struct {
	OrgName             string `json:"orgName"`
	LicenseOrgName      string `json:"licenseOrgName,omitzero"`
	RegistrationNum     string `json:"registrationNum,omitzero"`
	UnifiedSocialCredit string `json:"unifiedSocialCredit,omitzero"`
	OrganizationCode    string `json:"organizationCode,omitzero"`
	LegalPerson         string `json:"legalPerson,omitzero"`
	LicenseURL          string `json:"licenseUrl,omitzero"`
	AuthLevel           int64  `json:"authLevel"`
}

var (
	unknownCorp = &refusal{code: 400002, v1: codeV1{http.StatusBadRequest, "invalidParameter.system.param", "无效的企业targetCorpId"}}
	foreignCorp = &refusal{code: 60011, v1: codeV1{http.StatusBadRequest, "permission.denied", "没有权限获取企业认证信息"}}
)

// getOrgAuthInfo returns how the organization of the app is verified. No other one has authorized the app.
func (s *Server) getOrgAuthInfo(q orgAuthInfoRequest) (any, error) {
	switch q.TargetCorpID {
	case "", directory.CorpID:
	default:
		if slices.ContainsFunc(s.others, func(o organization) bool { return o.CorpID == q.TargetCorpID }) {
			return nil, foreignCorp
		}
		return nil, unknownCorp
	}
	info := s.config.authInfo
	if info.AuthLevel == 0 {
		return orgAuthInfoResponse{OrgName: s.org.Name()}, nil
	}
	return orgAuthInfoResponse{
		OrgName: s.org.Name(), LicenseOrgName: info.LicenseOrgName, RegistrationNum: info.RegistrationNum,
		UnifiedSocialCredit: info.UnifiedSocialCredit, OrganizationCode: info.OrganizationCode,
		LegalPerson: info.LegalPerson, LicenseURL: info.LicenseURL, AuthLevel: info.AuthLevel,
	}, nil
}

type inviteInfoRequest struct {
	InviterUserID string `arg:"inviterUserId"`
	DeptID        *int64 `arg:"deptId"`
}

type inviteInfoResponse struct {
	InviteSwitch       bool    `json:"inviteSwitch"`
	SearchNameInvite   bool    `json:"searchNameInvite"`
	OrgApplyCodeInvite bool    `json:"orgApplyCodeInvite"`
	LinkInvite         bool    `json:"linkInvite"`
	InviteURL          *string `json:"inviteUrl"` // null while invitations are off
	AuditType          int64   `json:"auditType"`
	EmpApplyJoinDept   bool    `json:"empApplyJoinDept"`
}

// getInviteInfo returns how people may join the organization.
//
// Assumed: An inviter or a department that does not exist, or is not in the contact scope, is refused with BadRequest.
// The link is null also where links alone are off, and its address is invented: its parameters are corpId, and
// inviterUserId and deptId where they were sent. While invitations are off, every way to join is off.
func (s *Server) getInviteInfo(q inviteInfoRequest) (any, error) {
	link := url.Values{"corpId": {directory.CorpID}}
	if q.InviterUserID != "" {
		u, err := s.org.VisibleUser(q.InviterUserID)
		if err != nil {
			return nil, err
		}
		link.Set("inviterUserId", u.UserID)
	}
	if q.DeptID != nil {
		d, err := s.org.VisibleDepartment(*q.DeptID)
		if err != nil {
			return nil, err
		}
		link.Set("deptId", strconv.FormatInt(d.ID, 10))
	}
	info := s.config.inviteInfo
	out := inviteInfoResponse{AuditType: info.AuditType, EmpApplyJoinDept: info.EmpApplyJoinDept}
	if info.Off {
		return out, nil
	}
	out.InviteSwitch, out.SearchNameInvite, out.OrgApplyCodeInvite = true, !info.NoSearchByName, !info.NoNumber
	if !info.NoLink {
		out.LinkInvite, out.InviteURL = true, new("https://wx.dingtalk.example/invite?"+link.Encode())
	}
	return out, nil
}
