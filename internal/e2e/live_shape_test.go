package e2e_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// canonical maps the other spellings that live responses have to the documented names.
var canonical = map[string]string{
	"unionEmpExt": "union_emp_ext", "unionEmpMapList": "union_emp_map_list", "corpId": "corp_id", "deptId": "dept_id",
}

// requireNothingLost requires that the response encodes to JSON that has every value of the body's result.
func requireNothingLost(t *testing.T, body string, response any) {
	t.Helper()
	var sent struct {
		Result any `json:"result"`
	}
	requireExact(t, body, &sent)
	encoded, err := json.Marshal(response)
	require.NoError(t, err)
	var got any
	requireExact(t, string(encoded), &got)
	requireHolds(t, "result", sent.Result, got)
}

// requireExact decodes JSON and keeps the digits of its numbers.
func requireExact(t *testing.T, text string, v any) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	require.NoError(t, d.Decode(v))
}

// requireHolds requires that got has every value of sent, at the same place.
func requireHolds(t *testing.T, where string, sent, got any) {
	t.Helper()
	switch sent := sent.(type) {
	case map[string]any:
		members, ok := got.(map[string]any)
		require.True(t, ok, "%s is %v", where, got)
		for name, value := range sent {
			name = cmp.Or(canonical[name], name)
			require.Contains(t, members, name, where)
			requireHolds(t, where+"."+name, value, members[name])
		}
	case []any:
		if len(sent) == 0 {
			require.Empty(t, got, where)
			return
		}
		entries, ok := got.([]any)
		require.True(t, ok, "%s is %v", where, got)
		require.Len(t, entries, len(sent), where)
		for i := range sent {
			requireHolds(t, fmt.Sprintf("%s[%d]", where, i), sent[i], entries[i])
		}
	default:
		require.Equal(t, sent, got, where)
	}
}

// TestLiveBody_ArrivesWhole holds that a value of a live response is in what the client returns, whatever the shape:
// other spellings, negative IDs, lists without entries, texts that are empty or missing.
func TestLiveBody_ArrivesWhole(t *testing.T) {
	t.Parallel()
	user := liveBody(t, "user-get-9.json").body
	getUser := func(ctx context.Context, c *dingtalk.Client) (any, error) {
		return c.GetUser(ctx, dingtalk.GetUserRequest{UserID: "manager4002"})
	}
	getDepartment := func(ctx context.Context, c *dingtalk.Client) (any, error) {
		return c.GetDepartment(ctx, dingtalk.GetDepartmentRequest{DeptID: -7})
	}
	for name, tt := range map[string]struct {
		body string
		get  func(context.Context, *dingtalk.Client) (any, error)
	}{
		"the user of a page's older sample": {user, getUser},
		"the same, spelled as today": {
			strings.NewReplacer("unionEmpExt", "union_emp_ext", "corpId", "corp_id", "unionEmpMapList", "union_emp_map_list").Replace(user),
			getUser,
		},
		"the same, half and half": {strings.Replace(user, "unionEmpExt", "union_emp_ext", 1), getUser},
		"a user without a name": {
			`{"errcode":0,"errmsg":"ok","request_id":"r","result":{"userid":"manager4002","unionid":"u","dept_id_list":[-7,1],"title":"","create_time":"2024-07-15T07:05:43.000Z"}}`,
			getUser,
		},
		"a home-school department": {
			`{"errcode":0,"errmsg":"ok","result":{"dept_id":-7,"name":"家校通讯录","parent_id":1,"order":-7,"brief":"","dept_permits":[],"user_permits":[],"outer_permit_depts":[],"outer_permit_users":[],"dept_manager_userid_list":[],"hide_dept":false,"tags":"school","union_dept_ext":{"corpId":"ding1","deptId":-9}}}`,
			getDepartment,
		},
		"the children of a department": {
			`{"errcode":0,"errmsg":"ok","result":[{"dept_id":-7,"name":"家校通讯录","parent_id":1,"ext":"{\"faceCount\":\"119\"}","source_identifier":"s1","auto_add_user":true,"create_dept_group":true}]}`,
			func(ctx context.Context, c *dingtalk.Client) (any, error) {
				return c.ListSubDepartments(ctx, dingtalk.ListSubDepartmentsRequest{})
			},
		},
		"their IDs": {
			`{"errcode":0,"errmsg":"ok","result":{"dept_id_list":[-7,37960000]}}`,
			func(ctx context.Context, c *dingtalk.Client) (any, error) {
				return c.ListSubDepartmentIDs(ctx, dingtalk.ListSubDepartmentIDsRequest{DeptID: 1})
			},
		},
		"the holder of a number": {
			`{"errcode":0,"errmsg":"ok","result":{"exclusive_account_userid_list":[],"userid":"zhao.min"}}`,
			func(ctx context.Context, c *dingtalk.Client) (any, error) {
				return c.GetUserIDByMobile(ctx, dingtalk.GetUserIDByMobileRequest{Mobile: "13800001234"})
			},
		},
		"enterprise accounts with a number": {
			`{"errcode":0,"errmsg":"ok","result":{"exclusive_account_userid_list":["a","b"]}}`,
			func(ctx context.Context, c *dingtalk.Client) (any, error) {
				return c.GetUserIDByMobile(ctx, dingtalk.GetUserIDByMobileRequest{Mobile: "13800001234"})
			},
		},
		"an external contact": {
			`{"errcode":0,"errmsg":"ok","result":{"contact_type":1,"userid":"0123456"}}`,
			func(ctx context.Context, c *dingtalk.Client) (any, error) {
				return c.GetUserIDByUnionID(ctx, dingtalk.GetUserIDByUnionIDRequest{UnionID: "u"})
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			response, err := tt.get(t.Context(), (&live{tt.body, map[string]int{}}).client(t))
			require.NoError(t, err)
			requireNothingLost(t, tt.body, response)
		})
	}
}

