package emulator

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

func TestReset_KeepsSeedsAddedBeforeListen(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, time.March, 2, 1, 30, 0, 0, time.UTC)
	s, err := New(WithConsole(func(*Server) http.Handler { return http.NotFoundHandler() }),
		WithClock(func() time.Time { return day })) // people are as old as what made them
	require.NoError(t, err)
	t.Cleanup(s.Close)
	dept, err := s.AddDepartment(directory.Department{Name: "Engineering"})
	require.NoError(t, err)
	group, err := s.AddRoleGroup(directory.RoleGroup{Name: "Posts"})
	require.NoError(t, err)
	role, err := s.AddRole(directory.Role{Name: "Director", GroupName: "Posts"})
	require.NoError(t, err)
	boss := directory.User{Name: "Lin Yue", DeptIDList: []int64{dept}, RoleList: []directory.Role{{ID: role}}}
	id, err := s.AddUser(boss)
	require.NoError(t, err)
	_, err = s.AddUser(directory.User{UserID: id}) // there already: no seed
	require.Error(t, err)
	boss.DeptIDList[0] = 1 // the program goes on with what is its own
	departments, users, roles, groups := s.Departments(), s.Users(), s.Roles(), s.RoleGroups()

	_, err = s.Listen("")
	require.NoError(t, err)
	_, err = s.AddUser(directory.User{UserID: "later"})
	require.NoError(t, err)
	for range 2 {
		require.NoError(t, s.Reset())
		assert.Equal(t, departments, s.Departments())
		assert.Equal(t, users, s.Users())
		assert.Equal(t, roles, s.Roles())
		assert.Equal(t, groups, s.RoleGroups())
	}
	assert.Contains(t, groups, directory.RoleGroup{ID: group, Name: "Posts"})

	require.NoError(t, s.Reseed(1, 1, 1))
	_, found := s.User(id)
	assert.False(t, found, "another organization")
}
