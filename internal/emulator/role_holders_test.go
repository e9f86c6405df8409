package emulator

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// The list of the holders of a role is kept until a change invalidates it.
func TestRoleHolders_AreNeverStale(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	id := a.role(directory.Role{Name: "Driver", GroupName: "Skills"})
	check := func(role int64, want ...string) {
		t.Helper()
		got := []string{}
		for _, entry := range a.roleUsers(role) {
			got = append(got, entry.(map[string]any)["userid"].(string))
		}
		assert.Equal(t, append([]string{}, want...), got)
	}
	check(id)
	a.seed(directory.User{UserID: "b", RoleList: []directory.Role{{ID: id}, {Name: "负责人"}}})
	check(id, "b")
	a.seed(directory.User{UserID: "a"})
	a.does(addRolesPath, fmt.Sprintf(`{"roleIds":"%d","userIds":"a,b"}`, id))
	check(id, "a", "b")
	a.does(removeRolesPath, fmt.Sprintf(`{"roleIds":"%d","userIds":"b"}`, id))
	check(id, "a")
	a.does(deletePath, `{"userid":"a"}`)
	check(id)

	check(owner, "b")
	require.Equal(t, int64(7), a.role(directory.Role{ID: 7, Name: "负责人"}), "the seed knows the ID")
	check(7, "b")
	assert.Equal(t, "33011", a.post(roleUsersPath, fmt.Sprintf(`{"role_id":%d}`, owner)).code())
	require.Equal(t, int64(owner), a.role(directory.Role{ID: owner, Name: "Guide"}), "another role has the old ID")
	check(owner)

	a.does(addRolesPath, fmt.Sprintf(`{"roleIds":"%d","userIds":"b"}`, id))
	check(id, "b")
	a.does(deleteRolePath, fmt.Sprintf(`{"role_id":%d}`, id))
	require.Equal(t, id, a.role(directory.Role{ID: id, Name: "Driver", GroupName: "Skills"}), "another one with its ID")
	check(id)
}
