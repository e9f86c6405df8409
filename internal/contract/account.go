package contract

// accountCodes are the string codes of the calls that concern one enterprise account.
var accountCodes = []string{
	"invalid.param",
	"user.not.exist",         // with HTTP 400
	"exclusive.account.only", // with HTTP 400: no enterprise account, or of another organization
	"system.busy",            // with HTTP 500
}

// accountWrite returns an endpoint that changes one enterprise account.
func accountWrite(name, title, page, path string, fields ...Field) Endpoint {
	return Endpoint{
		Name: name, Title: title, Doc: chinesePage(page), API: New, Method: "POST", Path: "/v1.0/contact/orgAccounts/" + path,
		Permission: ManageOrgAccounts,
		Write:      true, Repeat: Always, Payload: Whole,
		Request:     append([]Field{{Name: "userId", Type: String, Required: true}}, fields...),
		Response:    []Field{{Name: "result", Type: Bool, Required: true, MustBeTrue: true}},
		StringCodes: accountCodes,
	}
}

// EnableOrgAccount lets an enterprise account sign in again.
var EnableOrgAccount = accountWrite("EnableOrgAccount", "Enable an enterprise account", "enable-a-dedicated-account", "enable")

// DisableOrgAccount stops an enterprise account.
var DisableOrgAccount = accountWrite("DisableOrgAccount", "Disable an enterprise account", "disable-an-exclusive-account", "disable",
	Field{Name: "reason", Type: String})

// SignOutOrgAccount signs an enterprise account out of DingTalk on all devices.
var SignOutOrgAccount = accountWrite("SignOutOrgAccount", "Force an enterprise account to sign out",
	"force-logout-from-dedicated-account", "signOut",
	Field{Name: "reason", Type: String},                   // for the audit log of the admin console
	Field{Name: "reasonI18nForEmployee", Type: StringMap}) // by language: "zh_CN"

// GetOrgAccountStatus returns whether an enterprise account is disabled.
var GetOrgAccountStatus = Endpoint{
	Name: "GetOrgAccountStatus", Title: "Query the status of an enterprise account",
	Doc: chinesePage("query-dedicated-account-status-1"), API: New, Method: "GET", Path: "/v1.0/contact/orgAccounts/status",
	Permission: ManageOrgAccounts,
	Repeat:     Always, Payload: Whole,
	Request:     []Field{{Name: "userId", Type: String, Required: true}},
	Response:    []Field{{Name: "disable", Type: Bool, Required: true}},
	StringCodes: accountCodes,
}

// ListOwnedOrganizations lists the organizations that an enterprise account created.
var ListOwnedOrganizations = Endpoint{
	Name: "ListOwnedOrganizations", Title: "Query the organizations that an enterprise account owns",
	Doc: chinesePage("you-can-call-this-operation-to-query-the-organization-that"),
	API: New, Method: "GET", Path: "/v1.0/contact/orgAccounts/ownedOrganizations",
	Permission: ManageOrgAccounts,
	Repeat:     Always, Payload: Whole,
	Request: []Field{{Name: "userId", Type: String, Required: true}},
	Response: []Field{{Name: "orgList", Type: ObjectArray, Required: true, Fields: []Field{
		{Name: "corpId", Type: String},
		{Name: "corpName", Type: String},
	}}},
	StringCodes: []string{"exclusive.account.limit", "profile.not.exist", "employee.not.exist", "invalid.param", "system.busy"},
}

// seniorCodes are the string codes of the calls for the senior mode. The last three come with HTTP 500.
var seniorCodes = []string{"parameter.error", "system.error", "parameter.orgNotExists", "parameter.userNotExists"}

// UpdateSeniorSettings switches the senior mode of a person on or off, and sets who may reach the person nevertheless.
// What it does to a list that is absent is not documented. A success has no body.
var UpdateSeniorSettings = Endpoint{
	Name: "UpdateSeniorSettings", Title: "Set the senior mode",
	Doc: chinesePage("update-executive-settings"), API: New, Method: "POST", Path: "/v1.0/contact/seniorSettings",
	Permission: ManageAddressList,
	Write:      true, Repeat: Always, Payload: Nothing,
	Request: []Field{
		{Name: "seniorStaffId", Type: String, Required: true},
		{Name: "open", Type: Bool, Required: true},
		{Name: "permitStaffIds", Type: StringArray}, // the three lists have 200 entries together
		{Name: "permitDeptIds", Type: Int64Array},
		{Name: "permitTagIds", Type: Int64Array}, // roles
		{Name: "protectScenes", Type: StringArray},
	},
	StringCodes: seniorCodes,
}

// ProtectScenes are the values of protectScenes.
var ProtectScenes = []string{
	"DING_SMS", "DING_MSG", "CHAT", "CONFERENCE_VIDEO", "CONFERENCE", "VIDEO_CALL", "CONFERENCE_VOIP", "CALL", "SEARCH", "CALL_CENTER",
}

// GetSeniorSettings returns the settings of a person's senior mode.
var GetSeniorSettings = Endpoint{
	Name: "GetSeniorSettings", Title: "Obtain the settings of a user's senior mode",
	Doc: chinesePage("get-user-executive-mode-settings"), API: New, Method: "GET", Path: "/v1.0/contact/seniorSettings",
	Permission: GetMember,
	Repeat:     Always, Payload: Whole,
	Request: []Field{{Name: "seniorStaffId", Type: String, Required: true}},
	Response: []Field{
		{Name: "seniorStaffId", Type: String, Required: true},
		{Name: "protectScenes", Type: StringArray},
		{Name: "seniorWhiteList", Type: ObjectArray, Fields: []Field{
			{Name: "id", Type: String},
			{Name: "type", Type: Int64}, // 1 person, 2 department, 3 role
			{Name: "name", Type: String},
		}},
	},
	StringCodes: seniorCodes,
}
