package emulator

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

const (
	usersPath  = "/topapi/v2/user/list"
	briefsPath = "/topapi/user/listsimple"
	idsPath    = "/topapi/user/listid"
)

// listEdges returns the limits of the lists and the lookups.
func listEdges() []edge {
	on := map[string]any{"dept_id": 1, "cursor": 0, "size": 1}
	users := call{op: "ListUsers", path: usersPath, fields: on}
	briefs := call{op: "ListUserBriefs", path: briefsPath, fields: on}
	inactive := call{op: "ListInactiveUserIDs", path: inactivePath, fields: map[string]any{
		"is_active": false, "offset": 0, "size": 1, "query_date": daysAgo(1),
	}}
	mobiles := call{op: "GetUserIDByMobile", path: mobilePath, code: "60121"}
	unions := call{op: "GetUserIDByUnionID", path: unionPath, code: "60121"}

	withCode := func(e edge, code string) edge { e.code = code; return e }
	sizes, noSizes := []any{1, 100}, []any{0, -1, 101, int64(math.MaxInt64)}
	orders := []any{"entry_asc", "entry_desc", "modify_asc", "modify_desc", "custom"}
	noOrders := []any{"CUSTOM", "entry", "name_asc"}
	languages, noLanguages := []any{"zh_CN", "en_US"}, []any{"ja_JP"}
	ids := departments(inactive, 100)
	ids.field = "dept_ids"
	return []edge{
		withCode(oneOfThe(users, "size", sizes, noSizes), "40035"),
		withCode(oneOfThe(users, "order_field", orders, noOrders), "40035"),
		oneOfThe(users, "language", languages, noLanguages),
		withCode(oneOfThe(briefs, "size", sizes, noSizes), "40069"),
		oneOfThe(briefs, "order_field", orders, noOrders),
		oneOfThe(briefs, "language", languages, noLanguages),
		withCode(oneOfThe(inactive, "size", sizes, noSizes), "40069"),
		withCode(ids, "400002"),
		withCode(oneOfThe(mobiles, "mobile", []any{"+852-1234567890"}, []any{"+852-12345678901"}), "40104"),
		longest(unions, "unionid", 100),
	}
}

// ids returns the userids of a page or of a list.
func ids(t *testing.T, list any) []string {
	t.Helper()
	out := []string{}
	for _, entry := range list.([]any) {
		if user, ok := entry.(map[string]any); ok {
			entry = user["userid"]
		}
		out = append(out, entry.(string))
	}
	return out
}

func TestListUsers_ReturnsAllFields(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.department(directory.Department{ID: 724960197})
	a.seed(directory.User{UserID: "boss"})
	a.seed(everything)
	_, text, err := a.send("POST", usersPath+"?access_token="+a.token, "application/json",
		`{"dept_id":724960197,"cursor":0,"size":10,"contain_access_limit":true,"language":"en_US"}`)
	require.NoError(t, err)
	var env struct {
		Result json.RawMessage `json:"result"`
	}
	require.NoError(t, json.Unmarshal(text, &env))
	assert.JSONEq(t, `{"has_more":false,"list":[{"userid":"zhao.min","unionid":"Kd83hQpLmZx7TtYc2RbWgiEiE",
		"name":"Zhao Min","avatar":"https://example.com/a.png","state_code":"86","mobile":"13800001234",
		"hide_mobile":true,"telephone":"21","job_number":"E-2041","title":"Engineer",
		"email":"zhao.min@example.com","org_email":"z@corp.example.com","work_place":"Building 3",
		"remark":"transfer","dept_id_list":[1,724960197],"dept_order":1,"extension":"{\"Hobby\":\"Chess\"}",
		"hired_date":1666143772000,"active":true,"admin":true,"boss":true,"leader":true,
		"exclusive_account":true,"exclusive_account_type":"dingtalk","login_id":"zm","nickname":"Z",
		"exclusive_account_corp_name":"Corp","exclusive_account_corp_id":"dingcorp","disable_status":true}]}`,
		string(env.Result))

	root := a.post(usersPath, `{"dept_id":1,"cursor":0,"size":1}`).result()["list"].([]any)[0].(map[string]any)
	assert.Equal(t, json.Number("176200000000000513"), root["dept_order"], "of the department asked for, to the last digit")
	assert.Equal(t, false, root["leader"])
}

// Responses have all fields of the table and no others.
func TestUserLists_HaveTheDocumentedFields(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.department(directory.Department{ID: 724960197})
	a.seed(directory.User{UserID: "boss"})
	a.seed(everything)
	for _, ep := range []contract.Endpoint{contract.ListUsers, contract.ListUserBriefs} {
		listed := a.post(ep.Path, `{"dept_id":724960197,"cursor":0,"size":1}`).result()["list"].([]any)[0].(map[string]any)
		var documented []string
		for _, f := range ep.Response {
			if f.Name == "list" {
				for _, member := range f.Fields {
					documented = append(documented, member.Name)
				}
			}
		}
		assert.ElementsMatch(t, documented, slices.Collect(maps.Keys(listed)), ep.Name)
	}
}

