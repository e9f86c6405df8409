package contract

// GetToken obtains the access token of an internal app. While a token lives, asking again returns the
// same one and renews its life; after its end, another.
var GetToken = Endpoint{
	Name: "GetToken", Title: "Obtain the access_token of an internal app",
	Doc: chinesePage("obtain-orgapp-token"), Method: "GET", Path: "/gettoken",
	Credential: NoToken, Repeat: Always, Payload: TopLevel,
	Request: []Field{
		{Name: "appkey", Type: String, Required: true},
		{Name: "appsecret", Type: String, Required: true, Secret: true},
	},
	Response: []Field{
		{Name: "access_token", Type: String, Required: true},
		{Name: "expires_in", Type: Int64}, // seconds
	},
	Errors: []int{40035, 40089, 40096},
}

// GetOAuth2Token obtains the same token by the same rule from the new API, with the secret in the body instead
// of the URL.
var GetOAuth2Token = Endpoint{
	Name: "GetOAuth2Token", Title: "Obtain the accessToken of an internal app",
	Doc: bothPages("obtain-the-access-token-of-an-internal-app"), API: New, Method: "POST", Path: "/v1.0/oauth2/accessToken",
	Credential: NoToken, Repeat: Always, Payload: Whole,
	Request: []Field{
		{Name: "appKey", Type: String, Required: true},
		{Name: "appSecret", Type: String, Required: true, Secret: true},
	},
	Response: []Field{
		{Name: "accessToken", Type: String, Required: true},
		{Name: "expireIn", Type: Int64}, // seconds
	},
	StringCodes: []string{"invalidClientIdOrSecret"}, // with HTTP 400
}

// GetAuthScopes returns what the app may see.
var GetAuthScopes = Endpoint{
	Name: "GetAuthScopes", Title: "Obtain the contact scope of an app",
	Doc: bothPages("obtain-corpsecret-authorization-scope"), Method: "GET", Path: "/auth/scopes",
	Permission: Base,
	Repeat:     Always, Payload: TopLevel,
	Response: []Field{
		{Name: "auth_user_field", Type: StringArray},
		{Name: "condition_field", Type: StringArray},
		{Name: "auth_org_scopes", Type: Object, Required: true, Fields: []Field{
			{Name: "authed_user", Type: StringArray},
			{Name: "authed_dept", Type: Int64Array},
		}},
	},
}
