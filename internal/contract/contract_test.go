package contract

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestEndpoint_RequiredFieldsAreTheDocumentedOnes(t *testing.T) {
	t.Parallel()
	required := func(fields []Field) []string {
		names := []string{}
		for _, f := range fields {
			if f.Required {
				names = append(names, f.Name)
			}
		}
		return names
	}
	for ep, want := range map[*Endpoint]struct{ request, response []string }{
		&GetToken:                       {[]string{"appkey", "appsecret"}, []string{"access_token"}},
		&GetOAuth2Token:                 {[]string{"appKey", "appSecret"}, []string{"accessToken"}},
		&GetCorpToken:                   {[]string{"client_id", "client_secret", "grant_type"}, []string{"access_token"}},
		&GetSuiteCorpToken:              {[]string{"suiteKey", "suiteSecret", "authCorpId", "suiteTicket"}, []string{"accessToken"}},
		&GetSuiteToken:                  {[]string{"suiteKey", "suiteSecret", "suiteTicket"}, []string{"accessToken"}},
		&GetAuthInfo:                    {[]string{"authCorpId"}, []string{"authCorpInfo"}},
		&GetSuiteAuthInfo:               {[]string{"auth_corpid"}, []string{"auth_corp_info"}},
		&CreateUser:                     {[]string{"name", "dept_id_list"}, []string{"userid"}},
		&GetUser:                        {[]string{"userid"}, []string{"userid"}},
		&UpdateUser:                     {[]string{"userid"}, []string{}},
		&DeleteUser:                     {[]string{"userid"}, []string{}},
		&ListSubDepartmentIDs:           {[]string{"dept_id"}, []string{"dept_id_list"}},
		&ListUsers:                      {[]string{"dept_id", "cursor", "size"}, []string{"list"}},
		&ListUserBriefs:                 {[]string{"dept_id", "cursor", "size"}, []string{"list"}},
		&ListInactiveUserIDs:            {[]string{"is_active", "offset", "size", "query_date"}, []string{"list"}},
		&GetUserByCode:                  {[]string{"code"}, []string{"userid"}},
		&GetUserAccessToken:             {[]string{"clientId", "clientSecret", "grantType"}, []string{"accessToken"}},
		&GetMe:                          {[]string{}, []string{"unionId"}},
		&GetUserAuthRules:               {[]string{}, []string{"result"}},
		&GetUserByTmpCode:               {[]string{"tmp_auth_code"}, []string{"user_info"}},
		&GetSSOToken:                    {[]string{"corpid", "ssoSecret"}, []string{"accessToken"}},
		&GetAdminByCode:                 {[]string{"code"}, []string{"userId"}},
		&GetJSAPITicket:                 {[]string{}, []string{"jsapiTicket"}},
		&GetOrgAuthInfo:                 {[]string{}, []string{"orgName", "authLevel"}},
		&GetInviteInfo:                  {[]string{}, []string{"inviteSwitch"}},
		&SearchUsers:                    {[]string{"queryWord", "offset", "size"}, []string{"list"}},
		&SearchDepartments:              {[]string{"queryWord", "offset", "size"}, []string{"list"}},
		&EnableOrgAccount:               {[]string{"userId"}, []string{"result"}},
		&DisableOrgAccount:              {[]string{"userId"}, []string{"result"}},
		&SignOutOrgAccount:              {[]string{"userId"}, []string{"result"}},
		&GetOrgAccountStatus:            {[]string{"userId"}, []string{"disable"}},
		&ListOwnedOrganizations:         {[]string{"userId"}, []string{"orgList"}},
		&GetSeniorSettings:              {[]string{"seniorStaffId"}, []string{"seniorStaffId"}},
		&UpdateSeniorSettings:           {[]string{"seniorStaffId", "open"}, []string{}},
		&CreateExternalContact:          {[]string{"contact"}, []string{"userid"}},
		&UpdateExternalContact:          {[]string{"contact"}, []string{}},
		&DeleteExternalContact:          {[]string{"user_id"}, []string{}},
		&GetExternalContact:             {[]string{"user_id"}, []string{"userid"}},
		&ListExternalContacts:           {[]string{}, []string{"results"}},
		&ListExternalContactLabelGroups: {[]string{}, []string{"results"}},
		&CountUsers:                     {[]string{"only_active"}, []string{"count"}},
		&CreateDepartment:               {[]string{"name", "parent_id"}, []string{"dept_id"}},
		&UpdateDepartment:               {[]string{"dept_id"}, []string{}},
		&CreateRole:                     {[]string{"roleName", "groupId"}, []string{"roleId"}},
		&UpdateRoleScope:                {[]string{"userid", "role_id"}, []string{}},
		&ListRoleUsers:                  {[]string{"role_id"}, []string{"list"}},
		&RegisterCallback:               {[]string{"call_back_tag", "token", "aes_key", "url"}, []string{}},
		&UpdateCallback:                 {[]string{"call_back_tag", "token", "aes_key", "url"}, []string{}},
		&GetCallback:                    {[]string{}, []string{"url"}},
		&GetFailedCallbacks:             {[]string{}, []string{"failed_list"}},
	} {
		assert.Equal(t, want.request, required(ep.Request), ep.Name)
		assert.Equal(t, want.response, required(ep.Response), ep.Name)
	}
}

