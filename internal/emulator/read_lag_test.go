package emulator

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

func TestReadLag_ReadsShowWhatWasBefore(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		const lag = 5 * time.Second
		a := newApp(t, WithReadLag(lag))
		create := `{"userid":"u","name":"N","mobile":"13900000001","dept_id_list":"1"}`
		require.Equal(t, "0", a.post(createPath, create).code())
		name := func() any { return a.post(getPath, `{"userid":"u"}`).result()["name"] }
		assert.Nil(t, name())
		assert.Equal(t, "60102", a.post(createPath, create).code(), "writes do not lag")
		assert.Len(t, a.server.Events(), 1, "events do not lag")
		_, refusal := a.server.Administer(t.Context(), "GetUser", map[string]any{"userid": "u"})
		assert.Nil(t, refusal, "an administrator sees it")
		time.Sleep(lag - 1)
		assert.Nil(t, name())
		time.Sleep(time.Nanosecond)
		assert.Equal(t, "N", name())
		require.Equal(t, "0", a.post(updatePath, `{"userid":"u","name":"M"}`).code())
		assert.Equal(t, "N", name())
		a.server.Advance(lag)
		assert.Equal(t, "M", name())

		require.NoError(t, a.server.SetContactScope(nil, nil))
		assert.Nil(t, name(), "the contact scope is in effect at once")
		require.NoError(t, a.server.Reset())
		a.token = a.fetchToken()
		a.seed(directory.User{UserID: "u"})
		assert.Nil(t, name())
		a.server.Advance(lag)
		assert.Equal(t, "u", name())
		_, err := New(WithReadLag(-1))
		assert.Error(t, err)
	})
}

// After random writes and the lag, reads show what they show without one.
func TestReadLag_TheReplicaIsExact(t *testing.T) {
	t.Parallel()
	for seed := range uint64(8) {
		random := rand.New(rand.NewPCG(seed, 0))
		a := newApp(t, WithSampleOrg(6, 30, seed), WithReadLag(time.Minute))
		var people []string
		for _, u := range a.server.Users() {
			people = append(people, u.UserID)
		}
		var departments []int64
		for _, d := range a.server.Departments() {
			departments = append(departments, d.ID)
		}
		person := func() string { return people[random.IntN(len(people))] }
		department := func() int64 { return departments[random.IntN(len(departments))] }
		role := func() int64 { roles := a.server.Roles(); return roles[random.IntN(len(roles))].ID }
		for i := range 300 {
			switch random.IntN(14) {
			case 0:
				a.post(createPath, fmt.Sprintf(`{"userid":"n%d","name":"N","mobile":"1390000%04d","dept_id_list":"%d"}`, i, i, department()))
				people = append(people, fmt.Sprint("n", i))
			case 1:
				a.post(updatePath, fmt.Sprintf(`{"userid":%q,"name":"N%d","dept_id_list":"%d,%d","senior_mode":true}`, person(), i, department(), department()))
			case 2:
				a.post(deletePath, fmt.Sprintf(`{"userid":%q}`, person()))
			case 3:
				_ = a.server.Rehire(person())
			case 4:
				if id, err := a.server.AddDepartment(directory.Department{ParentID: department(), CreateDeptGroup: true}); err == nil {
					departments = append(departments, id)
				}
			case 5:
				a.post("/topapi/v2/department/update", fmt.Sprintf(`{"dept_id":%d,"parent_id":%d,"name":"D%d"}`, department(), department(), i))
			case 6:
				a.post("/topapi/v2/department/delete", fmt.Sprintf(`{"dept_id":%d}`, department()))
			case 7:
				_, _ = a.server.AddRole(directory.Role{Name: fmt.Sprint("R", i), GroupName: fmt.Sprint("G", i%3)})
			case 8:
				a.post("/topapi/role/deleterole", fmt.Sprintf(`{"role_id":%d}`, role()))
			case 9:
				a.post("/role/update_role", fmt.Sprintf(`{"roleId":%d,"roleName":"Q%d"}`, role(), i))
			case 10:
				a.post("/topapi/role/addrolesforemps", fmt.Sprintf(`{"roleIds":"%d","userIds":%q}`, role(), person()))
				a.post("/topapi/role/scope/update", fmt.Sprintf(`{"role_id":%d,"userid":%q,"dept_ids":"%d"}`, role(), person(), department()))
			case 11:
				a.post("/topapi/role/removerolesforemps", fmt.Sprintf(`{"roleIds":"%d","userIds":%q}`, role(), person()))
			case 12:
				if u, found := a.server.User(person()); found {
					u.Active, u.Admin, u.AdminLevel = !u.Active, false, random.Int64N(3)
					_ = a.server.SetUser(u)
				}
			case 13:
				d, _ := a.server.Department(1)
				d.Name = fmt.Sprint("Org ", i)
				require.NoError(t, a.server.SetDepartment(d))
			}
			if random.IntN(20) == 0 {
				a.post(getPath, `{"userid":"u"}`) // brings the replica in step
				a.server.Advance(30 * time.Second)
			}
		}
		a.server.Advance(time.Minute)
		a.token = a.fetchToken()
		a.post(getPath, `{"userid":"u"}`)
		assert.Empty(t, a.server.replica.changes)

		live, replica := a.server.org, a.server.replica.org
		assert.Equal(t, live.Users(), replica.Users())
		assert.Equal(t, live.Departments(), replica.Departments())
		assert.Equal(t, live.Roles(), replica.Roles())
		assert.Equal(t, live.RoleGroups(), replica.RoleGroups())
		assert.Equal(t, live.Leaves(), replica.Leaves())
		assert.Equal(t, live.Admins(), replica.Admins())
		for _, id := range departments {
			assert.Equal(t, live.Headcount(id), replica.Headcount(id))
			for _, order := range []string{directory.CustomOrder, "entry_asc", "modify_desc"} {
				assert.Equal(t, live.MemberIDs(id, order), replica.MemberIDs(id, order), order)
			}
		}
		for _, u := range live.Users() {
			for _, r := range u.RoleList {
				assert.Equal(t, live.RoleScope(u.UserID, r.ID), replica.RoleScope(u.UserID, r.ID))
			}
			want, err := live.FindByUnionID(u.UnionID)
			require.NoError(t, err)
			got, err := replica.FindByUnionID(u.UnionID)
			require.NoError(t, err)
			assert.Equal(t, want, got)
		}
	}
}

func TestReadLag_ExternalContactsAndSeniorSettings(t *testing.T) {
	t.Parallel()
	a := newApp(t, WithReadLag(time.Minute))
	a.seed(directory.User{UserID: "u"})
	id, err := a.server.org.AddExternalContact(directory.ExternalContact{Name: "C"})
	require.NoError(t, err)
	require.NoError(t, a.server.org.SetSenior("u", true, directory.SeniorSettings{StaffIDs: []string{"u"}}))
	_, err = a.server.replica.org.ExternalContact(id)
	require.Error(t, err)
	a.server.Advance(time.Minute)
	a.get("/auth/scopes", url.Values{"access_token": {a.token}})
	_, err = a.server.replica.org.ExternalContact(id)
	require.NoError(t, err)
	senior, err := a.server.replica.org.Senior("u")
	require.NoError(t, err)
	assert.Equal(t, []string{"u"}, senior.StaffIDs)
	require.NoError(t, a.server.org.DeleteExternalContact(id))
	_, err = a.server.replica.org.ExternalContact(id)
	require.NoError(t, err)
}
