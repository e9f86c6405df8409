package emulator

import (
	"encoding/json"
	"flag"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

var update = flag.Bool("update", false, "write the golden files anew")

// archive returns an app with people and departments that have a value in every documented field, and with few values.
func archive(t *testing.T, opts ...Option) *app {
	t.Helper()
	a := newApp(t, append([]Option{WithCredentials("dingexample", "s3cret"), WithSSOSecret("sso-s3cret")}, opts...)...)
	a.department(directory.Department{
		ID: 420606536, Name: "销售一部", Order: 2353453, SourceIdentifier: "2353453", CreateDeptGroup: true, AutoAddUser: true,
		DeptGroupChatID: "chat3d322af3", OrgDeptOwner: "full", AutoApproveApply: true, GroupContainSubDept: true,
		DeptManagerUserIDList: []string{"full", "bare"}, OuterDept: true, OuterPermitUsers: []string{"userid3", "userid4"},
		OuterPermitDepts: []int64{1, 420606536}, HideDept: true, DeptPermits: []int64{420606536, 1}, UserPermits: []string{"bare"},
	})
	a.department(directory.Department{ID: 420682732, ParentID: 420606536, Name: "East & West", Order: 1})
	a.department(directory.Department{ID: 420682740, Name: "Empty", Order: 3})
	a.seed(directory.User{
		UserID: "full", UnionID: "fulliE", Name: "张三", Avatar: "https://img.example.com/a.png", StateCode: "86", Mobile: "13800000001",
		HideMobile: true, Telephone: "8643", JobNumber: "1", Title: "技术支持", Email: "1@example.com", OrgEmail: "1@corp.example.com",
		WorkPlace: "杭州", Remark: "<测试>", Extension: `{"爱好":"读书"}`, ManagerUserID: "", HiredDate: time.UnixMilli(1600099200000),
		DeptIDList:    []int64{420606536, 1},
		DeptOrderList: []directory.DeptOrder{{DeptID: 420606536, Order: 176318668975061512}, {DeptID: 1, Order: 1}},
		LeaderInDept:  []directory.DeptLeader{{DeptID: 420606536, Leader: true}, {DeptID: 1}},
		RoleList:      []directory.Role{{ID: 149, Name: "总监", GroupName: "职务"}, {ID: 150, Name: "子管理员"}},
		Active:        true, RealAuthed: true, Senior: true, Admin: true, Boss: true, AdminLevel: 2,
	})
	a.seed(directory.User{
		UserID: "bare", UnionID: "bareiE", Name: "Bare", ManagerUserID: "full", DeptIDList: []int64{420606536},
		DeptOrderList: []directory.DeptOrder{{DeptID: 420606536, Order: 7}},
	})
	_, err := a.server.AddExternalContact(directory.ExternalContact{UserID: "buyer", UnionID: "buyeriE"})
	require.NoError(t, err)
	return a
}

// old calls a historical endpoint with the token in the query.
func (a *app) old(path string, parameters ...string) string {
	a.t.Helper()
	return a.oldWith(a.token, path, parameters...)
}

func (a *app) oldWith(token, path string, parameters ...string) string {
	a.t.Helper()
	query := url.Values{}
	if token != "" {
		query.Set("access_token", token)
	}
	for i := 0; i < len(parameters); i += 2 {
		query.Set(parameters[i], parameters[i+1])
	}
	res, body, err := a.send(http.MethodGet, path+"?"+query.Encode(), "", "")
	require.NoError(a.t, err)
	require.Equal(a.t, http.StatusOK, res.StatusCode)
	return string(body)
}

func (a *app) oldCode(path string, parameters ...string) string {
	a.t.Helper()
	return parse(a.t, []byte(a.old(path, parameters...))).code()
}

// TestHistorical_BodiesAreTheDocumentedOnes compares bodies to golden files. Their shapes are those of the samples of the
// historical pages; random values are replaced.
func TestHistorical_BodiesAreTheDocumentedOnes(t *testing.T) {
	t.Parallel()
	a := archive(t, Strict())
	sso := parse(t, []byte(a.oldWith("", "/sso/gettoken", "corpid", directory.CorpID, "corpsecret", "sso-s3cret")))["access_token"].(string)
	for name, body := range map[string]string{
		"department_list/all":             a.old("/department/list"),
		"department_list/root":            a.old("/department/list", "id", "1", "fetch_child", "true", "lang", "zh_CN"),
		"department_list/children":        a.old("/department/list", "id", "1", "fetch_child", "false"),
		"department_list/leaf":            a.old("/department/list", "id", "420682740"),
		"department_get/full":             a.old("/department/get", "id", "420606536", "lang", "zh_CN"),
		"department_get/bare":             a.old("/department/get", "id", "420682732"),
		"department_get/root":             a.old("/department/get", "id", "1"),
		"department_list_ids/root":        a.old("/department/list_ids", "id", "1"),
		"user_get/full":                   a.old("/user/get", "userid", "full", "lang", "zh_CN"),
		"user_get/bare":                   a.old("/user/get", "userid", "bare"),
		"user_list/all":                   a.old("/user/list", "department_id", "420606536"),
		"user_listbypage/first":           a.old("/user/listbypage", "department_id", "420606536", "offset", "0", "size", "1", "order", "custom"),
		"user_listbypage/last":            a.old("/user/listbypage", "department_id", "420606536", "offset", "1", "size", "100"),
		"user_simplelist/all":             a.old("/user/simplelist", "department_id", "420606536", "lang", "zh_CN"),
		"user_simplelist/page":            a.old("/user/simplelist", "department_id", "420606536", "offset", "0", "size", "1"),
		"user_simplelist/empty":           a.old("/user/simplelist", "department_id", "420682740"),
		"user_getUseridByUnionid/user":    a.old("/user/getUseridByUnionid", "unionid", "fulliE"),
		"user_getUseridByUnionid/contact": a.old("/user/getuseridbyunionid", "unionid", "buyeriE"),
		"user_get_admin/all":              a.old("/user/get_admin"),
		"user_getuserinfo/full":           a.old("/user/getuserinfo", "code", a.issue("full")),
		"get_jsapi_ticket/new":            a.old("/get_jsapi_ticket"),
		"sso_gettoken/new":                a.oldWith("", "/sso/gettoken", "corpid", directory.CorpID, "corpsecret", "sso-s3cret"),
		"sso_getuserinfo/full":            a.oldWith(sso, "/sso/getuserinfo", "code", a.must(a.server.IssueAdminCode("full"))),
	} {
		body = regexp.MustCompile(`(ssotoken|jsticket)[0-9a-f]{32}`).ReplaceAllString(body, "$1")
		file := filepath.Join("testdata", "historical", name+".json")
		if *update {
			require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o750))
			require.NoError(t, os.WriteFile(file, []byte(body+"\n"), 0o600))
		}
		golden, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Equal(t, string(golden), body+"\n", name)
	}
}

