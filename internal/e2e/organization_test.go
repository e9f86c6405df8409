package e2e_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func TestOrganization_DescribesItsVerificationAndItsInvitations(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		client := srv.Client()
		auth, err := client.GetOrgAuthInfo(t.Context(), dingtalk.GetOrgAuthInfoRequest{TargetCorpID: srv.CorpID()})
		require.NoError(t, err)
		assert.Equal(t, &dingtalk.GetOrgAuthInfoResponse{
			OrgName: "Organization", LicenseOrgName: "Harbor Foods Ltd.", RegistrationNum: "r", UnifiedSocialCredit: "u",
			OrganizationCode: "o", LegalPerson: "He Ping", LicenseURL: "https://static.example.com/l.png", AuthLevel: 1,
		}, auth)
		_, err = client.GetOrgAuthInfo(t.Context(), dingtalk.GetOrgAuthInfoRequest{TargetCorpID: "dingother"})
		require.ErrorIs(t, err, dingtalk.ErrPermission)
		_, err = client.GetOrgAuthInfo(t.Context(), dingtalk.GetOrgAuthInfoRequest{TargetCorpID: "dingnone"})
		require.ErrorIs(t, err, dingtalk.ErrInvalidArgument)

		invites, err := client.GetInviteInfo(t.Context(), dingtalk.GetInviteInfoRequest{InviterUserID: "zhao.min", DeptID: dingtalk.RootDepartmentID})
		require.NoError(t, err)
		assert.Contains(t, invites.InviteURL, "inviterUserId=zhao.min")
		invites.InviteURL = ""
		assert.Equal(t, &dingtalk.GetInviteInfoResponse{InviteSwitch: true, SearchNameInvite: true, LinkInvite: true, AuditType: 1}, invites)
	}, dingtalktest.WithOtherOrganization("dingother", "Other"), dingtalktest.WithInviteInfo(dingtalktest.InviteInfo{NoNumber: true, AuditType: 1}),
		dingtalktest.WithOrgAuthInfo(dingtalktest.OrgAuthInfo{
			AuthLevel: 1, LicenseOrgName: "Harbor Foods Ltd.", RegistrationNum: "r", UnifiedSocialCredit: "u", OrganizationCode: "o",
			LegalPerson: "He Ping", LicenseURL: "https://static.example.com/l.png",
		}))
}
