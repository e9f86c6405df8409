package contract

// The operations on roles. Three of the paths are not below /topapi, so that their responses have no request_id.
// Code is what the emulator decided where the pages list no code for a value of the wrong form.

// CreateRoleGroup adds a group of roles.
var CreateRoleGroup = Endpoint{
	Name: "CreateRoleGroup", Title: "Create a role group",
	Doc: bothPages("add-a-role-group"), Method: "POST", Path: "/role/add_role_group",
	Permission: ManageAddressList,
	Write:      true, Repeat: Never, Payload: TopLevel,
	Request:  []Field{{Name: "name", Type: String, Required: true}},
	Response: []Field{{Name: "groupId", Type: Int64, Required: true}},
}

// CreateRole adds a role.
var CreateRole = Endpoint{
	Name: "CreateRole", Title: "Create a role",
	Doc: bothPages("address-book-add-role"), Method: "POST", Path: "/role/add_role",
	Permission: ManageAddressList,
	Write:      true, Repeat: Never, Payload: TopLevel,
	Request: []Field{
		{Name: "roleName", Type: String, Required: true, Code: 34018},
		{Name: "groupId", Type: Int64, Required: true},
	},
	Response: []Field{{Name: "roleId", Type: Int64, Required: true}},
	Errors:   []int{-1, 34018, 34020, 34021},
}

// UpdateRole renames a role.
var UpdateRole = Endpoint{
	Name: "UpdateRole", Title: "Update a role",
	Doc: bothPages("update-the-character-name"), Method: "POST", Path: "/role/update_role",
	Permission: ManageAddressList,
	Write:      true, Repeat: Always, Payload: Nothing,
	Request: []Field{
		{Name: "roleId", Type: Int64, Required: true},
		{Name: "roleName", Type: String, Required: true, Code: 34018},
	},
	Errors: []int{-1, 33011, 660000},
}

// DeleteRole removes a role.
var DeleteRole = Endpoint{
	Name: "DeleteRole", Title: "Delete a role",
	Doc: bothPages("delete-role-information"), Method: "POST", Path: "/topapi/role/deleterole",
	Permission: ManageAddressList,
	Write:      true, Repeat: Always, Payload: Nothing,
	Request: []Field{{Name: "role_id", Type: Int64, Required: true}},
	Errors:  []int{1002, 23004, 33011},
}

// ListRoles reads a page of the roles by group. Size and offset take effect only together.
var ListRoles = Endpoint{
	Name: "ListRoles", Title: "Obtain the list of roles",
	Doc: bothPages("obtains-a-list-of-enterprise-roles"), Method: "POST", Path: "/topapi/role/list",
	Permission: GetDepartmentList,
	Repeat:     Always, Payload: UnderResult,
	Request: []Field{
		{Name: "size", Type: Int64, Min: 1, Max: 200, Code: 40069}, // 20 where absent
		{Name: "offset", Type: Int64, Zero: true, Code: 40068},     // from 0
	},
	Response: []Field{
		{Name: "hasMore", Type: Bool},
		{Name: "nextCursor", Type: Int64}, // not on the page; offset + size where absent
		{Name: "list", Type: ObjectArray, Required: true, Unless: "hasMore", Fields: []Field{
			{Name: "groupId", Type: Int64},
			{Name: "name", Type: String},
			{Name: "roles", Type: ObjectArray, Fields: []Field{
				{Name: "id", Type: Int64},
				{Name: "name", Type: String},
			}},
		}},
	},
	Errors: []int{40068, 40069, 400001, 400043},
}

// GetRole reads a role.
var GetRole = Endpoint{
	Name: "GetRole", Title: "Obtain the details of a role",
	Doc: chinesePage("queries-role-details"), Method: "POST", Path: "/topapi/role/getrole",
	Permission: GetDepartmentMember,
	Repeat:     Always, Payload: TopLevel,
	Request: []Field{{Name: "roleId", Type: Int64, Required: true}},
	Response: []Field{{Name: "role", Type: Object, Required: true, Fields: []Field{
		{Name: "name", Type: String},
		{Name: "groupId", Type: Int64},
	}}},
	Errors: []int{33011, 43007, 400001},
}

