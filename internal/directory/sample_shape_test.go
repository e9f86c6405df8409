package directory

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// shape holds the counts of an organization, from its own state.
type shape struct {
	departments []Department
	users       []User
	names       map[int64]string
	levels      map[int64]int
	children    map[int64]int
	members     map[int64][]string
}

func shapeOf(s *Organization) shape {
	o := shape{
		departments: s.Departments(), users: s.Users(), names: map[int64]string{},
		levels: map[int64]int{}, children: map[int64]int{}, members: map[int64][]string{},
	}
	for _, d := range o.departments { // parents first, which have the smaller IDs
		o.names[d.ID] = d.Name
		if d.ID != contract.RootDepartmentID {
			o.levels[d.ID] = o.levels[d.ParentID] + 1
			o.children[d.ParentID]++
		}
	}
	for _, u := range o.users {
		for _, id := range u.DeptIDList {
			o.members[id] = append(o.members[id], u.UserID)
		}
	}
	return o
}

// percent returns the percentage of people for whom something is true.
func (o shape) percent(is func(User) bool) float64 {
	return 100 * float64(o.count(is)) / float64(len(o.users))
}

func (o shape) count(is func(User) bool) int {
	n := 0
	for _, u := range o.users {
		if is(u) {
			n++
		}
	}
	return n
}

func TestSample_IsConsistent(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{
		{0, 0}, {0, 1}, {0, 2}, {0, 50}, {1, 0}, {1, 1}, {2, 3}, {9, 12}, {10, 0}, {10, 1}, {12, 40}, {13, 13},
		{60, 700}, {1000, 100}, {2000, 900},
	} {
		for seed := range uint64(4) {
			size := Sample{size[0], size[1], seed}
			t.Run(size.String(), func(t *testing.T) {
				t.Parallel()
				o := shapeOf(newSample(t, size, Config{}))
				assert.Len(t, o.departments, size.Departments+1)
				assert.Len(t, o.users, size.Users)
				checkTree(t, o)
				checkPeople(t, o)
				if size.Users > 0 {
					assert.Equal(t, 1, o.count(func(u User) bool { return u.AdminLevel == mainAdmin && u.Boss && u.Admin }))
				}
				if size.Users > 0 && size.Departments >= 10 {
					assert.True(t, slices.ContainsFunc(o.users, func(u User) bool { return len(u.DeptIDList) == 10 }))
				}
			})
		}
	}
}

func checkTree(t *testing.T, o shape) {
	t.Helper()
	siblings := map[siblingName]bool{}
	people := map[string]bool{}
	for _, u := range o.users {
		people[u.UserID] = true
	}
	for _, d := range o.departments[1:] {
		require.NotEmpty(t, o.names[d.ParentID])
		require.Greater(t, d.ID, int64(1<<32))
		require.LessOrEqual(t, o.levels[d.ID], 7)
		require.True(t, isDepartmentName(d.Name), d.Name)
		require.False(t, siblings[siblingName{d.ParentID, d.Name}], d.Name)
		siblings[siblingName{d.ParentID, d.Name}] = true
		require.Equal(t, d.CreateDeptGroup, d.DeptGroupChatID != "")
		for _, userid := range slices.Concat(d.DeptManagerUserIDList, optional(d.OrgDeptOwner)) {
			require.Contains(t, o.members[d.ID], userid, "a manager, or an owner, is a member")
		}
		for _, id := range slices.Concat(d.DeptPermits, d.OuterPermitDepts) {
			require.NotEmpty(t, o.names[id])
			require.NotEqual(t, d.ID, id)
		}
		for _, userid := range slices.Concat(d.UserPermits, d.OuterPermitUsers) {
			require.True(t, people[userid], userid)
		}
		require.Equal(t, d.HideDept, len(d.DeptPermits) > 0, "who sees it, for what is hidden")
		require.Equal(t, d.OuterDept, len(d.OuterPermitDepts) > 0)
	}
}

func checkPeople(t *testing.T, o shape) {
	t.Helper()
	holders, people := map[uniqueValue]string{}, map[string]User{}
	for _, u := range o.users {
		people[u.UserID] = u
	}
	for _, u := range o.users {
		for _, c := range u.uniqueKeys() {
			require.True(t, !c.set || holders[c.uniqueValue] == "", "%v has the %v of %s", u.UserID, c.uniqueValue, holders[c.uniqueValue])
			holders[c.uniqueValue] = u.UserID
		}
		m, err := ParseMobile("+" + u.StateCode + "-" + u.Mobile)
		require.NoError(t, err)
		require.Equal(t, Mobile{u.StateCode, u.Mobile}, m)
		require.NotEmpty(t, u.Name)
		require.NotEmpty(t, u.DeptIDList)
		for i, id := range u.DeptIDList {
			require.NotEmpty(t, o.names[id])
			require.NotContains(t, u.DeptIDList[:i], id)
		}
		require.Equal(t, u.Admin, u.AdminLevel != 0)
		require.Equal(t, u.AdminLevel == subAdmin, len(u.AdminDeptIDs) > 0)
		require.False(t, u.CreateTime.IsZero())

		superiors := 0
		for at := u; at.ManagerUserID != "" && superiors <= len(o.users); superiors++ {
			at = people[at.ManagerUserID]
			require.NotEmpty(t, at.UserID, "a manager is there")
		}
		require.LessOrEqual(t, superiors, len(o.users), "no person is above itself")
	}
}

func optional(userid string) []string {
	if userid == "" {
		return nil
	}
	return []string{userid}
}
