package browsertest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// fullUser has a value in every field.
var fullUser = dingtalktest.User{
	UserID: "zhao.min", UnionID: "Kd83hQpLmZ", Name: "赵敏", Avatar: "https://example.com/avatar.png",
	StateCode: "852", Mobile: "51234567", HideMobile: true, Telephone: "010-21", JobNumber: "E-2041",
	Title: "Engineer", Email: "zhao.min@example.com", OrgEmail: "min@corp.example.com", OrgEmailType: "profession",
	WorkPlace: "Building 3", Remark: "first line\nsecond line",
	Extension:     `{"爱好":"国际象棋","Age":24}`,
	ExtensionI18n: `{"爱好":{"en_US":"Chess"}}`,
	ManagerUserID: "lin.yue", HiredDate: time.UnixMilli(1633017600000), CreateTime: time.UnixMilli(1721027143000),
	DeptIDList:       []int64{platform, sales},
	DeptOrderList:    []dingtalktest.DeptOrder{{DeptID: platform, Order: 176200000000000513}, {DeptID: sales, Order: 1}},
	DeptTitleList:    []dingtalktest.DeptTitle{{DeptID: platform, Title: "Lead"}, {DeptID: sales, Title: "Advisor"}},
	DeptPositionList: []dingtalktest.DeptPosition{{DeptID: platform, IsMain: true, Title: "Head", WorkPlace: "Hall 1"}},
	LeaderInDept:     []dingtalktest.DeptLeader{{DeptID: platform, Leader: true}},
	RoleList:         []dingtalktest.Role{{Name: "主管", GroupName: "默认"}, {ID: 2100000005, Name: "Mentor", GroupName: "Training"}},
	Active:           true, RealAuthed: true, Senior: true, Admin: true, Boss: true,
	ExclusiveAccount: true, ExclusiveAccountType: "dingtalk", LoginID: "min", Nickname: "Minmin",
	ExclusiveAccountCorpName: "Example", ExclusiveAccountCorpID: "dingcorp", DisableStatus: true,
	UnionEmpExt: &dingtalktest.UnionEmpExt{
		UserID: "zm", CorpID: "dinglinked", UnionEmpMapList: []dingtalktest.UnionEmpMap{{UserID: "zm2", CorpID: "dingother"}},
	},
}

// shownFields returns the texts that the page shows for each documented field of a user, including nested fields.
func shownFields(u *dingtalk.User) map[string][]string {
	fields := map[string][]string{
		"userid": {u.UserID}, "unionid": {u.UnionID}, "name": {u.Name}, "avatar": {u.Avatar}, "nickname": {u.Nickname},
		"state_code": {u.StateCode}, "mobile": {u.Mobile}, "telephone": {u.Telephone}, "email": {u.Email},
		"org_email": {u.OrgEmail}, "org_email_type": {u.OrgEmailType}, "work_place": {u.WorkPlace}, "remark": {u.Remark},
		"job_number": {u.JobNumber}, "title": {u.Title}, "login_id": {u.LoginID},
		"exclusive_account_type":      {u.ExclusiveAccountType},
		"exclusive_account_corp_name": {u.ExclusiveAccountCorpName}, "exclusive_account_corp_id": {u.ExclusiveAccountCorpID},
		"hide_mobile": {yesNo(u.HideMobile)}, "senior": {yesNo(u.Senior)}, "active": {yesNo(u.Active)}, "real_authed": {yesNo(u.RealAuthed)},
		"admin": {yesNo(u.Admin)}, "boss": {yesNo(u.Boss)}, "exclusive_account": {yesNo(u.ExclusiveAccount)},
		"disable_status": {yesNo(u.DisableStatus)},
		"manager_userid": {u.ManagerUserID}, "hired_date": {""}, "create_time": {u.CreateTime},
		"extension": {}, "extension_i18n": {}, "union_emp_ext": {u.UnionEmpExt.UserID, u.UnionEmpExt.CorpID},
		"dept_id_list": {}, "dept_order_list": {}, "dept_position_list": {}, "leader_in_dept": {}, "role_list": {},
	}
	if !u.HiredDate.IsZero() {
		fields["hired_date"] = []string{u.HiredDate.In(china).Format("2 January 2006"), "China time"}
	}
	if created, err := time.Parse(time.RFC3339, u.CreateTime); err == nil {
		fields["create_time"] = []string{created.In(china).Format("2 January 2006, 15:04:05"), "China time"}
	}
	custom, _ := u.Extension.Map()
	for name, value := range custom {
		fields["extension"] = append(fields["extension"], name, value)
	}
	translated, _ := u.ExtensionI18n.Map()
	for name, values := range translated {
		for language, value := range values {
			fields["extension_i18n"] = append(fields["extension_i18n"], name, language, value)
		}
	}
	for _, linked := range u.UnionEmpExt.UnionEmpMapList {
		fields["union_emp_ext"] = append(fields["union_emp_ext"], linked.UserID, linked.CorpID)
	}
	for _, id := range u.DeptIDList {
		fields["dept_id_list"] = append(fields["dept_id_list"], str(id))
	}
	for _, o := range u.DeptOrderList {
		fields["dept_order_list"] = append(fields["dept_order_list"], str(o.DeptID), str(o.Order))
	}
	for _, p := range u.DeptPositionList {
		fields["dept_position_list"] = append(fields["dept_position_list"], str(p.DeptID), p.Title, p.WorkPlace)
	}
	for _, l := range u.LeaderInDept {
		fields["leader_in_dept"] = append(fields["leader_in_dept"], str(l.DeptID), yesNo(l.Leader))
	}
	for _, r := range u.RoleList {
		fields["role_list"] = append(fields["role_list"], str(r.ID), r.Name, r.GroupName)
	}
	return fields
}

