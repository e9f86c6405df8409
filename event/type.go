package event

// Type is the name of an event.
type Type string

// The events of internal apps. Those with a payload that lists users, departments or roles may list several.
const (
	UserAddOrg           Type = "user_add_org"            // *UserChange: users have joined
	UserModifyOrg        Type = "user_modify_org"         // *UserChange: the organization's data of users was changed
	UserLeaveOrg         Type = "user_leave_org"          // *UserChange: users have left or were deleted
	UserActiveOrg        Type = "user_active_org"         // *UserChange: users have activated their accounts
	OrgAdminAdd          Type = "org_admin_add"           // *UserChange: users have become administrators
	OrgAdminRemove       Type = "org_admin_remove"        // *UserChange: users are no longer administrators
	OrgDeptCreate        Type = "org_dept_create"         // *DepartmentChange
	OrgDeptModify        Type = "org_dept_modify"         // *DepartmentChange
	OrgDeptRemove        Type = "org_dept_remove"         // *DepartmentChange
	OrgChange            Type = "org_change"              // *OrganizationChange: its name or logo, for example
	OrgRemove            Type = "org_remove"              // *OrganizationChange: it was dissolved
	LabelUserChange      Type = "label_user_change"       // *RoleHolderChange: users were given or lost roles
	LabelConfAdd         Type = "label_conf_add"          // *RoleChange: a role or a role group was created
	LabelConfDel         Type = "label_conf_del"          // *RoleChange: a role or a role group was removed
	LabelConfModify      Type = "label_conf_modify"       // *RoleChange: a role or a role group was changed
	InnerAppScopesChange Type = "inner_app_scopes_change" // *ScopeChange: who may use the app
	InnerAppStatusChange Type = "inner_app_status_change" // *AppStatusChange: the app was enabled, disabled or deleted
)

// The events that only third-party apps receive. Their bodies of the events above differ too, and decode to the same
// payloads, with UserChange.User and DepartmentChange.Department. Events without a payload here have only Raw.
const (
	UserDeptChange         Type = "user_dept_change" // *UserChange
	UserRoleChange         Type = "user_role_change" // *UserChange
	OrgRoleAdd             Type = "org_role_add"     // *RoleChange
	OrgRoleModify          Type = "org_role_modify"  // *RoleChange
	OrgRoleRemove          Type = "org_role_remove"  // *RoleChange
	OrgUpdate              Type = "org_update"
	ContactAddOrg          Type = "contact_add_org"    // *ExternalContactChange
	ContactModifyOrg       Type = "contact_modify_org" // *ExternalContactChange
	ContactLeaveOrg        Type = "contact_leave_org"  // *ExternalContactChange
	SuiteTicketPush        Type = "suite_ticket"       // *SuiteTicket
	OrgSuiteAuth           Type = "org_suite_auth"     // *SuiteAuth: an organization has authorized the app
	OrgSuiteChange         Type = "org_suite_change"   // *SuiteAuth: the authorization was changed
	OrgSuiteRelieve        Type = "org_suite_relieve"  // *SuiteChange: the authorization has ended
	ChangeAuth             Type = "change_auth"        // *SuiteChange: the same as OrgSuiteChange, of older apps
	SuiteRelieve           Type = "suite_relieve"      // *SuiteChange: the same as OrgSuiteRelieve, of older apps
	TmpAuthCode            Type = "tmp_auth_code"
	OrgMicroAppStop        Type = "org_micro_app_stop"
	OrgMicroAppRestore     Type = "org_micro_app_restore"
	OrgMicroAppRemove      Type = "org_micro_app_remove"
	OrgMicroAppScopeUpdate Type = "org_micro_app_scope_update"
)

// The messages with which DingTalk checks the URL of an HTTP callback. They report nothing, and have no payload.
const (
	CheckURL            Type = "check_url"
	CheckCreateSuiteURL Type = "check_create_suite_url"
	CheckUpdateSuiteURL Type = "check_update_suite_url"
)
