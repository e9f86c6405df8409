package directory

import (
	"maps"
	"slices"
)

// Role is a role as responses and snapshots name it.
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

// StoredRole is a role as it is stored.
type StoredRole struct {
	ID, GroupID int64
	Name        string
	system      bool // one of the four that cannot be edited
	pinned      bool // a system role that a program has given its ID
}

// roleStore holds the roles of an organization and who has them.
type roleStore struct {
	groups  map[int64]*RoleGroup
	roles   map[int64]*StoredRole
	grants  map[string][]grant // by userid, in the order in which they were made
	holders map[int64][]string // by role, sorted; cleared by each change of the grants

	changes *changeLog

	lastGroup, lastRole int64
}

const (
	// Beyond 32 bits, as the departments', and apart from theirs and from each other: a program that mistakes one kind
	// of ID for another finds nothing.
	firstRoleGroupID = 4_500_000_001
	firstRoleID      = 4_600_000_001

	// DefaultRoleGroup is the name of the role group that every organization has.
	DefaultRoleGroup = "默认"
)

// The roles of the default group.
const (
	ownerRole     = "负责人"
	headRole      = "主管"
	mainAdminRole = "主管理员"
	subAdminRole  = "子管理员"
)

func newRoleStore(changes *changeLog) *roleStore {
	r := &roleStore{
		changes:   changes,
		groups:    map[int64]*RoleGroup{},
		roles:     map[int64]*StoredRole{},
		grants:    map[string][]grant{},
		holders:   map[int64][]string{},
		lastGroup: firstRoleGroupID - 1,
		lastRole:  firstRoleID - 1,
	}
	group := r.addGroup(DefaultRoleGroup)
	for _, name := range []string{ownerRole, headRole, mainAdminRole, subAdminRole} {
		r.roles[r.addRole(group, name)].system = true
	}
	return r
}

func (r *roleStore) addGroup(name string) int64 {
	id := r.newGroupID()
	r.putGroup(RoleGroup{ID: id, Name: name})
	r.changes.add(RoleAdded{id})
	return id
}

func (r *roleStore) addRole(group int64, name string) int64 {
	id := r.newRoleID()
	r.put(StoredRole{ID: id, GroupID: group, Name: name})
	r.changes.add(RoleAdded{id})
	return id
}

// putGroup stores a role group.
func (r *roleStore) putGroup(g RoleGroup) {
	r.changes.replicate(func(replica *Organization) { replica.roles.putGroup(g) })
	r.groups[g.ID] = &g
}

// put stores a role, new or changed.
func (r *roleStore) put(role StoredRole) {
	r.changes.replicate(func(replica *Organization) { replica.roles.put(role) })
	r.roles[role.ID] = &role
}

// drop removes a role and revokes it.
func (r *roleStore) drop(id int64) {
	r.changes.replicate(func(replica *Organization) { replica.roles.drop(id) })
	delete(r.roles, id)
	for userid := range r.grants {
		r.revoke(userid, id)
	}
}

func (r *roleStore) newGroupID() int64 {
	for {
		r.lastGroup++
		if r.groups[r.lastGroup] == nil {
			return r.lastGroup
		}
	}
}

func (r *roleStore) newRoleID() int64 {
	for {
		r.lastRole++
		if r.roles[r.lastRole] == nil {
			return r.lastRole
		}
	}
}

// groupNamed returns the group with a name, of several the one with the smallest ID, or nil.
func (r *roleStore) groupNamed(name string) *RoleGroup {
	for _, id := range slices.Sorted(maps.Keys(r.groups)) {
		if r.groups[id].Name == name {
			return r.groups[id]
		}
	}
	return nil
}

// roleNamed returns the role of a group that has a name, or nil. No two roles of a group have the same name.
func (r *roleStore) roleNamed(group int64, name string) *StoredRole {
	for _, role := range r.roles {
		if role.GroupID == group && role.Name == name {
			return role
		}
	}
	return nil
}

// role describes an existing role.
func (r *roleStore) role(id int64) Role {
	role := r.roles[id]
	return Role{ID: id, Name: role.Name, GroupName: r.groups[role.GroupID].Name}
}

// RoleByID returns a stored role.
func (o *Organization) RoleByID(id int64) (*StoredRole, error) {
	if role := o.roles.roles[id]; role != nil {
		return role, nil
	}
	return nil, refuse(UnknownRole)
}

// RolesIn returns the roles of a group by ascending ID.
func (o *Organization) RolesIn(group int64) []*StoredRole {
	var out []*StoredRole
	for _, id := range slices.Sorted(maps.Keys(o.roles.roles)) {
		if o.roles.roles[id].GroupID == group {
			out = append(out, o.roles.roles[id])
		}
	}
	return out
}

// Roles returns all roles, those of the default group included, sorted by ID.
func (o *Organization) Roles() []Role {
	out := make([]Role, 0, len(o.roles.roles))
	for _, id := range slices.Sorted(maps.Keys(o.roles.roles)) {
		out = append(out, o.roles.role(id))
	}
	return out
}

// RoleGroupByID returns a role group.
func (o *Organization) RoleGroupByID(id int64) (RoleGroup, error) {
	if group := o.roles.groups[id]; group != nil {
		return *group, nil
	}
	return RoleGroup{}, refuse(UnknownRoleGroup)
}

// RoleGroups returns all role groups, the default one included, sorted by ID.
func (o *Organization) RoleGroups() []RoleGroup {
	out := make([]RoleGroup, 0, len(o.roles.groups))
	for _, id := range slices.Sorted(maps.Keys(o.roles.groups)) {
		out = append(out, *o.roles.groups[id])
	}
	return out
}

// CreateRoleGroup adds a role group and returns its ID. Groups may have the same name.
func (o *Organization) CreateRoleGroup(name string) int64 { return o.roles.addGroup(name) }

// CreateRole adds a role to a group and returns its ID. Its name must be free in the group.
func (o *Organization) CreateRole(group int64, name string) (int64, error) {
	if _, err := o.RoleGroupByID(group); err != nil {
		return 0, err
	}
	if o.roles.roleNamed(group, name) != nil {
		return 0, refuse(RoleNameTaken)
	}
	return o.roles.addRole(group, name), nil
}

// RenameRole renames a role. The new name must be free in the group.
func (o *Organization) RenameRole(id int64, name string) error {
	role, err := o.editableRole(id)
	if err != nil {
		return err
	}
	if other := o.roles.roleNamed(role.GroupID, name); other != nil && other != role {
		return refuse(RoleNameTaken)
	}
	if role.Name != name {
		after := *role
		after.Name = name
		o.roles.put(after)
		o.changes.add(RoleChanged{*role, after})
	}
	return nil
}

// DeleteRole removes a role and revokes it from all people who have it.
func (o *Organization) DeleteRole(id int64) error {
	if _, err := o.editableRole(id); err != nil {
		return err
	}
	o.roles.drop(id)
	o.changes.add(RoleRemoved{id})
	return nil
}

// editableRole returns a role that is not one of the four system roles.
func (o *Organization) editableRole(id int64) (*StoredRole, error) {
	role, err := o.RoleByID(id)
	if err == nil && role.system {
		return nil, refuse(SystemRole)
	}
	return role, err
}
