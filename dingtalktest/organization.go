package dingtalktest

import "github.com/dingtalk-contacts/dingtalk-go/internal/emulator"

// OrgAuthInfo describes how the organization is verified, as GetOrgAuthInfo returns it.
type OrgAuthInfo struct {
	AuthLevel           int64 // 0: not at all, whatever the other fields are; 1 high, 2 medium
	LicenseOrgName      string
	RegistrationNum     string
	UnifiedSocialCredit string
	OrganizationCode    string
	LegalPerson         string
	LicenseURL          string
}

// InviteInfo describes how people may join the organization, as GetInviteInfo returns it. Its zero value permits every
// way, without approval.
type InviteInfo struct {
	Off              bool  // invitations are off
	NoSearchByName   bool  // the organization is not found by its name
	NoNumber         bool  // the organization cannot be joined by its number
	NoLink           bool  // there is no link
	AuditType        int64 // 1: a sub-administrator has to approve
	EmpApplyJoinDept bool
}

// WithOrgAuthInfo verifies the organization. Without it the organization is not verified.
func WithOrgAuthInfo(info OrgAuthInfo) Option {
	return option(emulator.WithOrgAuthInfo(emulator.OrgAuthInfo{
		AuthLevel: info.AuthLevel, LicenseOrgName: info.LicenseOrgName, RegistrationNum: info.RegistrationNum,
		UnifiedSocialCredit: info.UnifiedSocialCredit, OrganizationCode: info.OrganizationCode,
		LegalPerson: info.LegalPerson, LicenseURL: info.LicenseURL,
	}))
}

// WithInviteInfo sets how people may join the organization.
func WithInviteInfo(info InviteInfo) Option {
	return option(emulator.WithInviteInfo(emulator.InviteInfo(info)))
}
