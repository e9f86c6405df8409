package emulator

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// everything is a person with all fields set.
var everything = directory.User{
	UserID: "zhao.min", UnionID: "Kd83hQpLmZx7TtYc2RbWgiEiE", Name: "Zhao Min", Avatar: "https://example.com/a.png",
	Mobile: "13800001234", HideMobile: true, Telephone: "21", JobNumber: "E-2041", Title: "Engineer",
	Email: "zhao.min@example.com", OrgEmail: "z@corp.example.com", OrgEmailType: "base", WorkPlace: "Building 3",
	Remark: "transfer", Extension: `{"Hobby":"Chess"}`, ExtensionI18n: `{"Hobby":{"en_US":"Chess"}}`,
	ManagerUserID: "boss", HiredDate: time.UnixMilli(1666143772000),
	CreateTime:       time.Date(2024, 7, 15, 7, 5, 43, 0, time.UTC),
	DeptIDList:       []int64{1, 724960197},
	DeptOrderList:    []directory.DeptOrder{{DeptID: 1, Order: 176200000000000513}, {DeptID: 724960197, Order: 1}},
	DeptPositionList: []directory.DeptPosition{{DeptID: 1, IsMain: true, Title: "Lead", WorkPlace: "Here"}},
	LeaderInDept:     []directory.DeptLeader{{DeptID: 724960197, Leader: true}},
	RoleList:         []directory.Role{{ID: 2100000005, Name: "主管", GroupName: "默认"}},
	Active:           true, RealAuthed: true, Senior: true, Admin: true, Boss: true,
	UnionEmpExt:      &directory.UnionEmpExt{UserID: "u", CorpID: "c", UnionEmpMapList: []directory.UnionEmpMap{{UserID: "u2", CorpID: "c2"}}},
	ExclusiveAccount: true, ExclusiveAccountType: "dingtalk", LoginID: "zm", Nickname: "Z",
	ExclusiveAccountCorpName: "Corp", ExclusiveAccountCorpID: "dingcorp", DisableStatus: true,
}

func TestGetUser_ReturnsAllFields(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.department(directory.Department{ID: 724960197})
	a.seed(directory.User{UserID: "boss"})
	a.seed(everything)
	_, text, err := a.send("POST", getPath+"?access_token="+a.token, "application/json", `{"userid":"zhao.min","language":"en_US"}`)
	require.NoError(t, err)
	var env struct {
		Result json.RawMessage `json:"result"`
	}
	require.NoError(t, json.Unmarshal(text, &env))
	assert.JSONEq(t, `{"userid":"zhao.min","unionid":"Kd83hQpLmZx7TtYc2RbWgiEiE","name":"Zhao Min",
		"avatar":"https://example.com/a.png","state_code":"86","mobile":"13800001234","hide_mobile":true,
		"telephone":"21","job_number":"E-2041","title":"Engineer","email":"zhao.min@example.com",
		"org_email":"z@corp.example.com","org_email_type":"base","work_place":"Building 3","remark":"transfer",
		"extension":"{\"Hobby\":\"Chess\"}","extension_i18n":"{\"Hobby\":{\"en_US\":\"Chess\"}}",
		"manager_userid":"boss","hired_date":1666143772000,"dept_id_list":[1,724960197],
		"dept_order_list":[{"dept_id":1,"order":176200000000000513},{"dept_id":724960197,"order":1}],
		"dept_position_list":[{"dept_id":1,"is_main":true,"title":"Lead","work_place":"Here"}],
		"leader_in_dept":[{"dept_id":1,"leader":false},{"dept_id":724960197,"leader":true}],
		"role_list":[{"id":2100000005,"name":"主管","group_name":"默认"}],
		"active":true,"real_authed":true,"senior":true,"admin":true,"boss":true,
		"exclusive_account":true,"exclusive_account_type":"dingtalk","login_id":"zm","nickname":"Z",
		"exclusive_account_corp_name":"Corp","exclusive_account_corp_id":"dingcorp","disable_status":true,
		"union_emp_ext":{"userid":"u","corp_id":"c","union_emp_map_list":[{"userid":"u2","corp_id":"c2"}]},
		"create_time":"2024-07-15T07:05:43.000Z"}`, string(env.Result))
	assert.Contains(t, string(text), `"order":176200000000000513`, "to the last digit")
}

// Responses have all fields of the table and no others.
func TestUserResponses_HaveTheDocumentedFields(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.department(directory.Department{ID: 724960197})
	a.seed(directory.User{UserID: "boss"})
	a.seed(everything)
	full := a.post(getPath, `{"userid":"zhao.min"}`).result()
	documented := map[string]bool{}
	for _, f := range contract.GetUser.Response {
		documented[f.Name] = true
		assert.Contains(t, full, f.Name)
	}
	for name := range full {
		assert.True(t, documented[name], "%s is not documented", name)
	}
}

func TestGetUser_ObeysFieldPermissions(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		opt    Option
		hidden []string
	}{
		{"mobile", WithoutMobileField(), []string{"mobile", "state_code"}},
		{"personal information", WithoutPersonalInfo(), []string{"email", "work_place", "remark", "extension", "extension_i18n"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			all, some := newApp(t), newApp(t, tt.opt)
			var results []map[string]any
			for _, a := range []*app{all, some} {
				a.department(directory.Department{ID: 724960197})
				a.seed(directory.User{UserID: "boss"})
				a.seed(everything)
				results = append(results, a.post(getPath, `{"userid":"zhao.min"}`).result())
			}
			for _, name := range tt.hidden {
				delete(results[0], name)
			}
			assert.Equal(t, results[0], results[1])
		})
	}
}

func TestAddUser_FillsInAndRefuses(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	u := a.seed(directory.User{})
	assert.NotEmpty(t, u.UserID)
	assert.Equal(t, u.UserID, u.Name)
	assert.Equal(t, []int64{1}, u.DeptIDList)
	abroad := a.seed(directory.User{Mobile: "91234567", StateCode: "852", Telephone: "1", Email: "a@example.com"})
	assert.Equal(t, "852", abroad.StateCode)

	for name, seed := range map[string]directory.User{
		"a userid that is taken":    {UserID: u.UserID},
		"a mobile that is taken":    {Mobile: "+852-91234567"},
		"a mobile that is none":     {Mobile: "nine"},
		"a telephone taken":         {Telephone: "1"},
		"a mail taken":              {Email: "a@example.com"},
		"no such department":        {DeptIDList: []int64{99}},
		"no such manager":           {ManagerUserID: "absent"},
		"an order for a stranger":   {DeptOrderList: []directory.DeptOrder{{DeptID: 99, Order: 1}}},
		"custom fields in disarray": {Extension: "x"},
		"a unionid that is taken":   {UnionID: u.UnionID},
	} {
		_, err := a.server.AddUser(seed)
		require.Error(t, err, name)
	}
	assert.Len(t, a.server.Users(), 2)
}

func TestSnapshot_IsACopy(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	seed := directory.User{UserID: "u", DeptIDList: []int64{1}, UnionEmpExt: &directory.UnionEmpExt{UserID: "x"}}
	a.seed(seed)
	seed.DeptIDList[0] = 7
	snapshot := a.stored("u")
	snapshot.DeptOrderList[0].Order = 7
	snapshot.UnionEmpExt.UserID = "y"
	u := a.stored("u")
	assert.Equal(t, []int64{1}, u.DeptIDList)
	assert.NotEqual(t, int64(7), u.DeptOrderList[0].Order)
	assert.Equal(t, "x", u.UnionEmpExt.UserID)
}