// documentedNames holds the names of the fields on the page of each endpoint and in its sample, apart from the envelope's.
var documentedNames = map[string]string{
	"department_list": "department id name parentid createDeptGroup autoAddUser sourceIdentifier",
	"department_get": "id name order parentid sourceIdentifier createDeptGroup autoAddUser autoApproveApply groupContainSubDept " +
		"orgDeptOwner deptGroupChatId deptManagerUseridList outerDept outerPermitUsers outerPermitDepts deptHiding deptPermits userPermits",
	"department_list_ids": "sub_dept_id_list",
	"user_get": "userid unionid managerUserid hiredDate tel remark workPlace name position mobile stateCode email orgEmail isSenior " +
		"jobnumber active avatar extattr roles id type groupName department orderInDepts isAdmin isLeaderInDepts isHide isBoss realAuthed tags",
	"user_listbypage": "hasMore userlist userid order unionid mobile tel workPlace remark isAdmin isBoss isHide isLeader name active " +
		"department position email orgEmail avatar jobnumber hiredDate extattr",
	"user_simplelist":         "userlist userid name hasMore",
	"user_getUseridByUnionid": "contactType userid",
	"user_get_admin":          "adminList sys_level userid",
	"user_getuserinfo":        "userid name deviceId is_sys sys_level",
	"get_jsapi_ticket":        "expires_in ticket",
	"sso_gettoken":            "access_token",
	"sso_getuserinfo":         "user_info avatar email name userid corp_info corp_name corpid is_sys",
}

// TestHistorical_BodiesHoldEveryDocumentedFieldAndNoOther compares the golden files to the pages.
func TestHistorical_BodiesHoldEveryDocumentedFieldAndNoOther(t *testing.T) {
	t.Parallel()
	for name, fields := range documentedNames {
		got := map[string]bool{}
		files, err := filepath.Glob(filepath.Join("testdata", "historical", name, "*.json"))
		require.NoError(t, err)
		for _, file := range files {
			body, err := os.ReadFile(file)
			require.NoError(t, err)
			var decoded any
			require.NoError(t, json.Unmarshal(body, &decoded))
			namesIn(decoded, got)
		}
		for _, other := range []string{"errcode", "errmsg", "爱好"} { // the envelope's, and the name of a custom field
			delete(got, other)
		}
		assert.ElementsMatch(t, strings.Fields(fields), slices.Collect(maps.Keys(got)), name)
	}
}

