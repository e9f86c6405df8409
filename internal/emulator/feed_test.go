package emulator

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// The time of the events in the documentation's spelling: timeStamp is 3 ms earlier.
const (
	eventMillis  int64 = 1793347199990
	changeMillis       = "1793347199987"
)

// eventApp returns an app of an organization with a department 7, a child of it 8, people in it, and a role 9.
func eventApp(t *testing.T, opts ...Option) *app {
	t.Helper()
	clock := func() time.Time { return time.UnixMilli(eventMillis) }
	a := newApp(t, append([]Option{WithClock(clock)}, opts...)...)
	a.department(directory.Department{ID: 7, Name: "Sales"})
	a.department(directory.Department{ID: 8, ParentID: 7, Name: "East"})
	a.seed(directory.User{UserID: "zhao.min", Name: "Zhao Min", Telephone: "1135", JobNumber: "E-2041", DeptIDList: []int64{7}})
	a.seed(directory.User{UserID: "li.lei", Name: "Li Lei", DeptIDList: []int64{7}})
	_, err := a.server.AddRole(directory.Role{ID: 9, Name: "Lead", GroupName: "Team"})
	require.NoError(t, err)
	return a
}

// sent is an event as a test expects it. The body is JSON.
type sent struct{ typ, body string }

// since returns the events after the first n.
func since(s *Server, n int) []sent {
	var out []sent
	for _, e := range s.Events()[n:] {
		out = append(out, sent{e.Type, string(e.Body)})
	}
	return out
}

func assertSent(t *testing.T, want, got []sent) {
	t.Helper()
	require.Len(t, got, len(want), "%s", got)
	for i, w := range want {
		assert.Equal(t, w.typ, got[i].typ)
		assert.JSONEq(t, w.body, got[i].body)
	}
}

const unchanged = `"name":"Zhao Min","telephone":"1135","remark":"","workPlace":"","email":""`

// modified is the event of a changed person, whose fields before and after are as given.
func modified(prev, curr, optStaffID string) sent {
	return sent{"user_modify_org", `{"timeStamp":"` + changeMillis + `","diffInfo":[{"prev":{` + prev + `},"curr":{` + curr +
		`},"userid":"zhao.min"}],` + optStaffID + `"userId":["zhao.min"]}`}
}

