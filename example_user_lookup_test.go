package dingtalk_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func ExampleClient_GetUserIDByMobile() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", Mobile: "13800001234"})
	client := srv.Client()

	res, err := client.GetUserIDByMobile(ctx, dingtalk.GetUserIDByMobileRequest{Mobile: "13800001234"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(res.UserID)

	_, err = client.GetUserIDByMobile(ctx, dingtalk.GetUserIDByMobileRequest{Mobile: "13800000000"})
	fmt.Println(errors.Is(err, dingtalk.ErrNotFound))
	// Output:
	// zhao.min
	// true
}

func ExampleClient_GetUserIDByUnionID() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", UnionID: "Kd83hQpLmZx7TtYc2RbWgiEiE"})

	res, err := srv.Client().GetUserIDByUnionID(context.Background(),
		dingtalk.GetUserIDByUnionIDRequest{UnionID: "Kd83hQpLmZx7TtYc2RbWgiEiE"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(res.UserID, res.ContactType)
	// Output: zhao.min 0
}

func ExampleClient_CountUsers() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", Active: true})
	srv.AddUser(dingtalktest.User{UserID: "li.na"})
	client := srv.Client()

	for _, onlyActive := range []bool{false, true} {
		res, err := client.CountUsers(ctx, dingtalk.CountUsersRequest{OnlyActive: onlyActive})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(res.Count)
	}
	// Output:
	// 2
	// 1
}

func ExampleClient_ListAdmins() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", AdminLevel: 1})
	srv.AddUser(dingtalktest.User{UserID: "li.na"})

	admins, err := srv.Client().ListAdmins(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, admin := range admins {
		fmt.Println(admin.UserID, admin.SysLevel) // 1 is a main administrator, 2 a sub-administrator
	}
	// Output: zhao.min 1
}

func ExampleClient_GetAdminScope() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	dept := srv.AddDepartment(dingtalktest.Department{ID: 724960197, Name: "Engineering"})
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", AdminLevel: 2, AdminDeptIDs: []int64{dept}})

	scope, err := srv.Client().GetAdminScope(context.Background(), dingtalk.GetAdminScopeRequest{UserID: "zhao.min"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(scope.DeptIDs)
	// Output: [724960197]
}

// A walk through the organization begins at what the app may see.
func ExampleClient_GetAuthScopes() {
	srv := dingtalktest.NewServer()
	defer srv.Close()

	scopes, err := srv.Client().GetAuthScopes(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(scopes.AuthOrgScopes.AuthedDept, scopes.AuthOrgScopes.AuthedUser)
	// Output: [1] []
}

// Users who are known to share a department are read from its list.
func ExampleClient_ListedUsersByID() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	dept := srv.AddDepartment(dingtalktest.Department{ParentID: dingtalk.RootDepartmentID, Name: "Platform"})
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min", DeptIDList: []int64{dept}})
	srv.AddUser(dingtalktest.User{UserID: "li.na", Name: "Li Na", DeptIDList: []int64{dept}})
	client := srv.Client()

	req := dingtalk.ListedUsersByIDRequest{
		UserIDs: []string{"li.na", "zhao.min"},
		DeptIDs: map[string]int64{"li.na": dept, "zhao.min": dept},
	}
	for user, err := range client.ListedUsersByID(context.Background(), req) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(user.UserID, user.Name)
	}
	fmt.Println("calls:", len(srv.Calls("ListUsers")), len(srv.Calls("GetUser")))
	// Output:
	// li.na Li Na
	// zhao.min Zhao Min
	// calls: 1 0
}

// The results have the order of the user IDs, and a user who does not exist does not end the iteration.
func ExampleClient_UsersByID() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min"})
	srv.AddUser(dingtalktest.User{UserID: "li.na", Name: "Li Na"})
	client := srv.Client()

	req := dingtalk.UsersByIDRequest{UserIDs: []string{"li.na", "unknown", "zhao.min"}}
	for user, err := range client.UsersByID(context.Background(), req) {
		switch {
		case errors.Is(err, dingtalk.ErrNotFound):
			fmt.Println(user.UserID, "is not in the organization")
		case err != nil:
			fmt.Println(err)
			return
		default:
			fmt.Println(user.UserID, user.Name)
		}
	}
	// Output:
	// li.na Li Na
	// unknown is not in the organization
	// zhao.min Zhao Min
}

func ExampleClient_UserIDsByMobile() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min", Mobile: "13800001234"})
	client := srv.Client()

	req := dingtalk.UserIDsByMobileRequest{Mobiles: []string{"13900005678", "13800001234"}}
	for holder, err := range client.UserIDsByMobile(context.Background(), req) {
		if err != nil && !errors.Is(err, dingtalk.ErrNotFound) {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s %q\n", holder.Mobile, holder.UserID)
	}
	// Output:
	// 13900005678 ""
	// 13800001234 "zhao.min"
}

func ExampleClient_UserIDsByUnionID() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", UnionID: "Kd83hQpLmZiE", Name: "Zhao Min"})
	client := srv.Client()

	req := dingtalk.UserIDsByUnionIDRequest{UnionIDs: []string{"Kd83hQpLmZiE"}}
	for holder, err := range client.UserIDsByUnionID(context.Background(), req) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(holder.UnionID, holder.UserID)
	}
	// Output: Kd83hQpLmZiE zhao.min
}

func ExampleClient_GetUserByCode() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min"})
	code := dingtalk.NewSecret(srv.IssueCode("zhao.min")) // the page sends it, from requestAuthCode of the JSAPI
	client := srv.Client()

	user, err := client.GetUserByCode(ctx, dingtalk.GetUserByCodeRequest{Code: code})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(user.Name)

	_, err = client.GetUserByCode(ctx, dingtalk.GetUserByCodeRequest{Code: code})
	fmt.Println(errors.Is(err, dingtalk.ErrInvalidAuthCode)) // a code is valid once
	// Output:
	// Zhao Min
	// true
}
