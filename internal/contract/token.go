package contract

// GetToken obtains the access token of an internal app. While a token lives, asking again returns the
// same one and renews its life; after its end, another.
var GetToken = Endpoint{
	Name: "GetToken", Title: "Obtain the access_token of an internal app", Doc: Docs,
	Method: "GET", Path: "/gettoken",
	Anonymous: true, Repeat: Always, Payload: TopLevel,
	Request: []Field{
		{Name: "appkey", Type: String, Required: true},
		{Name: "appsecret", Type: String, Required: true},
	},
	Response: []Field{
		{Name: "access_token", Type: String, Required: true},
		{Name: "expires_in", Type: Int64}, // seconds
	},
	Errors: []int{40035, 40089, 40096},
}
