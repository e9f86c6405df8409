package emulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

const accountsPath = "/v1.0/contact/orgAccounts/"

func TestOrgAccount_OnlyTheOrganizationsOwnCanBeChanged(t *testing.T) {
	t.Parallel()
	a := newApp(t, WithUnknownUserCode(33012), WithContactScope(nil, []string{"own", "made", "guest", "clerk"}))
	a.seed(directory.User{UserID: "own", ExclusiveAccount: true})
	a.seed(directory.User{UserID: "made", ExclusiveAccount: true, ExclusiveAccountCorpID: directory.CorpID, Boss: true})
	a.seed(directory.User{UserID: "guest", ExclusiveAccount: true, ExclusiveAccountCorpID: "dingother"})
	a.seed(directory.User{UserID: "clerk"})
	a.seed(directory.User{UserID: "hidden", ExclusiveAccount: true})
	for _, tt := range []struct{ userid, outcome, owned string }{
		{"own", "200", "200"},
		{"made", "200", "200"},
		{"guest", "400 exclusive.account.only", "400 exclusive.account.limit"},
		{"clerk", "400 exclusive.account.only", "400 exclusive.account.limit"},
		{"hidden", "400 user.not.exist", "400 employee.not.exist"},
		{"gone", "400 user.not.exist", "400 employee.not.exist"},
		{"", "400 MissinguserId", "400 invalid.param"},
	} {
		body := fmt.Sprintf(`{"userId":%q}`, tt.userid)
		for _, path := range []string{"disable", "enable", "signOut"} {
			assert.Equal(t, tt.outcome, a.v1(accountsPath+path, body).outcome(), "%s %s", path, tt.userid)
		}
		query := url.Values{"userId": {tt.userid}}
		assert.Equal(t, tt.outcome, a.v1Get(accountsPath+"status", query).outcome(), tt.userid)
		assert.Equal(t, tt.owned, a.v1Get(accountsPath+"ownedOrganizations", query).outcome(), tt.userid)
	}
	assert.Equal(t, jsonBody{"result": true}, a.v1(accountsPath+"disable", `{"userId":"own","reason":"x"}`).jsonBody)
	assert.Equal(t, jsonBody{"disable": true}, a.v1Get(accountsPath+"status", url.Values{"userId": {"own"}}).jsonBody)
	assert.Equal(t, jsonBody{"disable": false}, a.v1Get(accountsPath+"status", url.Values{"userId": {"made"}}).jsonBody)
	assert.Equal(t, jsonBody{"orgList": []any{}}, a.v1Get(accountsPath+"ownedOrganizations", url.Values{"userId": {"own"}}).jsonBody)
	assert.Equal(t, jsonBody{"orgList": []any{map[string]any{"corpId": directory.CorpID, "corpName": "Organization"}}},
		a.v1Get(accountsPath+"ownedOrganizations", url.Values{"userId": {"made"}}).jsonBody)

	assert.Equal(t, "400 invalid.param", a.v1(accountsPath+"signOut", `{"userId":"own","reasonI18nForEmployee":"x"}`).outcome())
	assert.Equal(t, "200", a.v1(accountsPath+"signOut", `{"userId":"own","reasonI18nForEmployee":{"zh_CN":"x"}}`).outcome())
	require.NoError(t, a.server.Fail("DisableOrgAccount", Code(-1), 1))
	assert.Equal(t, "500 system.busy", a.v1(accountsPath+"disable", `{"userId":"own"}`).outcome())
}

func TestSeniorSettings_HaveTwoOperationsOnOnePath(t *testing.T) {
	t.Parallel()
	const path = "/v1.0/contact/seniorSettings"
	a := newApp(t)
	a.seed(directory.User{UserID: "boss", Senior: true})
	dept, err := a.server.AddDepartment(directory.Department{Name: "Sales"})
	require.NoError(t, err)
	empty := jsonBody{"seniorStaffId": "boss", "protectScenes": []any{}, "seniorWhiteList": []any{}}
	query := url.Values{"seniorStaffId": {"boss"}}
	assert.Equal(t, empty, a.v1Get(path, query).jsonBody)

	body := fmt.Sprintf(`{"seniorStaffId":"boss","open":true,"permitDeptIds":[%d],"permitTagIds":[7],"protectScenes":["CALL"]}`, dept)
	res, text, err := a.sendWith(a.token, http.MethodPost, path, "application/json", body)
	require.NoError(t, err)
	assert.Equal(t, 200, res.StatusCode)
	assert.Empty(t, text, "a success has no body")
	assert.Equal(t, jsonBody{"seniorStaffId": "boss", "protectScenes": []any{"CALL"}, "seniorWhiteList": []any{
		map[string]any{"id": fmt.Sprint(dept), "type": json.Number("2"), "name": "Sales"},
	}}, a.v1Get(path, query).jsonBody, "a role that does not exist is left out")

	require.Equal(t, "0", a.post(updatePath, `{"userid":"boss","senior_mode":false}`).code())
	assert.Equal(t, empty, a.v1Get(path, query).jsonBody, "switched off by UpdateUser")
	require.Equal(t, "0", a.post(deletePath, `{"userid":"boss"}`).code())
	a.seed(directory.User{UserID: "boss", Senior: true})
	assert.Equal(t, empty, a.v1Get(path, query).jsonBody, "another person of the same userid")

	assert.Equal(t, "500 parameter.userNotExists", a.v1Get(path, url.Values{"seniorStaffId": {"gone"}}).outcome())
	assert.Equal(t, "500 parameter.userNotExists", a.v1(path, `{"seniorStaffId":"gone","open":false}`).outcome())
	assert.Equal(t, "400 Missingopen", a.v1(path, `{"seniorStaffId":"boss"}`).outcome())
	assert.Equal(t, "404 InvalidAction.NotFound", a.speakWith(a.token, http.MethodPut, path, "application/json", "{}").outcome())
	require.NoError(t, a.server.Fail("UpdateSeniorSettings", Code(-1), 1))
	assert.Equal(t, "200", a.v1Get(path, query).outcome(), "the fault is for the other operation")
	assert.Equal(t, "500 system.error", a.v1(path, `{"seniorStaffId":"boss","open":true}`).outcome())
}
