package dingtalk_test

import (
	"context"
	"fmt"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func ExampleClient_ListRoles() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	client := srv.Client()
	if _, _, err := addRole(ctx, client); err != nil {
		fmt.Println(err)
		return
	}

	page, err := client.ListRoles(ctx, dingtalk.ListRolesRequest{})
	if err != nil {
		fmt.Println(err)
		return
	}
	last := page.List[len(page.List)-1] // the default group comes first
	fmt.Println(last.Name, last.Roles[0].Name, page.HasMore)
	// Output: Skills Interpreter false
}

func ExampleClient_RoleGroups() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	client := srv.Client()
	if _, _, err := addRole(ctx, client); err != nil {
		fmt.Println(err)
		return
	}

	for group, err := range client.RoleGroups(ctx, dingtalk.ListRolesRequest{}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, role := range group.Roles {
			if group.Name == "Skills" {
				fmt.Println(group.Name, role.Name)
			}
		}
	}
	// Output: Skills Interpreter
}

func ExampleClient_GetRole() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	client := srv.Client()
	group, role, err := addRole(ctx, client)
	if err != nil {
		fmt.Println(err)
		return
	}

	res, err := client.GetRole(ctx, dingtalk.GetRoleRequest{RoleID: role})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(res.Role.Name, res.Role.GroupID == group)
	// Output: Interpreter true
}

func ExampleClient_GetRoleGroup() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	client := srv.Client()
	group, role, err := addRole(ctx, client)
	if err != nil {
		fmt.Println(err)
		return
	}

	res, err := client.GetRoleGroup(ctx, dingtalk.GetRoleGroupRequest{GroupID: group})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range res.RoleGroup.Roles {
		fmt.Println(res.RoleGroup.GroupName, r.RoleName, r.RoleID == role)
	}
	// Output: Skills Interpreter true
}

func ExampleClient_ListRoleUsers() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min"})
	client := srv.Client()
	_, role, err := addRole(ctx, client, "zhao.min")
	if err != nil {
		fmt.Println(err)
		return
	}

	page, err := client.ListRoleUsers(ctx, dingtalk.ListRoleUsersRequest{RoleID: role})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, user := range page.List {
		fmt.Println(user.UserID, user.Name, len(user.ManageScopes))
	}
	// Output: zhao.min Zhao Min 0
}

func ExampleClient_RoleUsers() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min"})
	srv.AddUser(dingtalktest.User{UserID: "li.na", Name: "Li Na"})
	client := srv.Client()
	_, role, err := addRole(ctx, client, "zhao.min", "li.na")
	if err != nil {
		fmt.Println(err)
		return
	}

	for user, err := range client.RoleUsers(ctx, dingtalk.ListRoleUsersRequest{RoleID: role, Size: 1}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(user.UserID, user.Name)
	}
	// Output:
	// li.na Li Na
	// zhao.min Zhao Min
}
