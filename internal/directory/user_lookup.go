package directory

import (
	"cmp"
	"slices"
)

// FindByLogin returns the userid of the enterprise account with a login name, or the empty text.
func (o *Organization) FindByLogin(loginID string) string {
	return o.uniqueValues[uniqueValue{"login_id", loginID}]
}

// FindByMobile returns the person who has a number and, if they are asked for, the enterprise accounts of this
// organization that have it. At least one of them is in the contact scope.
func (o *Organization) FindByMobile(text string, withAccounts bool) (userid string, accounts []string, err error) {
	m, err := ParseMobile(text)
	if err != nil {
		return "", nil, err
	}
	userid = o.uniqueValues[mobileKey(m)]
	if withAccounts {
		accounts = o.members.accounts[m]
	}
	if userid == "" && len(accounts) == 0 {
		return "", nil, refuse(UnknownUser)
	}
	hidden := func(id string) bool { return !o.seesUser(o.users[id]) }
	if userid != "" && hidden(userid) {
		userid = ""
	}
	accounts = slices.DeleteFunc(slices.Clone(accounts), hidden)
	if userid == "" && len(accounts) == 0 {
		return "", nil, refuse(UserOutOfScope)
	}
	return userid, accounts, nil
}

// FindByUnionID returns the userid of the person who has a union ID and is in the contact scope.
func (o *Organization) FindByUnionID(unionID string) (string, error) {
	u, err := o.VisibleUser(o.uniqueValues[uniqueValue{"unionid", unionID}])
	if err != nil {
		return "", err
	}
	return u.UserID, nil
}

// CountUsers returns how many people there are, or how many of them are active, in the contact scope or not.
func (o *Organization) CountUsers(onlyActive bool) int64 {
	var n int64
	for _, u := range o.users {
		if u.Active || !onlyActive {
			n++
		}
	}
	return n
}

// Admins returns the administrators by level and then by userid, in the contact scope or not.
func (o *Organization) Admins() []*User {
	var admins []*User
	for userid := range o.admins {
		admins = append(admins, o.users[userid])
	}
	slices.SortFunc(admins, func(a, b *User) int {
		return cmp.Or(cmp.Compare(a.AdminLevel, b.AdminLevel), cmp.Compare(a.UserID, b.UserID))
	})
	return admins
}

// ManagedDepartments returns the departments that a person manages as an administrator, as far as they still exist.
func (o *Organization) ManagedDepartments(userid string) ([]int64, error) {
	u, err := o.VisibleUser(userid)
	if err != nil {
		return nil, err
	}
	ids := []int64{}
	for _, id := range u.AdminDeptIDs {
		if o.departments[id] != nil {
			ids = append(ids, id)
		}
	}
	return ids, nil
}
