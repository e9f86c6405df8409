package dingtalktest

// Role is a role.
type Role struct {
	ID        int64
	Name      string
	GroupName string
}

// RoleGroup is a group of roles. Every organization has one named "Default", which holds the roles "Owner",
// "Head", "Main admin" and "Sub admin". These four cannot be renamed or deleted.
type RoleGroup struct {
	ID   int64 // 0 in AddRoleGroup: generated
	Name string
}
