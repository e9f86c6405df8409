package dingtalk_test

import (
	"context"
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

	page, err := srv.Client().ListUsers(context.Background(), dingtalk.ListUsersRequest{DeptID: dept})
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

// Pages are read as the loop needs them: a loop that is left reads no further page.
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
		dingtalk.ListUserBriefsRequest{DeptID: dingtalk.RootDepartmentID})
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

// The data of a day is reliable from 09:00 on the next day. That of the day before yesterday is reliable at any time.
func ExampleClient_ListInactiveUserIDs() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	day := time.Now().In(time.FixedZone("UTC+8", 8*60*60)).AddDate(0, 0, -2)
	srv.AddUser(dingtalktest.User{UserID: "zhao.min"})
	srv.AddUser(dingtalktest.User{UserID: "li.na", Logins: []time.Time{day}})

	page, err := srv.Client().ListInactiveUserIDs(context.Background(), dingtalk.ListInactiveUserIDsRequest{
		IsActive:  false, // the users who did not log in
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

// A member of a department converts to a User, for code that takes one.
func ExampleUserInDept_User() {
	listed := dingtalk.UserInDept{UserID: "zhao.min", Name: "Zhao Min", DeptOrder: 7}
	user := listed.User()
	fmt.Println(user.UserID, user.Name)
	// Output: zhao.min Zhao Min
}
