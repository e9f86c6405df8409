package dingtalk_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func ExampleClient_ListUsers() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	dept := srv.AddDepartment(dingtalktest.Department{ID: 724960197, Name: "Engineering"})
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min", Title: "Engineer", DeptIDList: []int64{dept}})
	srv.AddUser(dingtalktest.User{UserID: "li.na", Name: "Li Na", DeptIDList: []int64{dingtalk.RootDepartmentID}})

	page, err := srv.Client().ListUsers(context.Background(), dingtalk.ListUsersRequest{DeptID: dept, Size: 100})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, user := range page.List { // direct members only
		fmt.Println(user.UserID, user.Name, user.Title, user.DeptIDList)
	}
	fmt.Println(page.HasMore)
	// Output:
	// zhao.min Zhao Min Engineer [724960197]
	// false
}

// Pages are read as the loop needs them: whoever breaks off reads no further one.
func ExampleClient_DepartmentUsers() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	for _, name := range []string{"Zhao Min", "Li Na", "Zhang Wei"} {
		srv.AddUser(dingtalktest.User{Name: name})
	}
	client := srv.Client()

	req := dingtalk.ListUsersRequest{DeptID: dingtalk.RootDepartmentID, OrderField: "entry_asc", Size: 2}
	for user, err := range client.DepartmentUsers(ctx, req) {
		if err != nil { // always the last pair
			fmt.Println(err)
			return
		}
		fmt.Println(user.Name)
	}
	fmt.Println(len(srv.Calls("ListUsers")), "pages")
	// Output:
	// Zhao Min
	// Li Na
	// Zhang Wei
	// 2 pages
}

func ExampleClient_ListUserBriefs() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min"})

	page, err := srv.Client().ListUserBriefs(context.Background(),
		dingtalk.ListUserBriefsRequest{DeptID: dingtalk.RootDepartmentID, Size: 100})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(page.List, page.HasMore)
	// Output: [{zhao.min Zhao Min}] false
}

func ExampleClient_DepartmentUserBriefs() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min"})
	srv.AddUser(dingtalktest.User{UserID: "li.na", Name: "Li Na"})
	client := srv.Client()

	req := dingtalk.ListUserBriefsRequest{DeptID: dingtalk.RootDepartmentID, OrderField: "entry_asc"}
	for user, err := range client.DepartmentUserBriefs(ctx, req) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(user.UserID, user.Name)
	}
	// Output:
	// zhao.min Zhao Min
	// li.na Li Na
}

func ExampleClient_ListUserIDs() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	dept := srv.AddDepartment(dingtalktest.Department{Name: "Engineering"})
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", DeptIDList: []int64{dept}})

	res, err := srv.Client().ListUserIDs(context.Background(), dingtalk.ListUserIDsRequest{DeptID: dept})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(res.UserIDList)
	// Output: [zhao.min]
}

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
		fmt.Println(admin.UserID, admin.SysLevel) // 1 main, 2 sub administrator
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

// The day before yesterday can be relied upon at any hour: a day is complete at 09:00 of the next.
func ExampleClient_ListInactiveUserIDs() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	day := time.Now().In(time.FixedZone("UTC+8", 8*60*60)).AddDate(0, 0, -2)
	srv.AddUser(dingtalktest.User{UserID: "zhao.min"})
	srv.AddUser(dingtalktest.User{UserID: "li.na", Logins: []time.Time{day}})

	page, err := srv.Client().ListInactiveUserIDs(context.Background(), dingtalk.ListInactiveUserIDsRequest{
		IsActive:  false, // who did not log in
		Size:      100,
		QueryDate: day.Format("20060102"),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(page.List, page.HasMore)
	// Output: [zhao.min] false
}

func ExampleClient_InactiveUserIDs() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	dept := srv.AddDepartment(dingtalktest.Department{Name: "Engineering"})
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", DeptIDList: []int64{dept}})
	srv.AddUser(dingtalktest.User{UserID: "li.na"})
	client := srv.Client()

	day := time.Now().In(time.FixedZone("UTC+8", 8*60*60)).AddDate(0, 0, -2)
	req := dingtalk.ListInactiveUserIDsRequest{DeptIDs: []int64{dept}, QueryDate: day.Format("20060102")}
	for userid, err := range client.InactiveUserIDs(ctx, req) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(userid)
	}
	// Output: zhao.min
}

// A walk through the organisation begins at what the app may see.
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

// A member of a department as a User, for code that takes one.
func ExampleUserInDept_User() {
	listed := dingtalk.UserInDept{UserID: "zhao.min", Name: "Zhao Min", DeptOrder: 7}
	user := listed.User()
	fmt.Println(user.UserID, user.Name)
	// Output: zhao.min Zhao Min
}