func TestFeed_EveryWriteSendsItsEvents(t *testing.T) {
	t.Parallel()
	const before = `"extFields":"{}","jobNumber":"E-2041",` + unchanged
	users := func(ids string) string { return `{"timeStamp":"` + changeMillis + `","userId":[` + ids + `]}` }
	call := func(path, body string) func(*app) {
		return func(a *app) { require.Equal(a.t, "0", a.post(path, body).code(), path) }
	}
	edit := func(change func(*directory.User)) func(*app) {
		return func(a *app) {
			u := a.stored("zhao.min")
			change(&u)
			require.NoError(a.t, a.server.SetUser(u))
		}
	}
	editDepartment := func(id int64, change func(*directory.Department)) func(*app) {
		return func(a *app) {
			d, _ := a.server.Department(id)
			change(&d)
			require.NoError(a.t, a.server.SetDepartment(d))
		}
	}
	for name, tc := range map[string]struct {
		write func(*app)
		want  []sent
	}{
		"a created person": {
			call(createPath, `{"userid":"wang.fang","name":"Wang Fang","mobile":"13900000001","dept_id_list":"7"}`),
			[]sent{{"user_add_org", users(`"wang.fang"`)}},
		},
		"an updated person": {
			call(updatePath, `{"userid":"zhao.min","job_number":"E-2042","hired_date":1754524800000,"manager_userid":"li.lei","extension":"{\"Hobby\":\"Go\"}"}`),
			[]sent{modified(before, `"extFields":"{\"Hobby\":\"Go\"}","jobNumber":"E-2042","hiredDate":"2025-08-07","managerUserid":"li.lei",`+unchanged, "")},
		},
		"an update that changes nothing": {call(updatePath, `{"userid":"zhao.min","job_number":"E-2041"}`), nil},
		"a move":                         {call(updatePath, `{"userid":"zhao.min","dept_id_list":"8"}`), []sent{modified(before, before, "")}},
		"a deleted person":               {call(deletePath, `{"userid":"li.lei"}`), []sent{{"user_leave_org", users(`"li.lei"`)}}},
		"an added person who is an administrator and has roles": {
			func(a *app) {
				a.seed(directory.User{UserID: "chen.yi", Admin: true, RoleList: []directory.Role{{ID: 9}, {ID: 10, Name: "Deputy", GroupName: "Team"}}})
			},
			[]sent{
				{"label_conf_add", `{"scope":"1","labelIdList":[10]}`},
				{"user_add_org", users(`"chen.yi"`)}, {"org_admin_add", users(`"chen.yi"`)},
				{"label_user_change", `{"userIdList":["chen.yi"],"action":"add","labelIdList":[9,10]}`},
			},
		},
		"a person who leaves and returns": {
			func(a *app) {
				require.NoError(a.t, a.server.Leave("li.lei", directory.Leave{}))
				require.NoError(a.t, a.server.Rehire("li.lei"))
			},
			[]sent{{"user_leave_org", users(`"li.lei"`)}, {"user_add_org", users(`"li.lei"`)}},
		},
		"an activated person": {
			edit(func(u *directory.User) { u.Active = true }), []sent{{"user_active_org", `{"userId":["zhao.min"]}`}},
		},
		"personal data": {edit(func(u *directory.User) { u.Avatar, u.Nickname, u.RealAuthed = "a", "n", true }), nil},
		"the senior mode": {
			call(updatePath, `{"userid":"zhao.min","senior_mode":true}`), nil,
		},
		"a created department": {
			func(a *app) { a.post("/topapi/v2/department/create", `{"name":"West","parent_id":7}`) },
			[]sent{{"org_dept_create", `{"deptId":[4300000001]}`}},
		},
		"a renamed department": {
			call("/topapi/v2/department/update", `{"dept_id":8,"name":"Far East"}`), []sent{{"org_dept_modify", `{"deptId":[8]}`}},
		},
		"a department that remains as it is": {call("/topapi/v2/department/update", `{"dept_id":8,"name":"East"}`), nil},
		"a deleted department":               {call("/topapi/v2/department/delete", `{"dept_id":8}`), []sent{{"org_dept_remove", `{"deptId":[8]}`}}},
		"the organization's name": {
			editDepartment(1, func(d *directory.Department) { d.Name = "Example" }),
			[]sent{{"org_change", `{}`}, {"org_dept_modify", `{"deptId":[1]}`}},
		},
		"a moved department": {
			editDepartment(8, func(d *directory.Department) { d.ParentID = 1 }), []sent{{"org_dept_modify", `{"deptId":[8]}`}},
		},
		"a role group": {
			call("/role/add_role_group", `{"name":"Projects"}`), []sent{{"label_conf_add", `{"scope":"1","labelIdList":[4500000003]}`}},
		},
		"a renamed role": {
			call("/role/update_role", `{"roleId":9,"roleName":"Leads"}`),
			[]sent{{"label_conf_modify", `{"scope":"1","labelIdList":[9],"preLabelList":["{\"deleted\":false,\"color\":-11687445,\"hidden\":false,\"level\":1,\"scope\":1,\"name\":\"Lead\",\"id\":9,\"parentId\":4500000002,\"extraInfo\":{}}"],"postLabelList":["{\"hidden\":false,\"name\":\"Leads\",\"id\":9,\"extraInfo\":{}}"]}`}},
		},
		"a deleted role": {call("/topapi/role/deleterole", `{"role_id":9}`), []sent{{"label_conf_del", `{"labelIdList":[9]}`}}},
		"roles granted and revoked": {
			func(a *app) {
				for _, path := range []string{"/topapi/role/addrolesforemps", "/topapi/role/removerolesforemps"} {
					for range 2 { // the second time changes nothing
						call(path, `{"roleIds":"9","userIds":"zhao.min,li.lei"}`)(a)
					}
				}
			},
			[]sent{
				{"label_user_change", `{"userIdList":["zhao.min","li.lei"],"action":"add","labelIdList":[9]}`},
				{"label_user_change", `{"userIdList":["zhao.min","li.lei"],"action":"remove","labelIdList":[9]}`},
			},
		},
		"limits": {func(a *app) { require.NoError(a.t, a.server.SetLimit(9)) }, nil},
		"a refused write": {
			func(a *app) { require.NotEqual(a.t, "0", a.post(deletePath, `{"userid":"no.one"}`).code()) }, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := eventApp(t)
			n := len(a.server.Events())
			tc.write(a)
			assertSent(t, tc.want, since(a.server, n))
		})
	}
}

func TestFeed_AdministratorsAreNamed(t *testing.T) {
	t.Parallel()
	a := eventApp(t)
	a.seed(directory.User{UserID: "sub", Admin: true})
	u := a.seed(directory.User{UserID: "admin01", AdminLevel: 1})
	n := len(a.server.Events())
	for op, arguments := range map[string]map[string]any{
		"UpdateUser": {"userid": "zhao.min", "telephone": ""}, // no change of what a person is found by
	} {
		_, refusal := a.server.Administer(a.t.Context(), op, arguments)
		require.Nil(t, refusal)
	}
	assertSent(t, []sent{modified(`"extFields":"{}","jobNumber":"E-2041",`+unchanged,
		strings.Replace(`"extFields":"{}","jobNumber":"E-2041",`+unchanged, "1135", "", 1), `"optStaffId":"admin01",`)}, since(a.server, n))

	n = len(a.server.Events())
	require.NoError(t, a.server.SetContactScope([]int64{7}, []string{"li.lei"}))
	got := since(a.server, n)
	require.Len(t, got, 1)
	assert.Equal(t, "inner_app_scopes_change", got[0].typ)
	own := regexp.MustCompile(`"eventId":"([0-9a-f]{32})",`).FindStringSubmatch(got[0].body)
	require.Len(t, own, 2)
	assert.NotEqual(t, a.server.Events()[n].ID, own[1])
	assert.JSONEq(t, fmt.Sprintf(`{"eventId":%q,"roleIds":[],"userIds":["li.lei"],"deptIds":[7],"operatorUnionId":%q,"unifiedAppId":%q}`,
		own[1], u.UnionID, a.server.unifiedAppID()), got[0].body)
	require.NoError(t, a.server.SetContactScope([]int64{7}, []string{"li.lei"}))
	assert.Len(t, since(a.server, n), 1, "the scope is the same")
}

