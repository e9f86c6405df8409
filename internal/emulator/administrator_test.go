package emulator

import (
	"encoding/json"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

func TestAdministrator_IsNotLimitedAsTheAppIs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, WithQPS(1), WithAddressLimit(1), WithLatency(time.Second), WithJitter(time.Second, time.Second, 1),
			WithoutScope(contract.ManageAddressList, contract.GetMember), WithContactScope(nil, nil),
			WithAllowedIPs("192.0.2.1"), WithoutMobileField(), WithoutPersonalInfo())
		a := &app{t: t, server: s, client: &http.Client{Transport: s.Transport()}, base: "https://oapi.example.com"}
		for _, op := range []string{"CreateUser", "UpdateUser", "DeleteUser"} {
			require.NoError(t, s.Fail(op, Hang, 9))
		}
		begun := time.Now()
		for range 3 {
			result, refused := s.Administer(t.Context(), "CreateUser", map[string]any{
				"userid": "u", "name": "N", "mobile": "13900000000", "dept_id_list": "1", "remark": "R",
			})
			require.Nil(t, refused)
			assert.JSONEq(t, `{"userid":"u","unionId":"`+a.stored("u").UnionID+`"}`, string(result))
			_, refused = s.Administer(t.Context(), "UpdateUser", map[string]any{"userid": "u", "title": "T"})
			require.Nil(t, refused)
			assert.Equal(t, "T", a.stored("u").Title)
			seen, refused := s.Administer(t.Context(), "GetUser", map[string]any{"userid": "u"})
			require.Nil(t, refused)
			assert.Contains(t, string(seen), `"mobile":"13900000000"`)
			assert.Contains(t, string(seen), `"remark":"R"`)
			_, refused = s.Administer(t.Context(), "DeleteUser", map[string]any{"userid": "u"})
			require.Nil(t, refused)
		}
		assert.Zero(t, time.Since(begun))
		assert.Empty(t, s.Users())
		assert.Len(t, s.Faults(), 3, "none was used")

		settings := s.Settings()
		assert.Equal(t, []string{contract.ManageAddressList, contract.GetMember}, settings.MissingPoints)
		assert.Empty(t, settings.ScopeDepartments)
		assert.Equal(t, "40000", a.post(listPath, `{}`).code())
		assert.Empty(t, a.post(listPath, `{}`).code(), "the address limit counts the calls of the app")
	})
}

func TestAdministrator_RefusalsNameTheField(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	s := a.server
	top := a.department(directory.Department{Name: "Top"})
	low := a.department(directory.Department{Name: "Low", ParentID: top})
	a.seed(directory.User{UserID: "u", Mobile: "13900000000", Telephone: "1", Email: "u@example.com", DeptIDList: []int64{low}})

	user := func(name string, value any) map[string]any {
		arguments := map[string]any{"userid": "v", "name": "N", "mobile": "13900000001", "dept_id_list": "1"}
		arguments[name] = value
		return arguments
	}
	dept := func(id int64, name string, value any) map[string]any {
		return map[string]any{"dept_id": id, name: value}
	}
	for _, test := range []struct {
		op        string
		arguments map[string]any
		want      Refusal
	}{
		{"CreateUser", user("name", nil), Refusal{400002, "参数错误: name is missing", "name", "", ""}},
		{"CreateUser", user("mobile", ""), Refusal{400002, "参数错误: mobile is missing", "mobile", "", ""}},
		{"CreateUser", user("mobile", "1"), Refusal{60103, "手机号码不合法", "mobile", "", "the mobile number is malformed"}},
		{"CreateUser", user("mobile", "13900000000"), Refusal{60104, "手机号码在公司中已存在", "mobile", "u", "the mobile number is taken"}},
		{"CreateUser", user("userid", "u"), Refusal{60102, "UserID在公司中已存在", "userid", "", "the userid is taken"}},
		{"CreateUser", user("telephone", "1"), Refusal{40100, "分机号已经存在", "telephone", "", "the telephone number is taken"}},
		{"CreateUser", user("email", "u@example.com"), Refusal{40101, "邮箱已经存在", "email", "", "the email address is taken"}},
		{"CreateUser", user("hired_date", "soon"), Refusal{400002, "参数错误: hired_date is malformed", "hired_date", "", ""}},
		{"CreateUser", user("dept_id_list", "1,x"), Refusal{40066, "不合法的部门列表: dept_id_list is malformed", "dept_id_list", "", ""}},
		{"CreateUser", user("dept_id_list", "2"), Refusal{60003, "部门不存在", "dept_id_list", "", "the department does not exist"}},
		{"CreateUser", user("manager_userid", "w"), Refusal{60128, "无效的主管id", "manager_userid", "", "the manager does not exist"}},
		{"UpdateUser", map[string]any{"userid": "w"}, Refusal{60121, "找不到该用户", "userid", "", "the user does not exist"}},
		{"DeleteUser", map[string]any{"userid": "w"}, Refusal{60121, "找不到该用户", "userid", "", "the user does not exist"}},

		{"CreateDepartment", map[string]any{"name": "A-B", "parent_id": 1}, Refusal{60001, "不合法的部门名称", "name", "", "the department name is malformed"}},
		{"CreateDepartment", map[string]any{"name": "Top", "parent_id": 1}, Refusal{60021, "父部门下该部门名称已存在", "name", "", "a sibling department has the name"}},
		{"CreateDepartment", map[string]any{"name": "A", "parent_id": 2}, Refusal{60004, "父亲部门不存在", "parent_id", "", "the parent department does not exist"}},
		{"UpdateDepartment", dept(top, "parent_id", low), Refusal{60010, "部门存在循环关系", "parent_id", "", "a department cannot be moved below itself"}},
		{"UpdateDepartment", dept(top, "user_permits", "w"), Refusal{60109, "不合法的可见范围列表: user_permits names a person who does not exist", "user_permits", "", "a visibility list is malformed"}},
		{"UpdateDepartment", dept(top, "dept_manager_userid_list", "u"), Refusal{60111, "UserID不存在: dept_manager_userid_list", "dept_manager_userid_list", "", "a department manager is not a member"}},
		{"UpdateDepartment", dept(top, "order", "x"), Refusal{400002, "参数错误: order is malformed", "order", "", ""}},
		{"DeleteDepartment", dept(low, "x", 1), Refusal{60005, "不允许删除有成员的部门", "dept_id", "", "the department has members"}},
		{"DeleteDepartment", dept(1, "x", 1), Refusal{60007, "不允许删除根部门", "dept_id", "", "the root department cannot be updated or deleted"}},
	} {
		_, refused := s.Administer(t.Context(), test.op, test.arguments)
		if assert.NotNil(t, refused, "%s %v", test.op, test.arguments) {
			assert.Equal(t, test.want, *refused, "%s %v", test.op, test.arguments)
		}
	}
	assert.Len(t, s.Users(), 1)
	assert.Len(t, s.Departments(), 3)
}

