package console

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

// staffed returns a server with a tree of departments and a person with all fields set.
func staffed(tb testing.TB, opts ...emulator.Option) *emulator.Server {
	tb.Helper()
	s := newServer(tb, opts...)
	for _, d := range []directory.Department{
		{ID: 10, Name: "Research"}, {ID: 20, Name: "Lab & <Co>", ParentID: 10}, {ID: 30, Name: "Sales"},
	} {
		_, err := s.AddDepartment(d)
		require.NoError(tb, err)
	}
	for _, u := range []directory.User{{UserID: "boss", Name: "Li Lei", Active: true}, {
		UserID: "zhao.min", Name: "赵敏", UnionID: "Kd83hQpLmZx7TtYc2RbWgiEiE", Avatar: "https://example.com/a.png",
		StateCode: "852", Mobile: "51234567", HideMobile: true, Telephone: "21", JobNumber: "E-2041", Title: "Engineer",
		Email: "zhao.min@example.com", OrgEmail: "z@corp.example.com", OrgEmailType: "profession", LoginEmail: "login@example.com",
		WorkPlace: "Building 3", Remark: "Transfer",
		Extension:     `{"Hobby":"Chess","Profile":"[Page](https://example.com/?id=#userid#)","Run":"[me](javascript:alert(1))"}`,
		ExtensionI18n: `{"Hobby":{"zh_CN":"象棋","en_US":"Chess game"}}`,
		ManagerUserID: "boss", HiredDate: time.Date(2022, 10, 18, 16, 0, 0, 0, time.UTC),
		CreateTime:       time.Date(2024, 7, 15, 17, 5, 43, 0, time.UTC),
		DeptIDList:       []int64{30, 20},
		DeptOrderList:    []directory.DeptOrder{{DeptID: 30, Order: 176200000000000513}, {DeptID: 20, Order: 7}},
		DeptTitleList:    []directory.DeptTitle{{DeptID: 30, Title: "Adviser"}},
		DeptPositionList: []directory.DeptPosition{{DeptID: 20, IsMain: true, Title: "Head of it", WorkPlace: "Room 7"}},
		LeaderInDept:     []directory.DeptLeader{{DeptID: 20, Leader: true}},
		RoleList:         []directory.Role{{ID: 2100000005, Name: "Fire warden", GroupName: "Safety"}},
		Active:           true, RealAuthed: true, Senior: true, Admin: true, AdminDeptIDs: []int64{20},
		UnionEmpExt: &directory.UnionEmpExt{
			UserID: "u", CorpID: "c", UnionEmpMapList: []directory.UnionEmpMap{{UserID: "u2", CorpID: "c2"}},
		},
		ExclusiveAccount: true, ExclusiveAccountType: "dingtalk", LoginID: "zm", Nickname: "Zed",
		ExclusiveAccountCorpName: "Corp", ExclusiveAccountCorpID: "dingcorp",
	}} {
		_, err := s.AddUser(u)
		require.NoError(tb, err)
	}
	return s
}

func TestUserPage_HasEveryDocumentedField(t *testing.T) {
	t.Parallel()
	h := New(staffed(t), "")
	for _, language := range []string{"en", "zh"} {
		page := open(t, h, "/console/users/zhao.min", "Accept-Language", language)
		var walk func(prefix string, fields []contract.Field)
		walk = func(prefix string, fields []contract.Field) {
			for _, f := range fields {
				found := page.all("", "data-field", prefix+f.Name)
				require.NotEmpty(t, found, prefix+f.Name)
				assert.NotEmpty(t, found[0].text()+found[len(found)-1].text(), prefix+f.Name)
				walk(prefix+f.Name+".", f.Fields)
			}
		}
		walk("", contract.GetUser.Response)
	}
}

func TestUserPage_FormatsFields(t *testing.T) {
	t.Parallel()
	h := New(staffed(t), "")
	page, chinese := open(t, h, "/console/users/zhao.min"), open(t, h, "/console/users/zhao.min", "Accept-Language", "zh")
	for field, want := range map[string]string{
		"userid": "zhao.min", "unionid": "Kd83hQpLmZx7TtYc2RbWgiEiE", "name": "赵敏", "avatar": "https://example.com/a.png",
		"state_code": "852", "mobile": "51234567", "hide_mobile": "Yes", "telephone": "21", "job_number": "E-2041",
		"title": "Engineer", "email": "zhao.min@example.com", "org_email": "z@corp.example.com", "org_email_type": "profession",
		"work_place": "Building 3", "remark": "Transfer", "manager_userid": "Li Lei boss",
		"hired_date": "19 October 2022 China time", "create_time": "16 July 2024, 01:05:43 China time",
		"role_list.id": "2100000005", "role_list.name": "Fire warden", "role_list.group_name": "Safety",
		"active": "Yes", "real_authed": "Yes", "senior": "Yes", "admin": "Yes", "boss": "No",
		"exclusive_account": "Yes", "exclusive_account_type": "dingtalk", "login_id": "zm", "nickname": "Zed",
		"exclusive_account_corp_name": "Corp", "exclusive_account_corp_id": "dingcorp", "disable_status": "No",
		"union_emp_ext.userid": "u", "union_emp_ext.corp_id": "c",
		"union_emp_ext.union_emp_map_list.userid": "u2", "union_emp_ext.union_emp_map_list.corp_id": "c2",
		"extension":      "Hobby Chess Profile Page https://example.com/?id=#userid# Run me (javascript:alert(1))",
		"extension_i18n": "Hobby zh_CN 象棋 Hobby en_US Chess game",
		"login_email":    "login@example.com", "sys_level": "2", "dept_ids": "Organization / Research / Lab & <Co>",
	} {
		assert.Equal(t, want, page.field(t, field).text(), field)
	}
	assert.Equal(t, "2022年10月19日 北京时间", chinese.field(t, "hired_date").text())
	assert.Equal(t, "2024年7月16日 01:05:43 北京时间", chinese.field(t, "create_time").text())
	assert.Equal(t, "是", chinese.field(t, "active").text())
	assert.Equal(t, "2022-10-19T00:00:00+08:00", page.field(t, "hired_date").one(t, "time").attr("datetime"))
	assert.Equal(t, "/console/users/boss", page.field(t, "manager_userid").one(t, "a").attr("href"))
}