func TestFeed_AdministratorsComeAndGo(t *testing.T) {
	t.Parallel()
	a := eventApp(t)
	n := len(a.server.Events())
	u := a.stored("zhao.min")
	u.Admin = true
	require.NoError(t, a.server.SetUser(u))
	u = a.stored("zhao.min")
	require.EqualValues(t, 2, u.AdminLevel)
	require.Len(t, u.RoleList, 1)
	role := u.RoleList[0]
	assert.Equal(t, "子管理员", role.Name)
	u.Admin, u.AdminLevel = false, 0
	require.NoError(t, a.server.SetUser(u))
	assert.Empty(t, a.stored("zhao.min").RoleList)

	users := `{"timeStamp":"` + changeMillis + `","userId":["zhao.min"]}`
	holders := func(action string) string {
		return fmt.Sprintf(`{"userIdList":["zhao.min"],"action":%q,"labelIdList":[%d]}`, action, role.ID)
	}
	assertSent(t, []sent{
		{"org_admin_add", users}, {"label_user_change", holders("add")},
		{"org_admin_remove", users}, {"label_user_change", holders("remove")},
	}, since(a.server, n))
}

func TestFeed_OptionsLeaveEventsOut(t *testing.T) {
	t.Parallel()
	rename := func(a *app) { a.post(updatePath, `{"userid":"zhao.min","name":"Z"}`) }
	move := func(a *app) {
		a.post(updatePath, `{"userid":"zhao.min","dept_id_list":"8","dept_order_list":[{"dept_id":8,"order":3}]}`)
	}
	byAdmin := func(a *app) {
		a.server.Administer(a.t.Context(), "UpdateUser", map[string]any{"userid": "zhao.min", "name": "A"})
	}
	for name, tc := range map[string]struct {
		option Option
		write  func(*app)
		want   int
	}{
		"own, renamed":              {WithoutOwnEvents(), rename, 0},
		"own, by an administrator":  {WithoutOwnEvents(), byAdmin, 1},
		"moves, moved":              {WithoutMoveEvents(), move, 0},
		"moves, renamed":            {WithoutMoveEvents(), rename, 1},
		"types, of another type":    {WithEventTypes("user_leave_org", "user_add_org"), rename, 0},
		"types, of this type":       {WithEventTypes("user_modify_org"), rename, 1},
		"types, emitted":            {WithEventTypes("user_modify_org"), func(a *app) { _, _ = a.server.Emit("x", 1) }, 1},
		"a sample, which sends non": {WithSampleOrg(3, 9, 1), func(*app) {}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := eventApp(t, tc.option)
			n := len(a.server.Events())
			tc.write(a)
			assert.Len(t, since(a.server, n), tc.want)
		})
	}
}

func TestFeed_EventsAreNumberedAndHaveIDs(t *testing.T) {
	t.Parallel()
	a := eventApp(t)
	seen := map[string]bool{}
	for i, e := range a.server.Events() {
		assert.EqualValues(t, i+1, e.Number)
		assert.Regexp(t, "^[0-9a-f]{32}$", e.ID)
		assert.False(t, seen[e.ID])
		seen[e.ID] = true
		assert.Equal(t, eventMillis, e.Time.UnixMilli())
	}
	require.NoError(t, a.server.Reset())
	assert.Len(t, a.server.Events(), len(seen), "a reset sends none and keeps the record")
	_, err := a.server.AddUser(directory.User{})
	require.NoError(t, err)
	assert.Len(t, a.server.Events("user_add_org"), 3, "the new organization is observed")
}

func TestEmit_SendsAnything(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	body := json.RawMessage(`{"broken":`)
	id, err := s.Emit("org_pet_adopt", body)
	require.NoError(t, err)
	body[2] = 'X'
	events := s.Events("org_pet_adopt")
	require.Len(t, events, 1)
	assert.Equal(t, id, events[0].ID)
	assert.Equal(t, `{"broken":`, string(events[0].Body), "it is a copy")
	_, err = s.Emit("", 1)
	assert.Error(t, err)
	_, err = s.Emit("x", func() {})
	assert.Error(t, err)
}

func TestFeed_IsBounded(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for range feedSize + 3 {
		_, err := s.Emit("x", 1)
		require.NoError(t, err)
	}
	events := s.Events()
	require.Len(t, events, feedSize)
	assert.EqualValues(t, 4, events[0].Number)
	big := make(json.RawMessage, feedBytes/2+1)
	for range 2 {
		_, err := s.Emit("big", big)
		require.NoError(t, err)
	}
	assert.Len(t, s.Events(), 1)
	assert.LessOrEqual(t, s.feed.bytes, feedBytes)
}
