package emulator

import (
	"fmt"
	"maps"
	"slices"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// RoleGroup is a group of roles. Every organisation has one named "Default", which holds the roles "Owner",
// "Head", "Main admin" and "Sub admin". These four cannot be renamed or deleted.
type RoleGroup struct {
	ID   int64 // 0 in AddRoleGroup: generated
	Name string
}

func roleRoutes() []*route {
	nameless := map[string]int{"roleName": 34018}
	return []*route{ // terse: some samples of answers on roles have no errmsg
		{Endpoint: &contract.CreateRoleGroup, handle: (*Server).createRoleGroup},
		{Endpoint: &contract.CreateRole, handle: (*Server).createRole, unset: nameless, terse: true},
		{Endpoint: &contract.UpdateRole, handle: (*Server).updateRole, unset: nameless},
		{Endpoint: &contract.DeleteRole, handle: (*Server).deleteRole, terse: true},
		{Endpoint: &contract.ListRoles, handle: (*Server).listRoles},
		{Endpoint: &contract.GetRole, handle: (*Server).getRole},
		{Endpoint: &contract.GetRoleGroup, handle: (*Server).getRoleGroup},
		{Endpoint: &contract.AddRolesToUsers, handle: (*Server).addRolesToUsers, terse: true},
		{Endpoint: &contract.RemoveRolesFromUsers, handle: (*Server).removeRolesFromUsers},
		{Endpoint: &contract.UpdateRoleScope, handle: (*Server).updateRoleScope},
		{Endpoint: &contract.ListRoleUsers, handle: (*Server).listRoleUsers},
	}
}

// roleBook is the roles of an organisation, and who has them.
type roleBook struct {
	groups map[int64]*RoleGroup
	roles  map[int64]*storedRole
	grants map[string][]grant // by userid, in the order in which they were made
	listed map[int64][]string // who has a role, sorted; emptied by whatever changes the grants

	lastGroup, lastRole int64
}

type storedRole struct {
	id, group int64
	name      string
	system    bool // one of the four that cannot be edited
	pinned    bool // a system role with the ID of a seed
}

// grant is a role that a person has. Without a scope they have it everywhere; an empty one, whose departments
// were all deleted, is something else.
type grant struct {
	role  int64
	scope []int64
}

const (
	// Beyond 32 bits, as the departments', and apart from theirs and from each other: whoever takes one ID for
	// another finds nothing.
	firstRoleGroupID = 4_500_000_001
	firstRoleID      = 4_600_000_001

	defaultRoleGroup = "Default"
)

func newRoleBook() *roleBook {
	r := &roleBook{
		groups:    map[int64]*RoleGroup{},
		roles:     map[int64]*storedRole{},
		grants:    map[string][]grant{},
		listed:    map[int64][]string{},
		lastGroup: firstRoleGroupID - 1,
		lastRole:  firstRoleID - 1,
	}
	group := r.addGroup(defaultRoleGroup)
	for _, name := range []string{"Owner", "Head", "Main admin", "Sub admin"} {
		r.roles[r.addRole(group, name)].system = true
	}
	return r
}

func (r *roleBook) addGroup(name string) int64 {
	id := r.newGroupID()
	r.groups[id] = &RoleGroup{ID: id, Name: name}
	return id
}

func (r *roleBook) addRole(group int64, name string) int64 {
	id := r.newRoleID()
	r.roles[id] = &storedRole{id: id, group: group, name: name}
	return id
}

func (r *roleBook) newGroupID() int64 {
	for {
		r.lastGroup++
		if r.groups[r.lastGroup] == nil {
			return r.lastGroup
		}
	}
}

func (r *roleBook) newRoleID() int64 {
	for {
		r.lastRole++
		if r.roles[r.lastRole] == nil {
			return r.lastRole
		}
	}
}

// groupNamed finds a group; of several with this name the one with the smallest ID.
func (r *roleBook) groupNamed(name string) *RoleGroup {
	for _, id := range slices.Sorted(maps.Keys(r.groups)) {
		if r.groups[id].Name == name {
			return r.groups[id]
		}
	}
	return nil
}

// roleNamed finds a role in a group, where no two have the same name.
func (r *roleBook) roleNamed(group int64, name string) *storedRole {
	for _, role := range r.roles {
		if role.group == group && role.name == name {
			return role
		}
	}
	return nil
}

// rolesIn are the roles of a group by ascending ID.
func (r *roleBook) rolesIn(group int64) []*storedRole {
	var out []*storedRole
	for _, id := range slices.Sorted(maps.Keys(r.roles)) {
		if r.roles[id].group == group {
			out = append(out, r.roles[id])
		}
	}
	return out
}

// role is how answers and snapshots name a role.
func (r *roleBook) role(id int64) Role {
	role := r.roles[id]
	return Role{ID: id, Name: role.name, GroupName: r.groups[role.group].Name}
}

// AddRoleGroup adds a group of roles and returns its ID.
func (s *Server) AddRoleGroup(g RoleGroup) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reorganised()
	id, err := s.org.book.seedGroup(g)
	if err == nil {
		g.ID = id
		s.remember(func(s *Server) error { _, err := s.org.book.seedGroup(g); return err })
	}
	return id, err
}

