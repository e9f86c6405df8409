package dingtalktest_test

import (
	"context"
	"fmt"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// Roles and their groups can exist from the start.
func ExampleServer_AddRole() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	group := srv.AddRoleGroup(dingtalktest.RoleGroup{Name: "Safety"})
	role := srv.AddRole(dingtalktest.Role{Name: "Fire warden", GroupName: "Safety"})

	got, err := srv.Client().GetRole(context.Background(), dingtalk.GetRoleRequest{RoleID: role})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(got.Role.Name, got.Role.GroupID == group)
	fmt.Println(len(srv.RoleGroups()), "groups,", len(srv.Roles()), "roles, with the default ones")
	// Output:
	// Fire warden true
	// 2 groups, 5 roles, with the default ones
}
