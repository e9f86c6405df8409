package e2e_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func TestWalk_SendsTheOptionsOfTheRequest(t *testing.T) {
	t.Parallel()
	const east = 4300000010
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		srv.AddDepartment(dingtalktest.Department{ID: east, Name: "East"})
		srv.AddUser(dingtalktest.User{UserID: "alone", Name: "Alone"})
		var mu sync.Mutex
		asked := map[string]string{}
		client, _ := intercepted(srv, func(path, body string) string {
			mu.Lock()
			defer mu.Unlock()
			asked[path] = body
			return ""
		})
		depts := collectWalk(client.OrgDepartments(t.Context(), dingtalk.OrgDepartmentsRequest{Language: "en_US"}))
		require.Len(t, depts.values, 1)
		people := collectWalk(client.OrgUsers(t.Context(), dingtalk.OrgUsersRequest{Language: "en_US", ContainAccessLimit: true}))
		require.Len(t, people.values, 1)
		for path, want := range map[string]string{
			getDeptPath:           `{"dept_id":4300000010,"language":"en_US"}`,
			listUsersPath:         `{"dept_id":4300000010,"cursor":0,"size":100,"contain_access_limit":true,"language":"en_US"}`,
			"/topapi/v2/user/get": `{"userid":"alone","language":"en_US"}`,
		} {
			assert.JSONEq(t, want, strings.TrimSpace(asked[path]), path)
		}
	}, dingtalktest.WithContactScope([]int64{east}, []string{"alone"}))
}

// A user who is visible without a department is read by another call, and has the same fields.
func TestWalk_UserOutsideItsDepartmentsHasTheFieldsOfAMember(t *testing.T) {
	t.Parallel()
	sample := dingtalktest.WithSampleOrg(60, 300, 1)
	enterprise := dingtalktest.User{
		UserID: "sso", Name: "Enterprise", ExclusiveAccount: true, ExclusiveAccountType: "dingtalk", LoginID: "sso@example",
		Nickname: "S", ExclusiveAccountCorpName: "Example", ExclusiveAccountCorpID: "ding1", DisableStatus: true,
	}
	members := map[string]dingtalk.OrgUser{}
	var ids []string
	srv := dingtalktest.New(t, sample)
	srv.AddUser(enterprise)
	for _, u := range collectWalk(srv.Client().OrgUsers(t.Context(), dingtalk.OrgUsersRequest{})).values {
		u.DeptID, u.DeptOrder, u.Leader = 0, 0, false // the fields of one department
		members[u.UserID], ids = u, append(ids, u.UserID)
	}
	require.Len(t, ids, 301)
	srv = dingtalktest.New(t, sample, dingtalktest.WithContactScope(nil, ids))
	srv.AddUser(enterprise)
	got := collectWalk(srv.Client().OrgUsers(t.Context(), dingtalk.OrgUsersRequest{}))
	require.Equal(t, ids, userIDs(got))
	for _, u := range got.values {
		assert.Equal(t, members[u.UserID], u)
	}
}
