package emulator

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// v1Get reads from the new API with the token of the app.
func (a *app) v1Get(path string, query url.Values) spoken {
	a.t.Helper()
	return a.speakWith(a.token, http.MethodGet, path+"?"+query.Encode(), "", "")
}

func TestGetOrgAuthInfo_DescribesTheVerification(t *testing.T) {
	t.Parallel()
	const path = "/v1.0/contact/organizations/authInfos"
	plain := newApp(t, WithOrgAuthInfo(OrgAuthInfo{LegalPerson: "He Ping"}), WithOtherOrganization("dingother", "Other"))
	assert.Equal(t, jsonBody{"orgName": "Organization", "authLevel": json.Number("0")}, plain.v1Get(path, nil).jsonBody, "and nothing else")
	assert.Equal(t, "400 permission.denied", plain.v1Get(path, url.Values{"targetCorpId": {"dingother"}}).outcome())
	assert.Equal(t, "400 invalidParameter.system.param", plain.v1Get(path, url.Values{"targetCorpId": {"dingnone"}}).outcome())

	verified := newApp(t, WithOrgAuthInfo(OrgAuthInfo{
		AuthLevel: 2, LicenseOrgName: "a", RegistrationNum: "b", UnifiedSocialCredit: "c", OrganizationCode: "d", LegalPerson: "e", LicenseURL: "f",
	}))
	assert.Equal(t, jsonBody{
		"orgName": "Organization", "authLevel": json.Number("2"), "licenseOrgName": "a", "registrationNum": "b",
		"unifiedSocialCredit": "c", "organizationCode": "d", "legalPerson": "e", "licenseUrl": "f",
	}, verified.v1Get(path, url.Values{"targetCorpId": {directory.CorpID}}).jsonBody)
	require.NoError(t, plain.server.Fail("GetOrgAuthInfo", Code(-1), 1))
	assert.Equal(t, "500 service.system.error", plain.v1Get(path, nil).outcome())
}

func TestGetInviteInfo_DescribesTheWaysToJoin(t *testing.T) {
	t.Parallel()
	const path = "/v1.0/contact/invites/infos"
	a := newApp(t)
	a.seed(directory.User{UserID: "clerk"})
	got := a.v1Get(path, url.Values{"inviterUserId": {"clerk"}, "deptId": {"1"}}).jsonBody
	link, err := url.Parse(got["inviteUrl"].(string))
	require.NoError(t, err)
	assert.Equal(t, url.Values{"corpId": {directory.CorpID}, "inviterUserId": {"clerk"}, "deptId": {"1"}}, link.Query())
	delete(got, "inviteUrl")
	assert.Equal(t, jsonBody{
		"inviteSwitch": true, "searchNameInvite": true, "orgApplyCodeInvite": true, "linkInvite": true,
		"auditType": json.Number("0"), "empApplyJoinDept": false,
	}, got)
	assert.Equal(t, "400 BadRequest", a.v1Get(path, url.Values{"inviterUserId": {"gone"}}).outcome())
	assert.Equal(t, "400 BadRequest", a.v1Get(path, url.Values{"deptId": {"7"}}).outcome())
	require.NoError(t, a.server.Fail("GetInviteInfo", Code(-1), 1))
	assert.Equal(t, "500 invalid.system.errror", a.v1Get(path, nil).outcome())

	for _, tt := range []struct {
		info InviteInfo
		want jsonBody
	}{
		{InviteInfo{Off: true, AuditType: 1}, jsonBody{
			"inviteSwitch": false, "searchNameInvite": false, "orgApplyCodeInvite": false, "linkInvite": false,
			"inviteUrl": nil, "auditType": json.Number("1"), "empApplyJoinDept": false,
		}},
		{InviteInfo{NoSearchByName: true, NoNumber: true, NoLink: true, EmpApplyJoinDept: true}, jsonBody{
			"inviteSwitch": true, "searchNameInvite": false, "orgApplyCodeInvite": false, "linkInvite": false,
			"inviteUrl": nil, "auditType": json.Number("0"), "empApplyJoinDept": true,
		}},
	} {
		assert.Equal(t, tt.want, newApp(t, WithInviteInfo(tt.info)).v1Get(path, nil).jsonBody)
	}
}