// seedGroup checks and adds a group.
func (r *roleBook) seedGroup(g RoleGroup) (int64, error) {
	if g.ID == 0 {
		g.ID = r.newGroupID()
	}
	if g.Name == "" {
		g.Name = fmt.Sprint("Group ", g.ID)
	}
	switch {
	case g.ID < 0:
		return 0, fmt.Errorf("a role group's ID must be positive: %d", g.ID)
	case r.groups[g.ID] != nil:
		return 0, fmt.Errorf("role group %d exists", g.ID)
	case r.groupNamed(g.Name) != nil: // seeds of roles could not tell them apart
		return 0, fmt.Errorf("a role group named %q exists", g.Name)
	}
	r.groups[g.ID] = &g
	return g.ID, nil
}

// AddRole adds a role, and its group where there is none of the name, and returns the role's ID. One that is
// there already remains as it is.
func (s *Server) AddRole(role Role) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reorganised()
	id, err := s.org.book.seedRole(role)
	if err == nil {
		role.ID = id
		s.remember(func(s *Server) error { _, err := s.org.book.seedRole(role); return err })
	}
	return id, err
}

// seedRole finds a role or adds it.
func (r *roleBook) seedRole(seed Role) (int64, error) {
	if seed.ID < 0 {
		return 0, fmt.Errorf("a role's ID must be positive: %d", seed.ID)
	}
	if r.roles[seed.ID] != nil {
		have := r.role(seed.ID)
		if seed.Name != "" && seed.Name != have.Name || seed.GroupName != "" && seed.GroupName != have.GroupName {
			return 0, fmt.Errorf("role %d exists and is %q of the group %q", have.ID, have.Name, have.GroupName)
		}
		return seed.ID, nil
	}
	if seed.GroupName == "" {
		seed.GroupName = defaultRoleGroup
	}
	var group int64
	if g := r.groupNamed(seed.GroupName); g != nil {
		group = g.ID
	}
	if have := r.roleNamed(group, seed.Name); have != nil {
		switch {
		case seed.ID == 0 || seed.ID == have.id:
			return have.id, nil
		case have.system && !have.pinned:
			r.renumber(have, seed.ID)
			return seed.ID, nil
		}
		return 0, fmt.Errorf("the group %q has a role named %q, whose ID is %d", seed.GroupName, seed.Name, have.id)
	}
	if group == 0 {
		group = r.addGroup(seed.GroupName)
	}
	if seed.ID == 0 {
		seed.ID = r.newRoleID()
	}
	if seed.Name == "" {
		seed.Name = fmt.Sprint("Role ", seed.ID)
	}
	r.roles[seed.ID] = &storedRole{id: seed.ID, group: group, name: seed.Name}
	return seed.ID, nil
}

// renumber gives a role of the default group the ID that a seed has for it, which could not know the
// generated one.
func (r *roleBook) renumber(role *storedRole, id int64) {
	delete(r.roles, role.id)
	for _, grants := range r.grants {
		for i := range grants {
			if grants[i].role == role.id {
				grants[i].role = id
			}
		}
	}
	role.id, role.pinned = id, true
	r.roles[id] = role
	clear(r.listed)
}

// Roles returns all roles, those of the default group included, sorted by ID.
func (s *Server) Roles() []Role {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.org.book
	out := make([]Role, 0, len(r.roles))
	for _, id := range slices.Sorted(maps.Keys(r.roles)) {
		out = append(out, r.role(id))
	}
	return out
}

// RoleGroups returns all groups of roles, the default one included, sorted by ID.
func (s *Server) RoleGroups() []RoleGroup {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.org.book
	out := make([]RoleGroup, 0, len(r.groups))
	for _, id := range slices.Sorted(maps.Keys(r.groups)) {
		out = append(out, *r.groups[id])
	}
	return out
}
