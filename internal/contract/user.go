package contract

// The members of the lists that several user operations share.
var (
	deptOrder = []Field{
		{Name: "dept_id", Type: Int64, Required: true},
		{Name: "order", Type: Int64, Required: true}, // beyond 2^53 on live organizations
	}
	deptTitle = []Field{
		{Name: "dept_id", Type: Int64, Required: true},
		{Name: "title", Type: String, Required: true},
	}
	deptPosition = []Field{
		{Name: "dept_id", Type: Int64, Required: true},
		{Name: "is_main", Type: Bool},
		{Name: "title", Type: String, Max: 200},
		{Name: "work_place", Type: String, Max: 100},
	}
	languages = []string{"zh_CN", "en_US"}
)

// CreateUser adds a person. Ordinary accounts need a mobile number; enterprise accounts
// (exclusive_account) do without, which is why the table does not mark it as required.
var CreateUser = Endpoint{
	Name: "CreateUser", Title: "Create a user",
	Doc: bothPages("user-information-creation"), Method: "POST", Path: "/topapi/v2/user/create",
	Permission: ManageAddressList,
	Write:      true, Repeat: Never, Payload: UnderResult,
	Request: []Field{
		{Name: "userid", Type: String, Max: 64},
		{Name: "name", Type: String, Required: true, Max: 80},
		{Name: "mobile", Type: String},
		{Name: "hide_mobile", Type: Bool},
		{Name: "telephone", Type: String, Max: 50},
		{Name: "job_number", Type: String, Max: 50},
		{Name: "title", Type: String, Max: 200},
		{Name: "email", Type: String, Max: 50},
		{Name: "org_email", Type: String, Max: 100},
		{Name: "org_email_type", Type: String, Enum: []string{"profession", "base"}},
		{Name: "work_place", Type: String, Max: 100},
		{Name: "remark", Type: String, Max: 2000},
		{Name: "dept_id_list", Type: CommaIDs, Required: true, Max: 100},
		{Name: "dept_order_list", Type: ObjectArray, Max: 100, Fields: deptOrder},
		{Name: "dept_title_list", Type: ObjectArray, Max: 100, Fields: deptTitle},
		{Name: "extension", Type: JSONText, Max: 2000},
		{Name: "senior_mode", Type: Bool},
		{Name: "hired_date", Type: Millis, Min: 1},
		{Name: "manager_userid", Type: String},
		{Name: "login_email", Type: String, Max: 64},
		{Name: "dept_position_list", Type: ObjectArray, Max: 999, Fields: deptPosition},
		{Name: "extension_i18n", Type: JSONText},
		{Name: "check_user_protect", Type: Bool},

		// Enterprise accounts.
		{Name: "exclusive_account", Type: Bool},
		{Name: "exclusive_account_type", Type: String, Enum: []string{"sso", "dingtalk"}},
		{Name: "login_id", Type: String}, // in camel case on update
		{Name: "init_password", Type: String, Secret: true},
		{Name: "send_password_to_user", Type: Bool},
		{Name: "exclusive_mobile", Type: String},
		{Name: "exclusive_mobile_verify_status", Type: String},
		{Name: "avatarMediaId", Type: String},
		{Name: "nickname", Type: String},
		{Name: "outer_exclusive_corpid", Type: String},
		{Name: "outer_exclusive_userid", Type: String},
	},
	Response: []Field{
		{Name: "userid", Type: String, Required: true},
		{Name: "unionId", Type: String}, // in camel case on this page alone
	},
	Errors: []int{
		33012, 40019, 40020, 40024, 40035, 40066, 40100, 40101, 40103, 40104, 45024, 50004, 60003, 60022,
		60102, 60103, 60104, 60105, 60106, 60107, 60112, 60113, 60122, 60128, 400002,
	},
}

