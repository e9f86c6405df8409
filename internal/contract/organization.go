package contract

// GetOrgAuthInfo returns the verification of an organization: that of the app, or another one that has authorized the
// app. One without any has orgName and authLevel alone.
var GetOrgAuthInfo = Endpoint{
	Name: "GetOrgAuthInfo", Title: "Obtain the verification of an organization",
	Doc: chinesePage("obtain-enterprise-authentication-information"),
	API: New, Method: "GET", Path: "/v1.0/contact/organizations/authInfos",
	Permission: ReadContactOrg,
	Repeat:     Always, Payload: Whole,
	Request: []Field{{Name: "targetCorpId", Type: String}},
	Response: []Field{
		{Name: "orgName", Type: String, Required: true},
		{Name: "licenseOrgName", Type: String},
		{Name: "registrationNum", Type: String},
		{Name: "unifiedSocialCredit", Type: String},
		{Name: "organizationCode", Type: String},
		{Name: "legalPerson", Type: String},
		{Name: "licenseUrl", Type: String},
		{Name: "authLevel", Type: Int64, Required: true}, // 0 none, 1 high, 2 medium
	},
	StringCodes: []string{
		"invalidParameter.appKey.blank",
		"invalidParameter.system.param", // there is no such organization, or a parameter is empty
		"permission.denied",             // with HTTP 400: the organization has not authorized the app
		"service.system.error",          // with HTTP 500
	},
}

// GetInviteInfo returns how people are invited to the organization, and the link to join it or a department.
var GetInviteInfo = Endpoint{
	Name: "GetInviteInfo", Title: "Obtain the invitation settings of an organization",
	Doc: chinesePage("obtain-invitation-information"),
	API: New, Method: "GET", Path: "/v1.0/contact/invites/infos",
	Permission: ReadContactCommon,
	Repeat:     Always, Payload: Whole,
	Request: []Field{
		{Name: "inviterUserId", Type: String}, // absent: who created the organization
		{Name: "deptId", Type: Int64},
	},
	Response: []Field{
		{Name: "inviteSwitch", Type: Bool, Required: true},
		{Name: "searchNameInvite", Type: Bool},
		{Name: "orgApplyCodeInvite", Type: Bool},
		{Name: "linkInvite", Type: Bool},
		{Name: "inviteUrl", Type: String},      // null while invitations are off
		{Name: "auditType", Type: Int64},       // 0 none, 1 a sub administrator; for invitations to a department
		{Name: "empApplyJoinDept", Type: Bool}, // effective with an auditType of 0
	},
	StringCodes: []string{
		"invalidParameter.param.empty",
		"invalidParameter.param.orgIdInvalid", // there is no such organization, or no longer
		"invalid.system.errror",               // with HTTP 500; sic
	},
}
