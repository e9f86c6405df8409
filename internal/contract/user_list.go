package contract

// listRequest returns the fields of the requests for the two paged lists of a department's people. Their pages name
// different codes.
func listRequest(dept, cursor, size, order int) []Field {
	return []Field{
		{Name: "dept_id", Type: Int64, Required: true, Code: dept},  // not from 1: the home-school department is -7
		{Name: "cursor", Type: Int64, Required: true, Code: cursor}, // from 0
		{Name: "size", Type: Int64, Required: true, Min: 1, Max: 100, Code: size},
		{
			Name: "order_field", Type: String, Code: order,
			Enum: []string{"entry_asc", "entry_desc", "modify_asc", "modify_desc", "custom"},
		},
		{Name: "contain_access_limit", Type: Bool},
		{Name: "language", Type: String, Enum: languages},
	}
}

// ListUsers reads a page of a department's direct members, in full.
var ListUsers = Endpoint{
	Name: "ListUsers", Title: "Obtain the details of the users of a department",
	Doc: bothPages("queries-the-complete-information-of-a-department-user"), Method: "POST", Path: "/topapi/v2/user/list",
	Permission: GetDepartmentMember,
	Repeat:     Always, Payload: UnderResult,
	Request: listRequest(40035, 40035, 40035, 40035),
	Response: []Field{
		{Name: "has_more", Type: Bool},
		{Name: "next_cursor", Type: Int64}, // absent on the last page
		{Name: "list", Type: ObjectArray, Required: true, Unless: "has_more", Fields: []Field{
			{Name: "userid", Type: String},
			{Name: "unionid", Type: String},
			{Name: "name", Type: String},
			{Name: "avatar", Type: String},
			{Name: "state_code", Type: String},
			{Name: "mobile", Type: String},
			{Name: "hide_mobile", Type: Bool},
			{Name: "telephone", Type: String},
			{Name: "job_number", Type: String},
			{Name: "title", Type: String},
			{Name: "email", Type: String},
			{Name: "org_email", Type: String},
			{Name: "work_place", Type: String},
			{Name: "remark", Type: String},
			{Name: "dept_id_list", Type: Int64Array},
			{Name: "dept_order", Type: Int64}, // in the department asked for
			{Name: "extension", Type: JSONText},
			{Name: "hired_date", Type: Millis},
			{Name: "active", Type: Bool},
			{Name: "admin", Type: Bool},
			{Name: "boss", Type: Bool},
			{Name: "leader", Type: Bool}, // of the department asked for
			{Name: "exclusive_account", Type: Bool},
			{Name: "exclusive_account_type", Type: String},
			{Name: "login_id", Type: String},
			{Name: "nickname", Type: String},
			{Name: "exclusive_account_corp_name", Type: String},
			{Name: "exclusive_account_corp_id", Type: String},
			{Name: "disable_status", Type: Bool},
		}},
	},
	Errors: []int{-1, 40035, 50004, 60019, 400002},
}

// ListUserBriefs reads a page of a department's direct members, by userid and name.
var ListUserBriefs = Endpoint{
	Name: "ListUserBriefs", Title: "Obtain the basic information of the users of a department",
	Doc: bothPages("queries-the-simple-information-of-a-department-user"), Method: "POST", Path: "/topapi/user/listsimple",
	Permission: GetDepartmentMember,
	Repeat:     Always, Payload: UnderResult,
	Request: listRequest(0, 40068, 40069, 0),
	Response: []Field{
		{Name: "has_more", Type: Bool},
		{Name: "next_cursor", Type: Int64}, // absent on the last page
		{Name: "list", Type: ObjectArray, Required: true, Unless: "has_more", Fields: []Field{
			{Name: "userid", Type: String},
			{Name: "name", Type: String},
		}},
	},
	Errors: []int{-1, 40068, 40069, 60003, 400002},
}

// ListUserIDs lists a department's direct members by userid, all at once and whatever the app may see.
var ListUserIDs = Endpoint{
	Name: "ListUserIDs", Title: "Obtain the userids of a department",
	Doc: chinesePage("query-the-list-of-department-userids"), Method: "POST", Path: "/topapi/user/listid",
	Permission: GetMember,
	Repeat:     Always, Payload: UnderResult,
	Request:  []Field{{Name: "dept_id", Type: Int64, Required: true}},
	Response: []Field{{Name: "userid_list", Type: StringArray, Required: true}},
	Errors:   []int{-1, 60003, 400002},
}

