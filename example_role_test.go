package dingtalk_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// addRole makes the role "Interpreter" in the group "Skills" and gives it to people.
func addRole(ctx context.Context, client *dingtalk.Client, userids ...string) (group, role int64, err error) {
	skills, err := client.CreateRoleGroup(ctx, dingtalk.CreateRoleGroupRequest{Name: "Skills"})
	if err != nil {
		return 0, 0, err
	}
	interpreter, err := client.CreateRole(ctx, dingtalk.CreateRoleRequest{RoleName: "Interpreter", GroupID: skills.GroupID})
	if err != nil {
		return 0, 0, err
	}
	if len(userids) > 0 {
		err = client.AddRolesToUsers(ctx, dingtalk.AddRolesToUsersRequest{
			RoleIDs: []int64{interpreter.RoleID}, UserIDs: userids,
		})
	}
	return skills.GroupID, interpreter.RoleID, err
}

func ExampleClient_CreateRoleGroup() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	client := srv.Client()

	skills, err := client.CreateRoleGroup(ctx, dingtalk.CreateRoleGroupRequest{Name: "Skills"})
	if err != nil {
		fmt.Println(err)
		return
	}
	res, err := client.GetRoleGroup(ctx, dingtalk.GetRoleGroupRequest{GroupID: skills.GroupID})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(res.RoleGroup.GroupName, len(res.RoleGroup.Roles))
	// Output: Skills 0
}

func ExampleClient_CreateRole() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	client := srv.Client()

	skills, err := client.CreateRoleGroup(ctx, dingtalk.CreateRoleGroupRequest{Name: "Skills"})
	if err != nil {
		fmt.Println(err)
		return
	}
	req := dingtalk.CreateRoleRequest{RoleName: "Interpreter", GroupID: skills.GroupID}
	created, err := client.CreateRole(ctx, req)
	fmt.Println(created != nil, err)
	_, err = client.CreateRole(ctx, req)
	fmt.Println(errors.Is(err, dingtalk.ErrAlreadyExists))
	// Output:
	// true <nil>
	// true
}

func ExampleClient_UpdateRole() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	client := srv.Client()
	_, role, err := addRole(ctx, client)
	if err != nil {
		fmt.Println(err)
		return
	}

	err = client.UpdateRole(ctx, dingtalk.UpdateRoleRequest{RoleID: role, RoleName: "Translator"})
	if err != nil {
		fmt.Println(err)
		return
	}
	res, err := client.GetRole(ctx, dingtalk.GetRoleRequest{RoleID: role})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(res.Role.Name)
	// Output: Translator
}

func ExampleClient_DeleteRole() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	client := srv.Client()
	_, role, err := addRole(ctx, client)
	if err != nil {
		fmt.Println(err)
		return
	}

	fmt.Println(client.DeleteRole(ctx, dingtalk.DeleteRoleRequest{RoleID: role}))
	err = client.DeleteRole(ctx, dingtalk.DeleteRoleRequest{RoleID: role})
	fmt.Println(errors.Is(err, dingtalk.ErrNotFound))
	// Output:
	// <nil>
	// true
}

func ExampleClient_ListRoles() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	client := srv.Client()
	if _, _, err := addRole(ctx, client); err != nil {
		fmt.Println(err)
		return
	}

	page, err := client.ListRoles(ctx, dingtalk.ListRolesRequest{Size: 200, Offset: new(int64(0))})
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

// Everybody named gets every role named.
func ExampleClient_AddRolesToUsers() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min"})
	client := srv.Client()
	_, role, err := addRole(ctx, client)
	if err != nil {
		fmt.Println(err)
		return
	}

	err = client.AddRolesToUsers(ctx, dingtalk.AddRolesToUsersRequest{
		RoleIDs: []int64{role}, UserIDs: []string{"zhao.min"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	user, err := client.GetUser(ctx, dingtalk.GetUserRequest{UserID: "zhao.min"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(user.RoleList[0].GroupName, user.RoleList[0].Name)
	// Output: Skills Interpreter
}

func ExampleClient_RemoveRolesFromUsers() {
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

	err = client.RemoveRolesFromUsers(ctx, dingtalk.RemoveRolesFromUsersRequest{
		RoleIDs: []int64{role}, UserIDs: []string{"zhao.min"},
	})
	user, _ := srv.User("zhao.min")
	fmt.Println(err, len(user.RoleList))
	// Output: <nil> 0
}

func ExampleClient_UpdateRoleScope() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	dept := srv.AddDepartment(dingtalktest.Department{ID: 724960197, Name: "Engineering"})
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min"})
	client := srv.Client()
	_, role, err := addRole(ctx, client, "zhao.min")
	if err != nil {
		fmt.Println(err)
		return
	}

	err = client.UpdateRoleScope(ctx, dingtalk.UpdateRoleScopeRequest{
		UserID: "zhao.min", RoleID: role, DeptIDs: []int64{dept},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	page, err := client.ListRoleUsers(ctx, dingtalk.ListRoleUsersRequest{RoleID: role})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(page.List[0].ManageScopes)
	// Output: [{724960197 Engineering}]
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

	page, err := client.ListRoleUsers(ctx, dingtalk.ListRoleUsersRequest{RoleID: role, Size: 100})
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
