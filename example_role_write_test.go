package dingtalk_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// addRole creates the role "Interpreter" in the group "Skills" and assigns it to users.
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

// Each of the users gets each of the roles.
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