func yesNo(is bool) string {
	if is {
		return "Yes"
	}
	return "No"
}

func TestUserPage_ShowsEveryFieldOfTheClient(t *testing.T) {
	t.Parallel()
	p := serveTeam(t)
	p.AddUser(fullUser)
	tab := open(t, p.console, "departments/"+str(platform), view{})
	for _, userid := range []string{p.AddUser(dingtalktest.User{}), fullUser.UserID} {
		user, err := p.client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: userid})
		require.NoError(t, err)
		tab.visit("users/" + userid)
		tab.waitForText("h1", user.Name)
		shown := shownFields(user)
		for field := range reflect.TypeFor[dingtalk.User]().Fields() {
			name := field.Tag.Get("json")
			require.Contains(t, shown, name, "add the new field to the page and to this test")
			texts := tab.texts(`[data-field~="` + name + `"]`)
			assert.NotEmpty(t, texts, name)
			for _, text := range shown[name] {
				assert.Contains(t, strings.Join(texts, "\n"), text, name)
			}
		}
		assert.Equal(t, p.rawResponse(t, userid), withoutRequestID(t, tab.waitForText("#json", userid)))
	}
	assert.Equal(t, []string{"Organization / Engineering", "Organization"}, tab.texts(`[data-field~="dept_id_list"] tbody th .muted`))
	assert.Equal(t, []string{"Lead", "Advisor"}, tab.texts(`[data-field="dept_title_list.title"]`), "for each department")
	assert.Equal(t, []string{"Yes", "—\nNo"}, tab.texts(`[data-field="leader_in_dept.leader"]`), "a dash for the eyes")
	assert.Equal(t, []string{"176200000000000513", "1"}, tab.texts(`[data-field="dept_order_list.order"]`))
	tab.click(`[data-field="manager_userid"] a`)
	tab.waitForText("h1", "Lin Yue")
}

func TestUserPage_FollowsChangesOfTheClient(t *testing.T) {
	t.Parallel()
	p := serveTeam(t)
	p.createZhaoMin(t)
	tab := open(t, p.console, "users/zhao.min", view{})
	tab.waitForText(`[data-field="title"]`, "Engineer")
	tab.markPage()
	require.NoError(t, p.client.UpdateUser(t.Context(), dingtalk.UpdateUserRequest{
		UserID: "zhao.min", Title: new("Architect"), WorkPlace: new("Future Park"), HideMobile: new(true),
		DeptIDList: []int64{sales}, Extension: new(dingtalk.NewExtension(map[string]string{"Hobby": "Travel"})),
		HiredDate: dingtalk.Millis{Time: time.Date(2021, time.October, 1, 0, 0, 0, 0, china)},
	}))
	tab.waitForText(`[data-field="title"]`, "Architect")
	tab.waitForText(`[data-field="work_place"]`, "Future Park")
	tab.waitForText(`[data-field~="dept_id_list"]`, "Sales")
	tab.waitForText(`[data-field="extension"]`, "Travel")
	tab.waitForText(`[data-field="hired_date"]`, "1 October 2021")
	tab.waitForNoText(`[data-field~="dept_id_list"]`, "Platform")
	tab.requireSamePage()
}

// rawResponse returns the response of the API for a user, without the request ID.
func (p *testServer) rawResponse(t *testing.T, userid string) string {
	t.Helper()
	token, err := p.client.Token(t.Context())
	require.NoError(t, err)
	body, _ := json.Marshal(map[string]string{"userid": userid})
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.base+"/topapi/v2/user/get?access_token="+token.Value.Reveal(), bytes.NewReader(body))
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/json")
	res, err := p.client.HTTPClient().Do(r)
	require.NoError(t, err)
	defer res.Body.Close()
	all, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return withoutRequestID(t, string(all))
}

func withoutRequestID(t *testing.T, response string) string {
	t.Helper()
	var compact bytes.Buffer
	require.NoError(t, json.Compact(&compact, []byte(response)))
	return regexp.MustCompile(`"request_id":"[^"]*"`).ReplaceAllString(compact.String(), `"request_id":""`)
}