func TestUserPage_ListsTheDepartments(t *testing.T) {
	t.Parallel()
	table := open(t, New(staffed(t), ""), "/console/users/zhao.min").one(t, "table", "data-field", "dept_id_list")
	var rows [][]string
	for _, row := range table.all("tr")[1:] {
		rows = append(rows, append(read(row.all("th")), read(row.all("td"))...))
	}
	assert.Equal(t, [][]string{
		{"Sales Organization 30", "Adviser", "", "—No", "176200000000000513"},
		{"Lab & <Co> Organization / Research 20", "", "Head of it Main Room 7", "Yes", "7"},
	}, rows)
	assert.Equal(t, []string{"/console/departments/30", "/console/departments/20"},
		[]string{table.all("a")[0].attr("href"), table.all("a")[1].attr("href")})
}

// The root is above itself in no path.
func TestUserPage_NamesTheRootOnce(t *testing.T) {
	t.Parallel()
	table := open(t, New(staffed(t), ""), "/console/users/boss").one(t, "table", "data-field", "dept_id_list")
	assert.Equal(t, "Organization 1", table.one(t, "th", "scope", "row").text())
}

func TestUserPage_ShowsTheMainDepartment(t *testing.T) {
	t.Parallel()
	h := New(staffed(t), "")
	for userid, want := range map[string][]string{
		"zhao.min": {"Organization", "Research", "Lab & <Co>"}, "boss": {"Organization"},
	} {
		assert.Equal(t, want, read(open(t, h, "/console/users/"+userid).one(t, "nav", "class", "path").all("a")))
	}
}

func TestUserPage_OfAPersonWithFewFields(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	_, err := s.AddUser(directory.User{UserID: "bare", ManagerUserID: ""})
	require.NoError(t, err)
	page := open(t, New(s, ""), "/console/users/bare")
	for _, f := range contract.GetUser.Response {
		assert.NotEmpty(t, page.all("", "data-field", f.Name), f.Name)
	}
	for _, field := range []string{"mobile", "email", "hired_date", "manager_userid", "extension", "role_list", "union_emp_ext", "avatar"} {
		assert.Contains(t, page.field(t, field).text(), "not set", field)
	}
	assert.Empty(t, page.all("", "id", "not-in-response"))
}

func TestUserPage_NamesADeletedManager(t *testing.T) {
	t.Parallel()
	s := staffed(t)
	h := New(s, "")
	call(t, s, "/topapi/v2/user/delete", `{"userid":"boss"}`)
	field := open(t, h, "/console/users/zhao.min").field(t, "manager_userid")
	assert.Equal(t, "boss (does not exist)", field.text())
	assert.Empty(t, field.all("a"))
}

func TestUserPage_ShowsTheResponse(t *testing.T) {
	t.Parallel()
	requestID := regexp.MustCompile(`"request_id": ?"\w+"`)
	for name, opts := range map[string][]emulator.Option{
		"everything":         nil,
		"no mobile":          {emulator.WithoutMobileField()},
		"permission missing": {emulator.WithoutScope("qyapi_get_member")},
		"out of the scope":   {emulator.WithContactScope([]int64{10}, nil)},
	} {
		s := staffed(t, opts...)
		shown := open(t, New(s, ""), "/console/users/boss").one(t, "pre", "id", "json").raw()
		answered := call(t, s, "/topapi/v2/user/get", `{"userid":"boss"}`)
		var want bytes.Buffer
		require.NoError(t, json.Indent(&want, answered, "", "  "))
		assert.Equal(t, requestID.ReplaceAllString(want.String(), ""), requestID.ReplaceAllString(shown, ""), name)
		var compact bytes.Buffer
		require.NoError(t, json.Compact(&compact, []byte(shown)))
		assert.Len(t, requestID.ReplaceAll(compact.Bytes(), nil), len(requestID.ReplaceAll(answered, nil)), name)
	}
}

// call makes a call of the API as the app.
func call(tb testing.TB, s *emulator.Server, path, body string) []byte {
	tb.Helper()
	exchange := func(method, path, body string) []byte {
		r, err := http.NewRequestWithContext(tb.Context(), method, "http://dingtalk"+path, bytes.NewReader([]byte(body)))
		require.NoError(tb, err)
		r.Header.Set("Content-Type", "application/json")
		res, err := s.Transport().RoundTrip(r)
		require.NoError(tb, err)
		return []byte(bodyOf(tb, res))
	}
	var token struct {
		AccessToken string `json:"access_token"`
	}
	require.NoError(tb, json.Unmarshal(exchange(http.MethodGet, "/gettoken?appkey="+s.ClientID()+"&appsecret="+s.ClientSecret(), ""), &token))
	return exchange(http.MethodPost, path+"?access_token="+token.AccessToken, body)
}
