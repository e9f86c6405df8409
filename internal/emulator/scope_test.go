package emulator

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

func (a *app) scopes() jsonBody {
	a.t.Helper()
	return a.get(scopesPath, url.Values{"access_token": {a.token}})
}

func TestGetAuthScopes_ReturnsTheContactScope(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		opts []Option
		want string
	}{
		{"everything", nil, `{"authed_dept":[1],"authed_user":[]}`},
		{"some", []Option{WithContactScope([]int64{10, 4300000001}, []string{"boss"})}, `{"authed_dept":[10,4300000001],"authed_user":["boss"]}`},
		{"nothing", []Option{WithContactScope(nil, nil)}, `{"authed_dept":[],"authed_user":[]}`},
		{"strict", []Option{Strict()}, `{"authed_dept":[1],"authed_user":[]}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t, tt.opts...)
			res, text, err := a.send(http.MethodGet, scopesPath+"?access_token="+a.token, "", "")
			require.NoError(t, err)
			assert.Equal(t, "application/json", res.Header.Get("Content-Type"))
			assert.JSONEq(t, `{"errcode":0,"errmsg":"ok","auth_user_field":[],"condition_field":[],"auth_org_scopes":`+tt.want+`}`, string(text))
		})
	}
}

func TestGetAuthScopes_IsOutsideTheGateway(t *testing.T) {
	t.Parallel()
	a := newApp(t, WithoutScope("qyapi_base"))
	got := a.scopes()
	assert.Equal(t, "60011", got["errcode"].(interface{ String() string }).String(), "in errcode itself")
	assert.Contains(t, got["errmsg"], "requiredScopes=[qyapi_base]")
	assert.NotContains(t, got, "request_id")
	assert.Equal(t, "40014", a.get(scopesPath, url.Values{"access_token": {"x"}}).code())
	assert.Equal(t, "43001", newApp(t).post(scopesPath, `{}`).code())
}

// narrow returns company for an app that may see 11 with all departments below it, and "boss".
func narrow(t *testing.T) *app {
	t.Helper()
	a := company(t, WithContactScope([]int64{11}, []string{"boss"}))
	a.seed(directory.User{UserID: "seller", DeptIDList: []int64{20}})
	a.seed(directory.User{UserID: "both", DeptIDList: []int64{20, 12}})
	return a
}

func TestContactScope_LimitsCalls(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, path, body, code string }{
		{"a department in scope", getDeptPath, `{"dept_id":11}`, "0"},
		{"one below it", getDeptPath, `{"dept_id":12}`, "0"},
		{"one above it", getDeptPath, `{"dept_id":10}`, "50004"},
		{"the root", getDeptPath, `{"dept_id":1}`, "50004"},
		{"one that does not exist", getDeptPath, `{"dept_id":99}`, "60003"},
		{"parents", parentsPath, `{"dept_id":12}`, "0"},
		{"parents out of scope", parentsPath, `{"dept_id":20}`, "50004"},
		{"parents of a person", parentsOfPath, `{"userid":"clerk"}`, "0"},
		{"parents of another", parentsOfPath, `{"userid":"seller"}`, "50002"},
		{"IDs are not limited", listPath, `{"dept_id":20}`, "0"},

		{"create below", createDeptPath, `{"name":"N","parent_id":12}`, "0"},
		{"create elsewhere", createDeptPath, `{"name":"N","parent_id":20}`, "50004"},
		{"update", updateDeptPath, `{"dept_id":11,"name":"N"}`, "0"},
		{"update elsewhere", updateDeptPath, `{"dept_id":20,"name":"N"}`, "50004"},
		{"update the root", updateDeptPath, `{"dept_id":1}`, "60018"},
		{"move out", updateDeptPath, `{"dept_id":12,"parent_id":20}`, "50004"},
		{"stay where it is", updateDeptPath, `{"dept_id":11,"parent_id":10}`, "0"},
		{"delete elsewhere", deleteDeptPath, `{"dept_id":20}`, "50004"},
		{"delete", deleteDeptPath, `{"dept_id":11}`, "60005"},

		{"a person named", getPath, `{"userid":"boss"}`, "0"},
		{"a member", getPath, `{"userid":"clerk"}`, "0"},
		{"a member elsewhere too", getPath, `{"userid":"both"}`, "0"},
		{"a person elsewhere", getPath, `{"userid":"seller"}`, "50002"},
		{"a person who does not exist", getPath, `{"userid":"absent"}`, "60121"},
		{"update a person", updatePath, `{"userid":"boss","title":"T"}`, "0"},
		{"update a person elsewhere", updatePath, `{"userid":"seller","title":"T"}`, "50002"},
		{"take in", updatePath, `{"userid":"boss","dept_id_list":"1,12"}`, "0"},
		{"send away", updatePath, `{"userid":"clerk","dept_id_list":"20"}`, "50004"},
		{"leave there", updatePath, `{"userid":"both","dept_id_list":"20"}`, "0"},
		{"send nowhere", updatePath, `{"userid":"clerk","dept_id_list":"20,99"}`, "60003"},
		{"delete a person", deletePath, `{"userid":"clerk"}`, "0"},
		{"delete a person elsewhere", deletePath, `{"userid":"seller"}`, "50002"},
		{"create a person", createPath, `{"name":"N","mobile":"13900000000","dept_id_list":"11,12"}`, "0"},
		{"create a person elsewhere", createPath, `{"name":"N","mobile":"13900000000","dept_id_list":"11,20"}`, "50004"},
		{"create a person nowhere", createPath, `{"name":"N","mobile":"13900000000","dept_id_list":"20,99"}`, "60003"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := narrow(t)
			users, depts := a.server.Users(), a.server.Departments()
			got := a.post(tt.path, tt.body)
			assert.Equal(t, tt.code, got.code(), "%v", got)
			if tt.code != "0" {
				assert.Equal(t, users, a.server.Users())
				assert.Equal(t, depts, a.server.Departments())
			}
		})
	}
}

func TestContactScope_LimitsSubDepartments(t *testing.T) {
	t.Parallel()
	a := narrow(t)
	a.department(directory.Department{ID: 13, ParentID: 10, Name: "Out of sight"})
	for body, want := range map[string]int{`{}`: 0, `{"dept_id":10}`: 1, `{"dept_id":11}`: 1, `{"dept_id":20}`: 0} {
		assert.Len(t, a.post(listSubPath, body)["result"], want, body)
	}
	assert.Equal(t, "60003", a.post(listSubPath, `{"dept_id":99}`).code())
}