// namesIn collects the names of fields.
func namesIn(v any, names map[string]bool) {
	switch v := v.(type) {
	case []any:
		for _, entry := range v {
			namesIn(entry, names)
		}
	case map[string]any:
		for name, in := range v {
			names[name] = true
			namesIn(in, names)
		}
	}
}

func TestHistorical_RefusesLikeTheirSuccessors(t *testing.T) {
	t.Parallel()
	a := archive(t)
	for _, tt := range []struct {
		want, path string
		parameters []string
	}{
		{"60121", "/user/get", []string{"userid", "unknown"}},
		{"40035", "/user/get", nil},
		{"60003", "/user/list", []string{"department_id", "7"}},
		{"40035", "/user/list", nil},
		{"40035", "/user/list", []string{"department_id", "x"}},
		{"0", "/user/list", []string{"department_id", "1", "offset", "5"}},
		{"40069", "/user/simplelist", []string{"department_id", "1", "offset", "0", "size", "101"}},
		{"40069", "/user/simplelist", []string{"department_id", "1", "offset", "0", "size", "0"}},
		{"40068", "/user/simplelist", []string{"department_id", "1", "offset", "-1", "size", "1"}},
		{"400002", "/user/simplelist", []string{"department_id", "1", "order", "x"}},
		{"40035", "/user/listbypage", []string{"department_id", "1"}},
		{"60003", "/department/list", []string{"id", "7"}},
		{"60003", "/department/get", []string{"id", "7"}},
		{"40035", "/department/get", nil},
		{"60003", "/department/list_ids", []string{"id", "7"}},
		{"60121", "/user/getUseridByUnionid", []string{"unionid", "x"}},
		{"40078", "/user/getuserinfo", []string{"code", "x"}},
		{"404", "/user/Get", []string{"userid", "full"}},
	} {
		assert.Equal(t, tt.want, a.oldCode(tt.path, tt.parameters...), "%s %q", tt.path, tt.parameters)
	}
	assert.Contains(t, a.old("/user/simplelist", "department_id", "420606536", "size", "1"), `"bare"`, "size without offset has no effect")
	assert.Equal(t, "43001", a.do(http.MethodPost, "/user/get?access_token="+a.token, "application/json", `{"userid":"full"}`).code())
	assert.Equal(t, "40014", parse(t, []byte(a.oldWith("x", "/user/get", "userid", "full"))).code())
	assert.Equal(t, "40014", parse(t, []byte(a.old("/sso/getuserinfo", "code", "x"))).code(), "the token of the app")
	assert.Equal(t, "40089", a.oldCode("/sso/gettoken", "corpid", directory.CorpID, "corpsecret", "s3cret"))
	sso := a.ssoToken()
	assert.Equal(t, "41007", parse(t, []byte(a.oldWith(sso, "/sso/getuserinfo", "code", a.issue("full")))).code(), "a code of another flow")
	assert.Equal(t, "40014", parse(t, []byte(a.oldWith(sso, "/user/get", "userid", "full"))).code())

	require.NoError(t, a.server.Fail("HistoricalGetUser", Throttled, 1))
	assert.Equal(t, "90018", a.oldCode("/user/get", "userid", "full"))
	assert.Contains(t, Operations(), "HistoricalGetUser")
}

func TestHistorical_ObeysScopeAndPermissions(t *testing.T) {
	t.Parallel()
	a := archive(t, WithContactScope([]int64{420682740}, []string{"bare"}), WithoutMobileField(), WithoutPersonalInfo())
	assert.Equal(t, "50002", a.oldCode("/user/get", "userid", "full"))
	assert.Equal(t, "0", a.oldCode("/user/get", "userid", "bare"))
	assert.Equal(t, "50004", a.oldCode("/department/get", "id", "1"))
	assert.Equal(t, `{"errcode":0,"errmsg":"ok","department":[{"createDeptGroup":false,"name":"Empty","id":420682740,"autoAddUser":false,"parentid":1}]}`,
		a.old("/department/list"))
	assert.Contains(t, a.old("/department/list_ids", "id", "1"), "420606536", "no scope limits it")

	a = archive(t, WithoutMobileField(), WithoutPersonalInfo())
	body := a.old("/user/get", "userid", "full")
	for _, field := range []string{"mobile", "stateCode", "email", "workPlace", "remark", "extattr"} {
		assert.NotContains(t, body, `"`+field+`"`)
	}
	assert.Contains(t, body, `"tel"`)
	a = archive(t, WithoutScope("qyapi_get_member"))
	assert.Equal(t, "60011", a.oldCode("/user/get", "userid", "full"))
}