// pagedLists are the calls of the paged lists, which return whether there is more and the entries.
var pagedLists = map[string]func(context.Context, *dingtalk.Client) (more bool, list any, err error){
	"ListUsers": func(ctx context.Context, c *dingtalk.Client) (bool, any, error) {
		page, err := c.ListUsers(ctx, dingtalk.ListUsersRequest{DeptID: 1})
		return page != nil && page.HasMore, orNil(page).List, err
	},
	"ListUserBriefs": func(ctx context.Context, c *dingtalk.Client) (bool, any, error) {
		page, err := c.ListUserBriefs(ctx, dingtalk.ListUserBriefsRequest{DeptID: 1})
		return page != nil && page.HasMore, orNil(page).List, err
	},
	"ListInactiveUserIDs": func(ctx context.Context, c *dingtalk.Client) (bool, any, error) {
		page, err := c.ListInactiveUserIDs(ctx, dingtalk.ListInactiveUserIDsRequest{QueryDate: "20260901"})
		return page != nil && page.HasMore, orNil(page).List, err
	},
	"ListRoles": func(ctx context.Context, c *dingtalk.Client) (bool, any, error) {
		page, err := c.ListRoles(ctx, dingtalk.ListRolesRequest{})
		return page != nil && page.HasMore, orNil(page).List, err
	},
	"ListRoleUsers": func(ctx context.Context, c *dingtalk.Client) (bool, any, error) {
		page, err := c.ListRoleUsers(ctx, dingtalk.ListRoleUsersRequest{RoleID: 1})
		return page != nil && page.HasMore, orNil(page).List, err
	},
}

func orNil[T any](page *T) *T {
	if page == nil {
		return new(T)
	}
	return page
}

func TestLiveBody_LastPageMayLackItsList(t *testing.T) {
	t.Parallel()
	once := dingtalk.RetryPolicy{MaxAttempts: 1}
	for op, list := range pagedLists {
		more := "has_more"
		if strings.HasPrefix(op, "ListRole") {
			more = "hasMore"
		}
		spelled := func(body string) string { return strings.ReplaceAll(body, "has_more", more) }
		for _, body := range []string{
			liveBody(t, "list-absent.json").body,
			`{"errcode":0,"result":{"has_more":"false"}}`,
			`{"errcode":0,"result":{"has_more":0,"list":null}}`,
		} {
			hasMore, entries, err := list(t.Context(), (&live{spelled(body), map[string]int{}}).client(t))
			require.NoError(t, err, "%s: %s", op, body)
			assert.False(t, hasMore)
			assert.Equal(t, 0, reflect.ValueOf(entries).Len())
		}
		for _, body := range []string{
			`{"errcode":0,"result":{"has_more":true}}`, `{"errcode":0,"result":{"has_more":true,"next_cursor":100}}`,
			`{"errcode":0,"result":{}}`, `{"errcode":0,"result":{"has_more":null}}`, `{"errcode":0,"result":{"next_cursor":0}}`,
			`{"errcode":0,"has_more":false}`, `{"errcode":0,"result":{"more":false}}`,
		} {
			_, _, err := list(t.Context(), (&live{spelled(body), map[string]int{}}).client(t, dingtalk.WithRetry(once)))
			require.ErrorIs(t, err, dingtalk.ErrTransient, "%s: %s", op, body)
		}
	}
}
