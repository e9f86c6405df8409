package contract

// RootDepartmentID is the ID of the root department, which every organization has.
const RootDepartmentID int64 = 1

// ListSubDepartmentIDs lists the direct children of a department. It is not paged, and not limited to
// what the app may see.
var ListSubDepartmentIDs = Endpoint{
	Name: "ListSubDepartmentIDs", Title: "Obtain the list of sub-department IDs",
	Doc: bothPages("obtain-the-list-of-sub-department-ids"), Method: "POST", Path: "/topapi/v2/department/listsubid",
	Permission: GetDepartmentList,
	Repeat:     Always, Payload: UnderResult,
	Request: []Field{
		{Name: "dept_id", Type: Int64, Required: true},
	},
	Response: []Field{
		{Name: "dept_id_list", Type: Int64Array, Required: true}, // empty for a leaf
	},
	Errors: []int{-1, 60003, 400002},
}

// visible holds the fields of requests that limit who sees a department. 600109, which the page of create prints,
// is taken for a slip: the page of update and the range have 60109.
var visible = []Field{
	{Name: "hide_dept", Type: Bool},
	{Name: "dept_permits", Type: CommaIDs, Max: 50, Code: 60109}, // who sees a hidden department
	{Name: "user_permits", Type: CommaNames, Max: 50, Code: 60109},
	{Name: "outer_dept", Type: Bool}, // its members see but part of the directory
	{Name: "outer_dept_only_self", Type: Bool},
	{Name: "outer_permit_users", Type: CommaNames, Max: 50, Code: 60109},
	{Name: "outer_permit_depts", Type: CommaIDs, Max: 50, Code: 60109},
}

// fields joins parts of a field list.
func fields(parts ...[]Field) []Field {
	var all []Field
	for _, part := range parts {
		all = append(all, part...)
	}
	return all
}

// CreateDepartment adds a department.
var CreateDepartment = Endpoint{
	Name: "CreateDepartment", Title: "Create a department",
	Doc: bothPages("address-book-creation-department-established-department"), Method: "POST", Path: "/topapi/v2/department/create",
	Permission: ManageAddressList,
	Write:      true, Repeat: Never, Payload: UnderResult,
	Request: fields([]Field{
		{Name: "name", Type: String, Required: true, Max: 64, Code: 60001}, // without "-", "," and "，"
		{Name: "parent_id", Type: Int64, Required: true},
	}, visible, []Field{
		{Name: "create_dept_group", Type: Bool},
		{Name: "auto_approve_apply", Type: Bool},
		{Name: "order", Type: Int64}, // the smaller, the nearer the top
		{Name: "source_identifier", Type: String},
		{Name: "brief", Type: String, Max: 255},
		{Name: "telephone", Type: String, Max: 50},
		{Name: "extension", Type: JSONText},
	}),
	Response: []Field{{Name: "dept_id", Type: Int64, Required: true}},
	Errors: []int{
		-1, 40035, 43007, 60001, 60002, 60004, 60008, 60009, 60021, 60022, 60109, 60110, 600109,
	},
}

// UpdateDepartment changes the fields that are sent and leaves the others.
var UpdateDepartment = Endpoint{
	Name: "UpdateDepartment", Title: "Update a department",
	Doc: bothPages("address-book-update-department"), Method: "POST", Path: "/topapi/v2/department/update",
	Permission: ManageAddressList,
	Write:      true, Repeat: Always, Payload: Nothing,
	Request: fields([]Field{
		{Name: "dept_id", Type: Int64, Required: true},
		{Name: "name", Type: String, Max: 64, Code: 60001},
		{Name: "parent_id", Type: Int64},
	}, visible, []Field{
		{Name: "create_dept_group", Type: Bool},
		{Name: "auto_approve_apply", Type: Bool},
		{Name: "order", Type: Int64},
		{Name: "source_identifier", Type: String},
		{Name: "brief", Type: String, Max: 255},
		{Name: "telephone", Type: String, Max: 50},
		{Name: "extension", Type: JSONText},
		{Name: "language", Type: String, Enum: languages},
		{Name: "auto_add_user", Type: Bool}, // new members join the department's group
		{Name: "dept_manager_userid_list", Type: CommaNames, Max: 999, Code: 40031},
		{Name: "group_contain_sub_dept", Type: Bool},
		{Name: "group_contain_outer_dept", Type: Bool},
		{Name: "group_contain_hidden_dept", Type: Bool},
		{Name: "org_dept_owner", Type: String}, // owner of the group, who must be a member
		{Name: "force_update_fields", Type: CommaNames, Enum: []string{"dept_manager_userid_list"}},
		{Name: "code", Type: String, Max: 30},
	}),
	Errors: []int{-1, 40009, 40011, 40031, 40093, 43007, 60001, 60003, 60004, 60010, 60018, 60109, 60510},
}