func TestEndpoint_FieldsDoNotContradictEachOther(t *testing.T) {
	t.Parallel()
	for _, ep := range append(All(), WithoutMethod()...) {
		for side, fields := range map[string][]Field{"request": ep.Request, "response": ep.Response} {
			checkFields(t, ep.Name+" "+side, fields)
		}
		assert.Equal(t, ep.Payload == Nothing, len(ep.Response) == 0, ep.Name)
		assert.True(t, slices.IsSorted(ep.Errors), "%s: the codes are sorted", ep.Name)
		assert.Len(t, slices.Compact(slices.Clone(ep.Errors)), len(ep.Errors), "%s: each code is listed once", ep.Name)
		if ep.API == New {
			assert.True(t, strings.HasPrefix(ep.Path, "/v1.0/"), ep.Name)
			assert.Contains(t, []Payload{Whole, Nothing}, ep.Payload, "%s: the new API has no envelope", ep.Name)
			assert.Empty(t, ep.Errors, "%s: the new API has string codes", ep.Name)
		} else {
			assert.False(t, strings.HasPrefix(ep.Path, "/v1.0/"), ep.Name)
			assert.NotEqual(t, Whole, ep.Payload, "%s: the legacy API has an envelope", ep.Name)
			assert.Empty(t, ep.StringCodes, "%s: the legacy API has numeric codes", ep.Name)
			assert.Contains(t, []Credential{AppToken, NoToken, Signature, SuiteSignature}, ep.Credential, ep.Name)
		}
		if ep == &GetUserIDByMobile {
			continue // a response has one of two fields
		}
		assert.False(t, (ep.Payload == UnderResult || ep.Payload == Whole) && !slices.ContainsFunc(ep.Response, func(f Field) bool { return f.Required }),
			"%s: without a required field an empty response passes for a success", ep.Name)
	}
}

func checkFields(t *testing.T, where string, fields []Field) {
	t.Helper()
	seen := map[string]bool{}
	for _, f := range fields {
		name := where + "." + f.Name
		assert.NotEmpty(t, f.Name, where)
		assert.False(t, seen[f.Name], "%s is listed twice", name)
		seen[f.Name] = true
		assert.Equal(t, f.Type == Object || f.Type == ObjectArray, len(f.Fields) > 0, "%s: members", name)
		if f.Max > 0 {
			assert.Contains(t, []Type{String, Int64, CommaIDs, CommaNames, JSONText, ObjectArray, StringArray, Int64Array}, f.Type, "%s: a limit has no meaning for this type", name)
		}
		if f.Min != 0 {
			assert.Contains(t, []Type{Int64, Millis}, f.Type, name)
		}
		if len(f.Enum) > 0 {
			assert.Contains(t, []Type{String, Int64, CommaNames}, f.Type, name)
		}
		assert.True(t, !f.MustBeTrue || f.Required && f.Type == Bool, name)
		if f.Unless != "" {
			more := slices.IndexFunc(fields, func(other Field) bool { return other.Name == f.Unless })
			if assert.GreaterOrEqual(t, more, 0, "%s: there is no %s", name, f.Unless) {
				assert.Equal(t, Bool, fields[more].Type, name)
			}
			assert.True(t, f.Required, name)
		}
		checkFields(t, name, f.Fields)
	}
}

func TestUpdateUser_LacksTheFieldsThatCannotBeChanged(t *testing.T) {
	t.Parallel()
	names := func(fields []Field) (list []string) {
		for _, f := range fields {
			list = append(list, f.Name)
		}
		return list
	}
	create, update, get := names(CreateUser.Request), names(UpdateUser.Request), names(GetUser.Response)
	assert.NotContains(t, update, "mobile")
	assert.NotContains(t, update, "login_email")
	assert.Contains(t, create, "login_id")
	assert.NotContains(t, create, "loginId")
	assert.Contains(t, update, "loginId")
	assert.NotContains(t, update, "login_id")
	assert.Contains(t, names(CreateUser.Response), "unionId")
	assert.Contains(t, get, "unionid")
	assert.NotContains(t, get, "unionId")
}
