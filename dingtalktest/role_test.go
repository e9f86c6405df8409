package dingtalktest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func TestAddRole_RolesAreShown(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	group := srv.AddRoleGroup(dingtalktest.RoleGroup{Name: "Skills"})
	driver := dingtalktest.Role{Name: "Driver", GroupName: "Skills"}
	driver.ID = srv.AddRole(driver)
	cook := dingtalktest.Role{ID: 31, Name: "Cook", GroupName: "Kitchen"}
	id := srv.AddUser(dingtalktest.User{RoleList: []dingtalktest.Role{cook, {ID: driver.ID}}})

	u, _ := srv.User(id)
	assert.Equal(t, []dingtalktest.Role{cook, driver}, u.RoleList)
	assert.Len(t, srv.Roles(), 4+2)
	assert.Contains(t, srv.Roles(), driver)
	assert.Len(t, srv.RoleGroups(), 3)
	assert.Contains(t, srv.RoleGroups(), dingtalktest.RoleGroup{ID: group, Name: "Skills"})
}
