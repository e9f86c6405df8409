package mirror

// Role is a role as the mirror has it.
type Role struct {
	ID      int64
	Name    string
	GroupID int64
}

// RoleGroup is a group of roles as the mirror has it.
type RoleGroup struct {
	ID   int64
	Name string
}

// RoleHolder is a user as one who has a role.
type RoleHolder struct {
	RoleID int64
	UserID string
	// Limited reports whether the user has the role only in the departments of DeptIDs. Which departments these are is
	// known from the first scan on that sees the user have the role.
	Limited bool
	DeptIDs []int64
}

func decodeRole(id int64, b []byte) (Role, error) {
	row, err := decode[roleRow](b)
	return Role{ID: id, Name: row.Name, GroupID: row.GroupID}, err
}

func decodeRoleGroup(id int64, b []byte) (RoleGroup, error) {
	row, err := decode[roleGroupRow](b)
	return RoleGroup{ID: id, Name: row.Name}, err
}

func decodeRoleHolder(k Key, b []byte) (RoleHolder, error) {
	row, err := decode[roleHolderRow](b)
	return RoleHolder{RoleID: k.ID, UserID: k.UserID, Limited: row.Limited, DeptIDs: row.DeptIDs}, err
}
