package directory

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// addPerson adds the ith person. The first is the boss, the next lead a department each, and the others are drawn at
// random. The first few unusual people are not left to chance, so that a small organization has one of each kind too.
func (m *sampler) addPerson(i int) error {
	name := m.personName(i)
	home := m.homeDepartment(i)
	u := &User{Name: name.text, UserID: m.userid(i, name.latin), DeptIDList: []int64{home.ID}}
	u.CreateTime = m.day().Add(time.Duration(m.below(36_000_000)) * time.Millisecond)
	u.Active = i == 0 || i != 7 && !m.oneIn(14)
	u.RealAuthed = u.Active && !m.oneIn(6)
	u.StateCode, u.Mobile = m.mobile(i)
	plain := i > 0 && i == m.Users-1 || i > 6 && m.oneIn(100)
	leads := !plain && home.leader == "" && home != m.depts[0]
	if !plain {
		m.fillIn(i, u, name.latin)
		m.addMemberships(i, u)
		m.assignRoles(i, u, home, leads)
	}
	if _, err := m.org.AddUser(u, u.CreateTime); err != nil {
		return err
	}
	m.userids = append(m.userids, u.UserID)
	if home.leader == "" && (leads || i == 0) {
		home.leader = u.UserID
	}
	if len(home.members) < 3 {
		home.members = append(home.members, u.UserID)
	}
	return nil
}

// homeDepartment returns the department where the ith person works. Some departments are crowded and some are empty.
func (m *sampler) homeDepartment(i int) *sampleDept {
	n := m.Departments
	switch {
	case i == 0 || n == 0 || m.oneIn(150):
		return m.depts[0]
	case i <= n && i <= m.Users/3 && !isEmpty(i):
		return m.depts[i]
	case m.oneIn(10):
		return m.populated(n - 200*m.below(1+(n-1)/200))
	}
	return m.populated(1 + m.below(n))
}

// populated returns the department at an index, or the one before it where that one is to stay empty.
func (m *sampler) populated(at int) *sampleDept {
	if isEmpty(at) {
		at--
	}
	return m.depts[at]
}

// isEmpty reports whether the department at an index stays without people.
func isEmpty(at int) bool { return at%24 == 12 }

// addMemberships puts a person into further departments.
func (m *sampler) addMemberships(i int, u *User) {
	n := m.Departments
	if i == 0 && n >= 10 {
		for k := range 9 {
			u.DeptIDList = append(u.DeptIDList, m.populated(1+k*(n/9)).ID)
		}
	}
	if i == 0 || n == 0 || !m.oneIn(12) {
		return
	}
	for range 1 + m.below(2) {
		if id := m.populated(1 + m.below(n)).ID; !u.In(id) {
			u.DeptIDList = append(u.DeptIDList, id)
		}
	}
	for k, id := range u.DeptIDList {
		title := pick(m.dice, sampleTitles)
		u.DeptTitleList = append(u.DeptTitleList, DeptTitle{id, title})
		if m.oneIn(3) {
			u.DeptPositionList = append(u.DeptPositionList, DeptPosition{id, k == 0, title, u.WorkPlace})
		}
	}
}

// assignRoles sets the position of a person in the organization: the department they lead, their manager, what they
// administer and which roles they have.
func (m *sampler) assignRoles(i int, u *User, home *sampleDept, leads bool) {
	switch {
	case i == 0:
		u.Boss, u.AdminLevel, u.Title = true, mainAdmin, "董事长"
		u.LeaderInDept = []DeptLeader{{home.ID, true}}
		u.RoleList = []Role{{Name: ownerRole}, {Name: mainAdminRole}}
		return
	case leads:
		u.Title = pick(m.dice, sampleLeaders)
		u.LeaderInDept = []DeptLeader{{home.ID, true}}
		if m.oneIn(3) {
			u.RoleList = []Role{{Name: headRole}}
		}
	case m.oneIn(60):
		u.LeaderInDept = []DeptLeader{{pick(m.dice, u.DeptIDList), true}}
	}
	if i <= min(5, m.Users/10) {
		u.AdminLevel, u.AdminDeptIDs = subAdmin, slices.Clone(u.DeptIDList)
		u.RoleList = append(u.RoleList, Role{Name: subAdminRole})
	}
	if i == 6 || m.oneIn(16) {
		u.RoleList = append(u.RoleList, pick(m.dice, sampleRoles))
	}
	if m.oneIn(25) { // set by hand, to an order that another person may have
		u.DeptOrderList = []DeptOrder{{home.ID, int64(1 + m.below(30))}}
	}
	if !m.oneIn(12) {
		u.ManagerUserID = m.managerOf(home)
	}
}

