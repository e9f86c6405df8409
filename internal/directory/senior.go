package directory

import "slices"

// SeniorSettings describes the senior mode of a person: what others may not do, and who may nevertheless.
type SeniorSettings struct {
	ProtectScenes []string
	StaffIDs      []string
	DeptIDs       []int64
	RoleIDs       []int64
}

// SetSenior switches the senior mode of a person on, with settings, or off.
func (o *Organization) SetSenior(userid string, on bool, settings SeniorSettings) error {
	u, err := o.VisibleUser(userid)
	if err != nil {
		return err
	}
	changed := u.Clone()
	changed.Senior = on
	o.putSenior(userid, on, settings)
	return o.UpdateUser(changed)
}

// putSenior stores the settings of a person's senior mode, or removes them.
func (o *Organization) putSenior(userid string, on bool, settings SeniorSettings) {
	o.changes.replicate(func(r *Organization) { r.putSenior(userid, on, settings) })
	delete(o.seniors, userid)
	if on {
		o.seniors[userid] = settings
	}
}

// Senior returns the settings of a person's senior mode, as far as the people, departments and roles in them still exist.
// They are empty while it is off.
func (o *Organization) Senior(userid string) (SeniorSettings, error) {
	u, err := o.VisibleUser(userid)
	if err != nil || !u.Senior {
		return SeniorSettings{}, err
	}
	s := o.seniors[userid]
	return SeniorSettings{
		ProtectScenes: slices.Clone(s.ProtectScenes),
		StaffIDs:      slices.DeleteFunc(slices.Clone(s.StaffIDs), func(id string) bool { return o.users[id] == nil }),
		DeptIDs:       slices.DeleteFunc(slices.Clone(s.DeptIDs), func(id int64) bool { return o.departments[id] == nil }),
		RoleIDs:       slices.DeleteFunc(slices.Clone(s.RoleIDs), func(id int64) bool { return o.roles.roles[id] == nil }),
	}, nil
}