func TestAdministrator_EveryRuleOfPeopleAndDepartmentsHasAField(t *testing.T) {
	t.Parallel()
	for _, rule := range directory.Rules() {
		if rule < directory.UnknownRole {
			assert.NotEmpty(t, ruleFields[rule], rule)
		}
		for _, name := range ruleFields[rule] {
			taken := false
			for _, op := range []string{"CreateUser", "UpdateUser", "DeleteUser", "CreateDepartment", "UpdateDepartment", "DeleteDepartment"} {
				taken = taken || newServer(t).ops[op].takes(name)
			}
			assert.True(t, taken, "%v: no operation takes %s", rule, name)
		}
	}
}

func TestAdministrator_CallsAreInTheJournal(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	s := a.server
	s.RecordResponses()
	before := s.Changes(0, LogFilter{}, 9).Revision
	_, refused := s.Administer(t.Context(), "CreateUser", map[string]any{"userid": "u", "name": "N", "mobile": "13900000000", "dept_id_list": "1"})
	require.Nil(t, refused)
	a.post(getPath, `{"userid":"u"}`)
	admin := &app{t: t, server: s, client: &http.Client{Transport: s.AdminTransport()}, base: a.base, token: "any"}
	require.Equal(t, "0", admin.post(deletePath, `{"userid":"u"}`).code())

	changes := s.Changes(before, LogFilter{}, 9)
	assert.True(t, changes.Organization)
	require.Len(t, changes.Calls, 3)
	var made []bool
	for _, e := range changes.Calls {
		made = append(made, e.Admin)
	}
	assert.Equal(t, []bool{true, false, true}, made)
	entry, found := s.JournalEntry(2)
	require.True(t, found)
	assert.Equal(t, "CreateUser", entry.Op)
	assert.Empty(t, entry.From)
	assert.Equal(t, "127.0.0.1", changes.Calls[2].From)
	var body, response map[string]any
	require.NoError(t, json.Unmarshal([]byte(entry.Body), &body))
	assert.Equal(t, "N", body["name"])
	require.NoError(t, json.Unmarshal([]byte(entry.Response), &response))
	assert.Equal(t, entry.RequestID, response["request_id"])

	calls, err := s.Calls("DeleteUser")
	require.NoError(t, err)
	require.Len(t, calls, 1)
	assert.True(t, calls[0].Admin)
}

// A person who is out of the scope may be moved into it, and nothing of a lifted scope remains.
func TestAdministrator_LeavesTheContactScopeAsItWas(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	inside := a.department(directory.Department{})
	a.seed(directory.User{UserID: "u"})
	require.NoError(t, a.server.SetContactScope([]int64{inside}, nil))
	read := func() string { return a.post(getPath, `{"userid":"u"}`).code() }
	require.Equal(t, "50002", read())
	_, refused := a.server.Administer(t.Context(), "UpdateUser", map[string]any{"userid": "u", "dept_id_list": "x"})
	require.NotNil(t, refused)
	assert.Equal(t, "50002", read())
	_, refused = a.server.Administer(t.Context(), "UpdateUser", map[string]any{"userid": "u", "dept_id_list": inside})
	require.Nil(t, refused)
	assert.Equal(t, "0", read())
}