// managerOf returns the leader of a department, or of the nearest one above it that has a leader.
func (m *sampler) managerOf(p *sampleDept) string {
	for p.leader == "" && p.parent != nil {
		p = p.parent
	}
	return p.leader
}

// fillIn sets the optional fields of a person. Some are rare.
func (m *sampler) fillIn(i int, u *User, latin string) {
	number := strconv.Itoa(i)
	if !m.oneIn(5) {
		u.JobNumber = fmt.Sprintf("%06d", i)
	}
	if !m.oneIn(8) {
		u.Title = pick(m.dice, sampleTitles)
	}
	if m.oneIn(3) {
		u.Email = latin + "." + number + "@example.com"
	}
	if m.oneIn(5) {
		u.OrgEmail, u.OrgEmailType = latin+"."+number+"@corp.example.com", pick(m.dice, []string{"profession", "base"})
	}
	if m.oneIn(4) {
		u.Telephone = "0571-8800-" + number
	}
	if m.oneIn(2) {
		u.WorkPlace = pick(m.dice, samplePlaces)
	}
	if !m.oneIn(5) {
		u.HiredDate = m.day()
	}
	switch {
	case i == 8 || m.oneIn(10):
		u.Extension = `{"Hobby":"` + pick(m.dice, sampleHobbies) + `","T恤尺码":"` + pick(m.dice, []string{"S", "M", "L", "XL"}) + `"}`
	case m.oneIn(40):
		u.Extension = `{"Profile":"[Page](https://example.com/people?id=#userid#&corp=#corpid#)"}`
	}
	switch m.below(40) {
	case 0:
		u.Remark = "试用期至 " + m.day().Format(time.DateOnly)
	case 1:
		u.HideMobile = true
	case 2:
		u.Senior = true
	case 3, 4, 5:
		u.Avatar = "https://static.example.com/avatar/" + strconv.Itoa(m.below(8)) + ".png"
	}
}

// day returns the midnight, in the zone of the service, of a day in one of twelve years.
func (m *sampler) day() time.Time {
	return time.Date(2014, time.January, 1+m.below(12*365), 0, 0, 0, 0, contract.ServiceZone).UTC()
}

// userid returns a userid, which is generated for most people and made of the name and a number for others.
func (m *sampler) userid(i int, latin string) string {
	switch {
	case i == longName:
		return "an.identifier.of.sixty.four.characters.is.the.longest.allowed.64"
	case m.oneIn(4):
		return latin + "." + strconv.Itoa(i)
	}
	return m.org.NewUserID()
}

// sampleNumbers is the number of mobile numbers.
const sampleNumbers = 100_000_000

// mobile returns the mobile number of the ith person. No two people have the same one, because the factor has no
// divisor in common with the number of mobile numbers.
func (m *sampler) mobile(i int) (stateCode, number string) {
	const factor = 61_803_399
	digits := fmt.Sprintf("%08d", (uint64(i)*factor+m.shift)%sampleNumbers)
	if i == 2 || m.oneIn(20) {
		abroad := pick(m.dice, sampleCountries)
		return abroad.StateCode, abroad.Number + digits
	}
	return mainland, "199" + digits
}

// longName is the person whose name has 80 characters, the first of the unusual ones.
const longName = 3

// personName returns the name of the ith person.
func (m *sampler) personName(i int) sampleName {
	if odd := i - longName; odd >= 0 && odd < len(unusualPeople) {
		return unusualPeople[odd]
	}
	switch script := m.below(40); {
	case script == 0:
		return pick(m.dice, wholeNames)
	case script <= 12:
		given, family := pick(m.dice, latinGiven), pick(m.dice, latinFamilies)
		return sampleName{given.text + " " + family.text, given.latin + "." + family.latin}
	}
	family, given := pick(m.dice, hanFamilies), pick(m.dice, hanGiven)
	if m.oneIn(3) {
		return sampleName{family.text + given.text, given.latin + "." + family.latin}
	}
	second := pick(m.dice, hanGiven)
	return sampleName{family.text + given.text + second.text, given.latin + second.latin + "." + family.latin}
}
