package contract

// GetSSOToken obtains the access token for GetAdminByCode.
var GetSSOToken = Endpoint{
	Name: "GetSSOToken", Title: "Obtain the accessToken for signing in to the admin console of an app",
	Doc: chinesePage("obtain-the-access-token-of-the-micro-application-background-without-log-on"),
	API: New, Method: "POST", Path: "/v1.0/oauth2/ssoAccessToken",
	Permission: Base, Credential: NoToken,
	Repeat: Always, Payload: Whole,
	Request: []Field{
		{Name: "corpid", Type: String, Required: true},
		{Name: "ssoSecret", Type: String, Required: true, Secret: true},
	},
	Response: []Field{
		{Name: "accessToken", Type: String, Required: true, Secret: true},
		{Name: "expireIn", Type: Int64}, // seconds
	},
	StringCodes: []string{"invalidClientIdOrSecret"}, // with HTTP 400
}

// GetAdminByCode finds the administrator who has opened the app in the admin console, by the code in the address of the
// app's page. The call spends the code, although it is a GET.
var GetAdminByCode = Endpoint{
	Name: "GetAdminByCode", Title: "Obtain the identity of an administrator of an app",
	Doc: chinesePage("obtains-the-identity-of-an-application-administrator"),
	API: New, Method: "GET", Path: "/v1.0/oauth2/ssoUserInfo",
	Permission: GetSSOUserInfo, Credential: SSOToken,
	Write: true, Repeat: Never, Payload: Whole,
	Request: []Field{{Name: "code", Type: String, Required: true, Secret: true}}, // in the query
	Response: []Field{
		{Name: "corpId", Type: String},
		{Name: "corpName", Type: String},
		{Name: "userId", Type: String, Required: true},
		{Name: "email", Type: String},
		{Name: "userName", Type: String},
		{Name: "avatar", Type: String},
		{Name: "isAdmin", Type: Bool},
	},
	StringCodes: []string{"invalidCode", "invalidToken"}, // with HTTP 400
}
