package contract

// GetCorpToken obtains the access token of an app for an organization that has authorized it. Whether asking again returns
// the same token is not documented. Its names are those of OAuth, unlike all others of the new API.
var GetCorpToken = Endpoint{
	Name: "GetCorpToken", Title: "Obtain the access token of an app",
	Doc: bothPages("api-gettoken"), API: New, Method: "POST", Path: "/v1.0/oauth2/{corpId}/token",
	Permission: Base,
	Credential: NoToken, Repeat: Always, Payload: Whole,
	Request: []Field{
		{Name: "client_id", Type: String, Required: true},
		{Name: "client_secret", Type: String, Required: true, Secret: true},
		{Name: "grant_type", Type: String, Required: true, Enum: []string{"client_credentials"}},
	},
	Response: []Field{
		{Name: "access_token", Type: String, Required: true, Secret: true},
		{Name: "expires_in", Type: Int64}, // seconds
	},
	StringCodes: []string{"invalid.client", "unsupported.grant.type", "unauthorized.client", "server.error"}, // with HTTP 400, 400, 401 and 500
}

// GetSuiteCorpToken obtains the access token of a third-party app for an organization, with the app's ticket. Each call
// makes another token.
var GetSuiteCorpToken = Endpoint{
	Name: "GetSuiteCorpToken", Title: "Obtain the accessToken of an organization that has authorized a third-party app",
	Doc: chinesePage("obtain-the-access-token-of-the-authorized-enterprise-1"), API: New,
	Method: "POST", Path: "/v1.0/oauth2/corpAccessToken",
	Permission: ThirdPartyBase,
	Credential: NoToken, Repeat: Always, Payload: Whole,
	Request: []Field{
		{Name: "suiteKey", Type: String, Required: true},
		{Name: "suiteSecret", Type: String, Required: true, Secret: true},
		{Name: "authCorpId", Type: String, Required: true},
		{Name: "suiteTicket", Type: String, Required: true, Secret: true},
	},
	Response: []Field{
		{Name: "accessToken", Type: String, Required: true, Secret: true},
		{Name: "expireIn", Type: Int64}, // seconds
	},
	StringCodes: []string{"invalidSuiteKey", "invalidSuiteTicket", "invalidAuthInfo"}, // with HTTP 400
}

// GetSuiteToken obtains the access token of a third-party app itself, with the app's ticket.
var GetSuiteToken = Endpoint{
	Name: "GetSuiteToken", Title: "Obtain the suiteAccessToken of a third-party app",
	Doc: chinesePage("obtains-the-suite-acess-token-of-third-party-enterprise-applications"), API: New,
	Method: "POST", Path: "/v1.0/oauth2/suiteAccessToken",
	Permission: ThirdPartyBase,
	Credential: NoToken, Repeat: Always, Payload: Whole,
	Request: []Field{
		{Name: "suiteKey", Type: String, Required: true},
		{Name: "suiteSecret", Type: String, Required: true, Secret: true},
		{Name: "suiteTicket", Type: String, Required: true, Secret: true},
	},
	Response: []Field{
		{Name: "accessToken", Type: String, Required: true, Secret: true},
		{Name: "expireIn", Type: Int64}, // seconds
	},
	StringCodes: []string{"invalidSuiteTicket", "invalidClientIdOrSecret"}, // with HTTP 400
}

// GetAuthInfo returns what an organization has authorized a third-party app to do, and who did.
var GetAuthInfo = Endpoint{
	Name: "GetAuthInfo", Title: "Obtain the authorization of an organization that has activated the app",
	Doc: chinesePage("obtains-the-authorization-information-after-the-enterprise-activates-the-application-1"), API: New,
	Method: "GET", Path: "/v1.0/oauth2/apps/authInfo",
	Permission: ThirdPartyBase,
	Credential: SuiteToken, Repeat: Always, Payload: Whole,
	Request: []Field{
		{Name: "authCorpId", Type: String, Required: true},
	},
	Response: []Field{
		{Name: "authAppInfo", Type: Object, Fields: []Field{
			{Name: "agentList", Type: ObjectArray, Fields: []Field{
				{Name: "agentId", Type: Int64},
				{Name: "agentName", Type: String},
				{Name: "appId", Type: Int64},
				{Name: "adminList", Type: StringArray},
			}},
		}},
		{Name: "authCorpInfo", Type: Object, Required: true, Fields: []Field{
			{Name: "corpName", Type: String},
			{Name: "industry", Type: String},
			{Name: "licenseCode", Type: String},
			{Name: "authChannel", Type: String},
			{Name: "authChannelType", Type: String},
			{Name: "authLevel", Type: Int64},
			{Name: "inviteCode", Type: String},
			{Name: "inviteUrl", Type: String},
			{Name: "corpLogoUrl", Type: String},
		}},
		{Name: "authUserInfo", Type: Object, Fields: []Field{
			{Name: "userId", Type: String},
		}},
	},
	StringCodes: []string{"orgNotExist", "orgNotAuthApp", "invalidCorpId", "invalidSuiteKey"}, // with HTTP 400
}

// GetSuiteAuthInfo returns what an organization has authorized a third-party or custom app to do, and who did, by a signed
// request. The page has neither full_corp_name nor corp_type in its table, but in its sample, and says nothing of
// auth_market_info, which is empty there.
var GetSuiteAuthInfo = Endpoint{
	Name: "GetSuiteAuthInfo", Title: "Obtain the authorization of an organization",
	Doc: chinesePage("obtains-the-basic-information-of-an-enterprise"), Method: "POST", Path: "/service/get_auth_info",
	Permission: ThirdPartyBase,
	Credential: SuiteSignature, Repeat: Always, Payload: TopLevel,
	Request: []Field{
		{Name: "auth_corpid", Type: String, Required: true},
		{Name: "suite_key", Type: String},
	},
	Response: []Field{
		{Name: "auth_corp_info", Type: Object, Required: true, Fields: []Field{
			{Name: "corpid", Type: String, Required: true},
			{Name: "corp_name", Type: String},
			{Name: "full_corp_name", Type: String},
			{Name: "corp_type", Type: Int64},
			{Name: "industry", Type: String},
			{Name: "invite_code", Type: String},
			{Name: "invite_url", Type: String},
			{Name: "license_code", Type: String},
			{Name: "auth_channel", Type: String},
			{Name: "auth_channel_type", Type: String},
			{Name: "is_authenticated", Type: Bool},
			{Name: "auth_level", Type: Int64},
			{Name: "corp_logo_url", Type: String},
		}},
		{Name: "auth_user_info", Type: Object, Fields: []Field{
			{Name: "userId", Type: String},
		}},
		{Name: "auth_info", Type: Object, Fields: []Field{
			{Name: "agent", Type: ObjectArray, Fields: []Field{
				{Name: "agentid", Type: Int64},
				{Name: "agent_name", Type: String},
				{Name: "logo_url", Type: String},
				{Name: "appid", Type: Int64},
				{Name: "admin_list", Type: StringArray},
			}},
		}},
		{Name: "channel_auth_info", Type: Object, Fields: []Field{
			{Name: "channelAgent", Type: ObjectArray, Fields: []Field{
				{Name: "agentid", Type: Int64},
				{Name: "agent_name", Type: String},
				{Name: "logo_url", Type: String},
				{Name: "appid", Type: Int64},
			}},
		}},
	},
	Errors: []int{40085, 853001, 853002, 853003, 853004, 853005},
}