// GetUser reads one person. Which fields a response holds depends on the app's field permissions and on
// what is set; unset ones are absent.
var GetUser = Endpoint{
	Name: "GetUser", Title: "Query user details",
	Doc: bothPages("query-user-details"), Method: "POST", Path: "/topapi/v2/user/get",
	Permission: GetMember,
	Repeat:     Always, Payload: UnderResult,
	Request: []Field{
		{Name: "userid", Type: String, Required: true, Max: 64},
		{Name: "language", Type: String, Max: 6, Enum: languages},
		{Name: "login_id", Type: String}, // enterprise accounts of the kind dingtalk; overrides userid
	},
	Response: []Field{
		{Name: "userid", Type: String, Required: true, Always: true},
		{Name: "unionid", Type: String, Always: true},
		{Name: "name", Type: String},
		{Name: "avatar", Type: String},
		{Name: "state_code", Type: String},
		{Name: "mobile", Type: String},
		{Name: "hide_mobile", Type: Bool, Always: true},
		{Name: "telephone", Type: String},
		{Name: "job_number", Type: String},
		{Name: "title", Type: String},
		{Name: "email", Type: String},
		{Name: "org_email", Type: String},
		{Name: "org_email_type", Type: String},
		{Name: "work_place", Type: String},
		{Name: "remark", Type: String},
		{Name: "extension", Type: JSONText},
		{Name: "extension_i18n", Type: JSONText},
		{Name: "manager_userid", Type: String},
		{Name: "hired_date", Type: Millis},
		{Name: "dept_id_list", Type: Int64Array, Always: true},
		{Name: "dept_order_list", Type: ObjectArray, Always: true, Fields: deptOrder},
		{Name: "dept_position_list", Type: ObjectArray, Fields: deptPosition},
		{Name: "leader_in_dept", Type: ObjectArray, Always: true, Fields: []Field{
			{Name: "dept_id", Type: Int64},
			{Name: "leader", Type: Bool},
		}},
		{Name: "role_list", Type: ObjectArray, Fields: []Field{
			{Name: "id", Type: Int64},
			{Name: "name", Type: String},
			{Name: "group_name", Type: String},
		}},
		{Name: "active", Type: Bool},
		{Name: "real_authed", Type: Bool},
		{Name: "senior", Type: Bool},
		{Name: "admin", Type: Bool},
		{Name: "boss", Type: Bool},
		{Name: "exclusive_account", Type: Bool},
		{Name: "exclusive_account_type", Type: String},
		{Name: "login_id", Type: String},
		{Name: "nickname", Type: String},
		{Name: "exclusive_account_corp_name", Type: String},
		{Name: "exclusive_account_corp_id", Type: String},
		{Name: "disable_status", Type: Bool},
		{Name: "union_emp_ext", Also: "unionEmpExt", Type: Object, Fields: []Field{ // in camel case in the page's older sample
			{Name: "userid", Type: String},
			{Name: "corp_id", Also: "corpId", Type: String},
			{Name: "union_emp_map_list", Also: "unionEmpMapList", Type: ObjectArray, Fields: []Field{
				{Name: "userid", Type: String},
				{Name: "corp_id", Also: "corpId", Type: String},
			}},
		}},
		{Name: "create_time", Type: String}, // undocumented, seen live: "2024-07-15T07:05:43.000Z"
	},
	Errors: []int{-1, 33012, 50002, 60121, 400002},
}

// UpdateUser changes the fields that are sent and leaves the others. The mobile number is not among them.
var UpdateUser = Endpoint{
	Name: "UpdateUser", Title: "Update user information",
	Doc: bothPages("user-information-update"), Method: "POST", Path: "/topapi/v2/user/update",
	Permission: ManageAddressList,
	Write:      true, Repeat: Always, Payload: Nothing,
	Request: []Field{
		{Name: "userid", Type: String, Required: true, Max: 64},
		{Name: "name", Type: String, Max: 80},
		{Name: "hide_mobile", Type: Bool},
		{Name: "telephone", Type: String, Max: 50},
		{Name: "job_number", Type: String, Max: 50},
		{Name: "title", Type: String, Max: 200},
		{Name: "email", Type: String, Max: 50},
		{Name: "org_email", Type: String, Max: 100},
		{Name: "work_place", Type: String, Max: 100},
		{Name: "remark", Type: String, Max: 2000},
		{Name: "senior_mode", Type: Bool},
		{Name: "hired_date", Type: Millis, Min: 1},
		{Name: "manager_userid", Type: String},
		{Name: "dept_id_list", Type: CommaIDs, Max: 300},
		{Name: "dept_order_list", Type: ObjectArray, Fields: deptOrder},
		{Name: "dept_title_list", Type: ObjectArray, Fields: deptTitle},
		{Name: "dept_position_list", Type: ObjectArray, Fields: deptPosition},
		{Name: "extension", Type: JSONText, Max: 2000},
		{Name: "ext_attrs_update_mode", Type: Int64, Enum: []string{"0", "1"}}, // 0 overwrite, 1 merge
		{Name: "extension_i18n", Type: JSONText},
		{Name: "language", Type: String, Enum: languages},
		{Name: "force_update_fields", Type: CommaNames, Enum: []string{"manager_userid", "org_email"}},

		// Enterprise accounts.
		{Name: "org_email_type", Type: String, Enum: []string{"profession", "base"}},
		{Name: "loginId", Type: String}, // in snake case on create
		{Name: "init_password", Type: String, Secret: true},
		{Name: "send_password_to_user", Type: Bool},
		{Name: "exclusive_mobile", Type: String},
		{Name: "exclusive_mobile_verify_status", Type: String},
		{Name: "avatarMediaId", Type: String},
		{Name: "nickname", Type: String},
	},
	Errors: []int{
		33012, 40020, 40021, 40022, 40100, 40101, 41054, 50002, 60003, 60106, 60111, 60121, 60122, 60128,
		400002,
	},
}

// DeleteUser removes a person. A second delete returns an error, but leaves the same state.
var DeleteUser = Endpoint{
	Name: "DeleteUser", Title: "Delete a user",
	Doc: bothPages("delete-a-user"), Method: "POST", Path: "/topapi/v2/user/delete",
	Permission: ManageAddressList,
	Write:      true, Repeat: Always, Payload: Nothing,
	Request: []Field{
		{Name: "userid", Type: String, Required: true, Max: 64},
	},
	Errors: []int{-1, 33012, 60111, 60121, 400002},
}
