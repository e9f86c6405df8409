package emulator

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

const (
	mobilePath     = "/topapi/v2/user/getbymobile"
	unionPath      = "/topapi/user/getbyunionid"
	countPath      = "/topapi/user/count"
	adminsPath     = "/topapi/user/listadmin"
	adminScopePath = "/topapi/user/get_admin_scope"
)

func TestGetUserIDByMobile_FindsPeopleAndAccounts(t *testing.T) {
	t.Parallel()
	a := crowd(t)
	account := func(id, exclusive string, more directory.User) {
		more.UserID, more.ExclusiveAccount, more.ExclusiveMobile = id, true, exclusive
		a.seed(more)
	}
	account("z", "+86-13800000001", directory.User{})
	account("y", "13800000001", directory.User{})
	account("x", "+86-13800000009", directory.User{})
	account("changed", "+86-13800000008", directory.User{})
	account("gone", "+86-13800000001", directory.User{})
	account("invited", "+86-13800000001", directory.User{OuterExclusiveCorpID: "dingother"})
	account("foreign", "+86-13800000001", directory.User{ExclusiveAccountCorpID: "dingother"})
	a.seed(directory.User{UserID: "ordinary", ExclusiveMobile: "+86-13800000001"})
	require.Equal(t, "0", a.post(updatePath, `{"userid":"changed","exclusive_mobile":"+86-13800000007"}`).code())
	require.Equal(t, "0", a.post(deletePath, `{"userid":"gone"}`).code())

	found := func(userid string, accounts ...any) map[string]any {
		out := map[string]any{"exclusive_account_userid_list": append([]any{}, accounts...)} // an empty array on live responses
		if userid != "" {
			out["userid"] = userid
		}
		return out
	}
	const also = `,"support_exclusive_account_search":true`
	for _, tt := range []struct {
		name, fields, code string
		want               map[string]any
	}{
		{"in the mainland", `"mobile":"13800000001"`, "0", found("boss")},
		{"in the mainland, with its code", `"mobile":"+86-13800000001"`, "0", found("boss")},
		{"as a number", `"mobile":13800000001`, "0", found("boss")},
		{"abroad", `"mobile":"+852-91234567"`, "0", found("clerk")},
		{"abroad, without the code", `"mobile":"91234567"`, "40104", nil},
		{"the code of elsewhere", `"mobile":"+853-91234567"`, "60121", nil},
		{"unknown", `"mobile":"13800000002"`, "60121", nil},
		{"malformed", `"mobile":"1380000000x"`, "40104", nil},
		{"too long", `"mobile":"+86-138000000011"`, "40104", nil},
		{"none", `"mobile":""`, "400002", nil},
		{"with accounts", `"mobile":"13800000001"` + also, "0", found("boss", "y", "z")},
		{"of accounts alone", `"mobile":"13800000009"` + also, "0", found("", "x")},
		{"of accounts that are not asked for", `"mobile":"13800000009","support_exclusive_account_search":false`, "60121", nil},
		{"an account's old one", `"mobile":"13800000008"` + also, "60121", nil},
		{"an account's new one", `"mobile":"13800000007"` + also, "0", found("", "changed")},
		{"without accounts", `"mobile":"+852-91234567"` + also, "0", found("clerk")},
	} {
		got := a.post(mobilePath, `{`+tt.fields+`}`)
		assert.Equal(t, tt.code, got.code(), tt.name)
		assert.Equal(t, tt.want, got.result(), tt.name)
	}
	require.Equal(t, "0", a.post(deletePath, `{"userid":"boss"}`).code())
	assert.Equal(t, "60121", a.post(mobilePath, `{"mobile":"13800000001"}`).code(), "who left is not found")
}

func TestGetUserIDByUnionID_FindsPeople(t *testing.T) {
	t.Parallel()
	a := crowd(t)
	union := a.stored("clerk").UnionID
	got := a.post(unionPath, `{"unionid":"`+union+`"}`)
	assert.Equal(t, map[string]any{"contact_type": json.Number("0"), "userid": "clerk"}, got.result())
	assert.Equal(t, "60121", a.post(unionPath, `{"unionid":"nobodyiE"}`).code())
	assert.Equal(t, "400002", a.post(unionPath, `{}`).code())
	require.Equal(t, "0", a.post(deletePath, `{"userid":"clerk"}`).code())
	assert.Equal(t, "60121", a.post(unionPath, `{"unionid":"`+union+`"}`).code())
}

func TestCountUsers_CountsAllOrActive(t *testing.T) {
	t.Parallel()
	a := crowd(t)
	a.seed(directory.User{Active: true, DeptIDList: []int64{1, 724960197}})
	for body, want := range map[string]string{
		`{"only_active":true}`:    "1",
		`{"only_active":false}`:   "3",
		`{"only_active":"false"}`: "3",
	} {
		assert.Equal(t, map[string]any{"count": json.Number(want)}, a.post(countPath, body).result(), body)
	}
	assert.Equal(t, "400002", a.post(countPath, `{}`).code())
	assert.Equal(t, "40035", a.post(countPath, `{"only_active":"maybe"}`).code())
}

func TestListAdmins_ListsByLevel(t *testing.T) {
	t.Parallel()
	a := crowd(t)
	assert.Equal(t, []any{}, a.post(adminsPath, `{}`)["result"], "an empty array, not null")
	a.seed(directory.User{UserID: "sub", Admin: true, AdminDeptIDs: []int64{724960198, 724960197}})
	a.seed(directory.User{UserID: "owner", Admin: true, Boss: true})
	a.seed(directory.User{UserID: "main", AdminLevel: 1})
	a.seed(directory.User{UserID: "another", AdminLevel: 2, Boss: true})
	a.seed(directory.User{UserID: "no admin", Boss: true})

	admin := func(id, level string) any {
		return map[string]any{"userid": id, "sys_level": json.Number(level)}
	}
	want := []any{admin("main", "1"), admin("owner", "1"), admin("another", "2"), admin("sub", "2")}
	assert.Equal(t, want, a.post(adminsPath, `{}`)["result"])
	assert.Equal(t, want, a.post(adminsPath, ``)["result"], "without a body")
	assert.Equal(t, true, a.post(getPath, `{"userid":"main"}`).result()["admin"])

	got := a.post(adminScopePath, `{"userid":"sub"}`)
	assert.Equal(t, []any{json.Number("724960198"), json.Number("724960197")}, got["dept_ids"], "beside errcode")
	assert.NotContains(t, got, "result")
	assert.Equal(t, []any{}, a.post(adminScopePath, `{"userid":"clerk"}`)["dept_ids"])
	assert.Equal(t, "60121", a.post(adminScopePath, `{"userid":"absent"}`).code())
	assert.Equal(t, "40036", a.post(adminScopePath, `{}`).code())

	require.Equal(t, "0", a.post("/topapi/v2/department/delete", `{"dept_id":724960198}`).code())
	assert.Equal(t, []any{json.Number("724960197")}, a.post(adminScopePath, `{"userid":"sub"}`)["dept_ids"])

	for _, seed := range []directory.User{{AdminLevel: 3}, {AdminLevel: -1}, {AdminDeptIDs: []int64{99}}} {
		_, err := a.server.AddUser(seed)
		require.Error(t, err)
	}
}
