package demo_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/demo"
)

func TestSeed_HasAnAdministratorAndRolesNamedAsLive(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	demo.Seed(srv)
	admins, err := srv.Client().ListAdmins(t.Context())
	require.NoError(t, err)
	require.Equal(t, []dingtalk.Admin{{UserID: demo.Owner, SysLevel: 1}}, admins)
	roles := func(userid string) (names []string) {
		u, err := srv.Client().GetUser(t.Context(), dingtalk.GetUserRequest{UserID: userid})
		require.NoError(t, err)
		for _, r := range u.RoleList {
			names = append(names, r.GroupName+"/"+r.Name)
		}
		return names
	}
	require.Equal(t, []string{"默认/负责人", "默认/主管理员"}, roles(demo.Owner))
	require.Equal(t, []string{"默认/主管"}, roles(demo.Manager))
}
