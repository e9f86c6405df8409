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