// GetUserIDByMobile finds the person who has a mobile number. Deleted people are not found.
var GetUserIDByMobile = Endpoint{
	Name: "GetUserIDByMobile", Title: "Query a user by mobile number",
	Doc: bothPages("query-users-by-phone-number"), Method: "POST", Path: "/topapi/v2/user/getbymobile",
	Permission: GetMemberByMobile,
	Repeat:     Always, Payload: UnderResult,
	Request: []Field{
		{Name: "mobile", Type: String, Required: true, Max: 15, Code: 40104},
		{Name: "support_exclusive_account_search", Type: Bool}, // required on the page of enterprise accounts
	},
	Response: []Field{
		{Name: "userid", Type: String},                             // absent where enterprise accounts alone have the number
		{Name: "exclusive_account_userid_list", Type: StringArray}, // as JSON in a text in the page's sample
	},
	Errors: []int{-1, 40104, 60121, 400002},
}

// GetUserIDByUnionID finds the person of a union ID.
var GetUserIDByUnionID = Endpoint{
	Name: "GetUserIDByUnionID", Title: "Query a user by unionid",
	Doc: bothPages("query-a-user-by-the-union-id"), Method: "POST", Path: "/topapi/user/getbyunionid",
	Permission: GetMember,
	Repeat:     Always, Payload: UnderResult,
	Request: []Field{{Name: "unionid", Type: String, Required: true, Max: 100}},
	Response: []Field{
		{Name: "contact_type", Type: Int64}, // 0 internal, 1 external
		{Name: "userid", Type: String, Required: true},
	},
	Errors: []int{-1, 60121, 400002},
}

// CountUsers counts the organization's people, in the contact scope or not.
var CountUsers = Endpoint{
	Name: "CountUsers", Title: "Obtain the number of employees",
	Doc: bothPages("user-management-acquires-number-employees"), Method: "POST", Path: "/topapi/user/count",
	Permission: GetMember,
	Repeat:     Always, Payload: UnderResult,
	Request:  []Field{{Name: "only_active", Type: Bool, Required: true, Code: 40035}},
	Response: []Field{{Name: "count", Type: Int64, Required: true}},
	Errors:   []int{-1, 40035, 400002},
}

// ListAdmins lists the administrators.
var ListAdmins = Endpoint{
	Name: "ListAdmins", Title: "Obtain the list of administrators",
	Doc: bothPages("query-the-administrator-list"), Method: "POST", Path: "/topapi/user/listadmin",
	Permission: GetMember,
	Repeat:     Always, Payload: ListUnderResult,
	Response: []Field{
		{Name: "userid", Type: String},
		{Name: "sys_level", Type: Int64}, // 1 main, 2 sub administrator
	},
	Errors: []int{-1, 43007},
}

// GetAdminScope returns the departments that an administrator manages.
var GetAdminScope = Endpoint{
	Name: "GetAdminScope", Title: "Obtain the management scope of an administrator",
	Doc: bothPages("query-permissions-of-the-administrator-address-book"), Method: "POST", Path: "/topapi/user/get_admin_scope",
	Permission: GetMember,
	Repeat:     Always, Payload: TopLevel,
	Request:  []Field{{Name: "userid", Type: String, Required: true}},
	Response: []Field{{Name: "dept_ids", Type: Int64Array, Required: true}},
	Errors:   []int{40036, 60121, 400001},
}

// ListInactiveUserIDs reads a page of the people who did, or did not, log in on a day.
var ListInactiveUserIDs = Endpoint{
	Name: "ListInactiveUserIDs", Title: "Obtain the list of users who did not log in to DingTalk",
	Doc: bothPages("queries-the-inactive-users-or-active-users-under-an-enterprise"), Method: "POST", Path: "/topapi/inactive/user/v2/get",
	Permission: LivenessBase,
	Repeat:     Always, Payload: UnderResult,
	Request: []Field{
		{Name: "is_active", Type: Bool, Required: true},            // false: people who did not log in
		{Name: "dept_ids", Type: CommaIDs, Max: 100, Code: 400002}, // absent: the whole organization
		{Name: "offset", Type: Int64, Required: true, Code: 40068}, // from 0
		{Name: "size", Type: Int64, Required: true, Min: 1, Max: 100, Code: 40069},
		{Name: "query_date", Type: String, Required: true}, // yyyyMMdd
	},
	Response: []Field{
		{Name: "has_more", Type: Bool},
		{Name: "next_cursor", Type: Int64}, // the next offset; absent on the last page
		{Name: "list", Type: StringArray, Required: true, Unless: "has_more"},
	},
	Errors: []int{-1, 40068, 40069, 400002},
}
