package contract

// GetUserByCode finds the person who has opened the app within DingTalk, by the one-time code that the app's page
// received. The call spends the code.
var GetUserByCode = Endpoint{
	Name: "GetUserByCode", Title: "Obtain the userid of a user by using the log-free code",
	Doc: bothPages("obtain-the-userid-of-a-user-by-using-the-log-free"), Method: "POST", Path: "/topapi/v2/user/getuserinfo",
	Permission: Base,
	Write:      true, Repeat: Never, Payload: UnderResult,
	Request: []Field{{Name: "code", Type: String, Required: true, Secret: true}}, // valid once, for 5 minutes
	Response: []Field{
		{Name: "userid", Type: String, Required: true},
		{Name: "unionid", Type: String},
		{Name: "associated_unionid", Type: String},
		{Name: "name", Type: String},
		{Name: "device_id", Type: String},
		{Name: "sys", Type: Bool},        // an administrator
		{Name: "sys_level", Type: Int64}, // 1 main administrator, 2 sub administrator, 100 boss, 0 any other person
	},
	Errors: []int{40029, 40078, 40079, 40091, 41026, 42008},
}

// GetUserAccessToken exchanges the code of the login page, or the refresh token of an earlier exchange, for the access
// token of the user who has signed in. The call spends either.
var GetUserAccessToken = Endpoint{
	Name: "GetUserAccessToken", Title: "Obtain a user token",
	Doc: bothPages("obtain-user-token"), API: New, Method: "POST", Path: "/v1.0/oauth2/userAccessToken",
	Permission: OpenAppBase, Credential: NoToken,
	Write: true, Repeat: Never, Payload: Whole,
	Request: []Field{
		{Name: "clientId", Type: String, Required: true},
		{Name: "clientSecret", Type: String, Required: true, Secret: true},
		{Name: "code", Type: String, Secret: true},         // with authorization_code
		{Name: "refreshToken", Type: String, Secret: true}, // with refresh_token: valid for 30 days
		{Name: "grantType", Type: String, Required: true, Enum: []string{"authorization_code", "refresh_token"}},
	},
	Response: []Field{
		{Name: "accessToken", Type: String, Required: true, Secret: true},
		{Name: "refreshToken", Type: String, Secret: true},
		{Name: "expireIn", Type: Int64}, // seconds
		{Name: "corpId", Type: String},  // only if the scope had corpid
	},
	StringCodes: []string{
		"invalidParameter.authCode.notFound", // with HTTP 400: spent, expired or of another flow
		"invalidClientIdOrSecret",            // with HTTP 400
	},
}

// GetMe returns the profile of the user who has signed in. Its page describes /v1.0/contact/users/{unionId}, where "me"
// stands for the user of the access token.
var GetMe = Endpoint{
	Name: "GetMe", Title: "Obtain the personal contact information of a user",
	Doc: bothPages("dingtalk-retrieve-user-information"), API: New, Method: "GET", Path: "/v1.0/contact/users/me",
	Permission: ReadContactUser, Credential: UserToken,
	Repeat: Always, Payload: Whole,
	Response: []Field{
		{Name: "nick", Type: String},
		{Name: "avatarUrl", Type: String},
		{Name: "mobile", Type: String}, // absent without the permission point Contact.User.mobile
		{Name: "openId", Type: String},
		{Name: "unionId", Type: String, Required: true},
		{Name: "email", Type: String}, // the personal one
		{Name: "stateCode", Type: String},
		{Name: "visitor", Type: Bool},      // not on the page, but in the official SDK and on the wire
		{Name: "loginEmail", Type: String}, // not on the page, but in the official SDK
	},
	StringCodes: []string{"invalidParameter.user.notFound"}, // with HTTP 404
}

// GetUserAuthRules returns what the user who has signed in permits the app.
var GetUserAuthRules = Endpoint{
	Name: "GetUserAuthRules", Title: "Query personal authorization records",
	Doc: chinesePage("query-personal-authorization-records"), API: New, Method: "GET", Path: "/v1.0/oauth2/authRules/user",
	Permission: SNSBase, Credential: UserToken,
	Repeat: Always, Payload: Whole,
	Response: []Field{
		{Name: "result", Type: ObjectArray, Required: true, Fields: []Field{
			{Name: "resource", Type: String},
			{Name: "authItems", Type: StringArray},
		}},
	},
	StringCodes: []string{"system.busy"}, // with HTTP 500
}

// GetUserByTmpCode finds the user who has signed in on the former QR code page, by the code of that page. The
// call spends the code.
//
// The page says that timestamp, line feed and secret are signed. Its sample code, the page about the signature and the
// official SDK sign the timestamp alone.
var GetUserByTmpCode = Endpoint{
	Name: "GetUserByTmpCode", Title: "Query the basic information of a user",
	Doc: chinesePage("queries-basic-user-information"), Method: "POST", Path: "/sns/getuserinfo_bycode",
	Permission: OpenAppBase, Credential: Signature,
	Write: true, Repeat: Never, Payload: TopLevel,
	Request: []Field{{Name: "tmp_auth_code", Type: String, Required: true, Secret: true}},
	Response: []Field{
		{Name: "user_info", Type: Object, Required: true, Fields: []Field{
			{Name: "nick", Type: String},
			{Name: "unionid", Type: String, Required: true},
			{Name: "openid", Type: String},
			{Name: "main_org_auth_high_level", Type: Bool},
		}},
	},
	Errors: []int{40078, 853001, 853002, 853003, 853004, 853005},
}