// GetRoleGroup reads a group of roles.
var GetRoleGroup = Endpoint{
	Name: "GetRoleGroup", Title: "Obtain the roles of a role group",
	Doc: bothPages("obtains-the-role-group-information"), Method: "POST", Path: "/topapi/role/getrolegroup",
	Permission: GetDepartmentList,
	Repeat:     Always, Payload: TopLevel,
	Request: []Field{{Name: "group_id", Type: Int64, Required: true}},
	Response: []Field{{Name: "role_group", Type: Object, Required: true, Fields: []Field{
		{Name: "group_name", Type: String},
		{Name: "roles", Type: ObjectArray, Fields: []Field{
			{Name: "role_id", Type: Int64},
			{Name: "role_name", Type: String},
		}},
	}}},
	Errors: []int{-1, 400002},
}

// AddRolesToUsers gives people roles.
var AddRolesToUsers = Endpoint{
	Name: "AddRolesToUsers", Title: "Add roles to employees in batches",
	Doc: bothPages("add-role-information-to-employees-in-batches"), Method: "POST", Path: "/topapi/role/addrolesforemps",
	Permission: ManageAddressList,
	Write:      true, Repeat: Always, Payload: Nothing,
	Request: []Field{
		{Name: "roleIds", Type: CommaIDs, Required: true, Max: 20, Code: 400002},
		{Name: "userIds", Type: CommaNames, Required: true, Max: 20},
	},
	Errors: []int{1002, 12012, 33011, 33012},
}

// RemoveRolesFromUsers takes roles from people.
var RemoveRolesFromUsers = Endpoint{
	Name: "RemoveRolesFromUsers", Title: "Delete roles of employees in batches",
	Doc: bothPages("delete-the-color-information-of-employee-corners-in-batches"), Method: "POST", Path: "/topapi/role/removerolesforemps",
	Permission: ManageAddressList,
	Write:      true, Repeat: Always, Payload: Nothing,
	Request: []Field{
		{Name: "roleIds", Type: CommaIDs, Required: true, Max: 20, Code: 400002},
		{Name: "userIds", Type: CommaNames, Required: true, Max: 100},
	},
	Errors: []int{-1, 33011, 33012},
}

// UpdateRoleScope sets the departments in which a person has a role.
var UpdateRoleScope = Endpoint{
	Name: "UpdateRoleScope", Title: "Set the management scope of a role member",
	Doc: bothPages("update-role-member-management-department-scope"), Method: "POST", Path: "/topapi/role/scope/update",
	Permission: ManageAddressList,
	Write:      true, Repeat: Always, Payload: Nothing,
	Request: []Field{
		{Name: "userid", Type: String, Required: true},
		{Name: "role_id", Type: Int64, Required: true},
		{Name: "dept_ids", Type: CommaIDs, Max: 50, Code: 400002}, // absent: everywhere
	},
	Errors: []int{-1, 34018, 40003, 46004, 60003, 60301, 400002},
}

// ListRoleUsers reads a page of the people who have a role.
var ListRoleUsers = Endpoint{
	Name: "ListRoleUsers", Title: "Obtain the employees of a role",
	Doc: bothPages("obtain-the-list-of-employees-of-a-role"), Method: "POST", Path: "/topapi/role/simplelist",
	Permission: GetDepartmentMember,
	Repeat:     Always, Payload: UnderResult,
	Request: []Field{
		{Name: "role_id", Type: Int64, Required: true},
		{Name: "size", Type: Int64, Min: 1, Max: 100, Code: 40069}, // 20 where absent
		{Name: "offset", Type: Int64, Zero: true, Code: 40068},     // from 0
	},
	Response: []Field{
		{Name: "hasMore", Type: Bool},
		{Name: "nextCursor", Type: Int64}, // not on the page; offset + size where absent
		{Name: "list", Type: ObjectArray, Required: true, Unless: "hasMore", Fields: []Field{
			{Name: "userid", Type: String},
			{Name: "name", Type: String},
			{Name: "manageScopes", Type: ObjectArray, Fields: []Field{
				{Name: "dept_id", Type: Int64},
				{Name: "name", Type: String},
			}},
		}},
	},
	Errors: []int{33011, 40068, 40069, 400001},
}
