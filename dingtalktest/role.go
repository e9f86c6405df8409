package dingtalktest

// Role is a role.
type Role struct {
	ID        int64
	Name      string
	GroupName string
}

// RoleGroup is a group of roles. Every organization has one named 默认 (default), which holds the roles 负责人 (owner),
// 主管 (head), 主管理员 (main administrator) and 子管理员 (sub administrator). These four cannot be renamed or deleted.
type RoleGroup struct {
	ID   int64 // 0 in AddRoleGroup: generated
	Name string
}