func TestListUsers_OmitsFieldsWithoutValue(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.seed(directory.User{UserID: "u"})
	bare := a.post(usersPath, `{"dept_id":1,"cursor":0,"size":1}`).result()["list"].([]any)[0].(map[string]any)
	assert.ElementsMatch(t, []string{
		"userid", "unionid", "name", "avatar", "hide_mobile", "job_number", "title", "dept_id_list",
		"dept_order", "active", "admin", "boss", "leader", "exclusive_account",
	}, slices.Collect(maps.Keys(bare)))
	for _, name := range []string{"avatar", "job_number", "title"} {
		assert.Equal(t, "", bare[name], name)
	}
}

func TestListUsers_ObeysFieldPermissions(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		opt    Option
		hidden []string
	}{
		{"mobile", WithoutMobileField(), []string{"mobile", "state_code"}},
		{"personal information", WithoutPersonalInfo(), []string{"email", "org_email", "work_place", "remark", "extension"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var results []map[string]any
			for _, a := range []*app{newApp(t), newApp(t, tt.opt)} {
				a.department(directory.Department{ID: 724960197})
				a.seed(directory.User{UserID: "boss"})
				a.seed(everything)
				page := a.post(usersPath, `{"dept_id":724960197,"cursor":0,"size":1}`).result()["list"].([]any)
				results = append(results, page[0].(map[string]any))
			}
			for _, name := range tt.hidden {
				assert.Contains(t, results[0], name)
				delete(results[0], name)
			}
			assert.Equal(t, results[0], results[1])
		})
	}
}

func TestUserLists_CheckArguments(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, path, body, code string }{
		{"nothing", usersPath, `{}`, "400002"},
		{"no cursor", usersPath, `{"dept_id":1,"size":1}`, "400002"},
		{"no size", usersPath, `{"dept_id":1,"cursor":0}`, "400002"},
		{"a cursor before the first", usersPath, `{"dept_id":1,"cursor":-1,"size":1}`, "40035"},
		{"a cursor that is none", usersPath, `{"dept_id":1,"cursor":"x","size":1}`, "40035"},
		{"a size that is none", usersPath, `{"dept_id":1,"cursor":0,"size":1.5}`, "40035"},
		{"no such department", usersPath, `{"dept_id":99,"cursor":0,"size":1}`, "60003"},
		{"briefs: nothing", briefsPath, `{}`, "400002"},
		{"briefs: a cursor before the first", briefsPath, `{"dept_id":1,"cursor":-1,"size":1}`, "40068"},
		{"briefs: a cursor that is none", briefsPath, `{"dept_id":1,"cursor":"x","size":1}`, "40068"},
		{"briefs: a size that is none", briefsPath, `{"dept_id":1,"cursor":0,"size":"x"}`, "40069"},
		{"briefs: no such department", briefsPath, `{"dept_id":99,"cursor":0,"size":1}`, "60003"},
		{"IDs: nothing", idsPath, `{}`, "400002"},
		{"IDs: no such department", idsPath, `{"dept_id":99}`, "60003"},
		{"as the Java SDK sends it", usersPath, `{"dept_id":"1","cursor":"0","size":"10","contain_access_limit":"false"}`, "0"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.code, crowd(t).post(tt.path, tt.body).code())
		})
	}
}

func TestUserLists_ObeyTheContactScope(t *testing.T) {
	t.Parallel()
	a := newApp(t, WithContactScope([]int64{724960197}, []string{"seen"}))
	a.department(directory.Department{ID: 724960197})
	a.seed(directory.User{UserID: "seen"})
	a.seed(directory.User{UserID: "unseen", Mobile: "13900000001", UnionID: "x"})
	a.seed(directory.User{UserID: "member", DeptIDList: []int64{724960197, 1}})
	for _, path := range []string{usersPath, briefsPath} {
		assert.Equal(t, "50004", a.post(path, `{"dept_id":1,"cursor":0,"size":1}`).code())
		assert.Equal(t, "0", a.post(path, `{"dept_id":724960197,"cursor":0,"size":1}`).code())
	}
	assert.Len(t, a.post(idsPath, `{"dept_id":1}`).result()["userid_list"], 3, "is not limited")
	assert.Equal(t, json.Number("3"), a.post(countPath, `{"only_active":false}`).result()["count"], "is not limited")
	assert.Equal(t, "50002", a.post(mobilePath, `{"mobile":"13900000001"}`).code())
	assert.Equal(t, "50002", a.post(unionPath, `{"unionid":"x"}`).code())
	assert.Equal(t, "50002", a.post(adminScopePath, `{"userid":"unseen"}`).code())
	day := fmt.Sprintf(`{"is_active":false,"offset":0,"size":9,"query_date":%q`, daysAgo(1))
	assert.Equal(t, []string{"member", "seen"}, ids(t, a.post(inactivePath, day+`}`).result()["list"]))
	assert.Equal(t, "50004", a.post(inactivePath, day+`,"dept_ids":"724960197,1"}`).code())
}