// DeleteDepartment removes a department without people and sub-departments.
var DeleteDepartment = Endpoint{
	Name: "DeleteDepartment", Title: "Delete a department",
	Doc: bothPages("address-book-deletion-department"), Method: "POST", Path: "/topapi/v2/department/delete",
	Permission: ManageAddressList,
	Write:      true, Repeat: Always, Payload: Nothing,
	Request: []Field{{Name: "dept_id", Type: Int64, Required: true}},
	Errors:  []int{-1, 43007, 60003, 60005, 60006, 60007, 400002},
}

// GetDepartment reads one department.
var GetDepartment = Endpoint{
	Name: "GetDepartment", Title: "Obtain the details of a department",
	Doc: chinesePage("query-department-details0-v2"), Method: "POST", Path: "/topapi/v2/department/get",
	Permission: GetDepartmentList,
	Repeat:     Always, Payload: UnderResult,
	Request: []Field{
		{Name: "dept_id", Type: Int64, Required: true},
		{Name: "language", Type: String, Enum: languages},
	},
	Response: []Field{
		{Name: "dept_id", Type: Int64, Required: true, Always: true},
		{Name: "name", Type: String, Always: true},
		{Name: "parent_id", Type: Int64}, // absent for the root
		{Name: "order", Type: Int64},
		{Name: "source_identifier", Type: String},
		{Name: "tags", Type: String}, // campus, period, grade, class
		{Name: "from_union_org", Type: Bool},
		{Name: "create_dept_group", Type: Bool},
		{Name: "auto_add_user", Type: Bool},
		{Name: "group_contain_sub_dept", Type: Bool},
		{Name: "auto_approve_apply", Type: Bool},
		{Name: "hide_dept", Type: Bool},
		{Name: "outer_dept", Type: Bool},
		{Name: "dept_group_chat_id", Type: String},
		{Name: "org_dept_owner", Type: String},
		{Name: "dept_manager_userid_list", Type: StringArray},
		{Name: "dept_permits", Type: Int64Array},
		{Name: "user_permits", Type: StringArray},
		{Name: "outer_permit_depts", Type: Int64Array},
		{Name: "outer_permit_users", Type: StringArray},
		{Name: "code", Type: String},
		{Name: "member_count", Type: Int64},        // with sub-departments
		{Name: "owning_member_count", Type: Int64}, // direct members
		{Name: "union_dept_ext", Type: Object, Fields: []Field{ // in camel case in the page's table
			{Name: "corp_id", Also: "corpId", Type: String},
			{Name: "dept_id", Also: "deptId", Type: Int64},
		}},
		{Name: "brief", Type: String},
		{Name: "telephone", Type: String},
		{Name: "extention", Type: JSONText}, // sic
	},
	Errors: []int{-1, 43007, 60003, 400002},
}

// ListSubDepartments lists the direct children of a department that the app may see, all at once.
var ListSubDepartments = Endpoint{
	Name: "ListSubDepartments", Title: "Obtain the list of departments",
	Doc: bothPages("user-management-acquires-the-list-departments"), Method: "POST", Path: "/topapi/v2/department/listsub",
	Permission: GetDepartmentList,
	Repeat:     Always, Payload: ListUnderResult,
	Request: []Field{
		{Name: "dept_id", Type: Int64}, // absent: the root
		{Name: "language", Type: String, Enum: languages},
	},
	Response: []Field{
		{Name: "dept_id", Type: Int64},
		{Name: "name", Type: String},
		{Name: "parent_id", Type: Int64},
		{Name: "create_dept_group", Type: Bool},
		{Name: "auto_add_user", Type: Bool},
		{Name: "source_identifier", Type: String},
		{Name: "tags", Type: String},
		{Name: "from_union_org", Type: Bool},
		{Name: "ext", Type: JSONText},
	},
	Errors: []int{-1, 60003, 400002},
}

// ListParentDepartmentsByDepartment lists a department and those above it, the root last.
var ListParentDepartmentsByDepartment = Endpoint{
	Name: "ListParentDepartmentsByDepartment", Title: "Obtain the parent departments of a department",
	Doc: bothPages("query-the-list-of-all-parent-departments-of-a-department"), Method: "POST", Path: "/topapi/v2/department/listparentbydept",
	Permission: GetDepartmentList,
	Repeat:     Always, Payload: UnderResult,
	Request:  []Field{{Name: "dept_id", Type: Int64, Required: true}},
	Response: []Field{{Name: "parent_id_list", Type: Int64Array, Required: true}},
	Errors:   []int{-1, 43007, 60003, 400002},
}

// ListParentDepartmentsByUser lists, for each department a person is in, that department and those above it.
var ListParentDepartmentsByUser = Endpoint{
	Name: "ListParentDepartmentsByUser", Title: "Obtain the parent departments of a user",
	Doc: bothPages("queries-the-list-of-all-parent-departments-of-a-user"), Method: "POST", Path: "/topapi/v2/department/listparentbyuser",
	Permission: GetDepartmentList,
	Repeat:     Always, Payload: UnderResult,
	Request: []Field{{Name: "userid", Type: String, Required: true}},
	Response: []Field{{Name: "parent_list", Type: ObjectArray, Required: true, Fields: []Field{
		{Name: "parent_dept_id_list", Type: Int64Array},
	}}},
	Errors: []int{-1, 33012, 43007, 400002},
}
