package dingtalk_test

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// Parents come before their children, so that one pass is enough to know where a department belongs.
func ExampleClient_OrgDepartments() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	platform := srv.AddDepartment(dingtalktest.Department{Name: "Platform", Order: 1})
	srv.AddDepartment(dingtalktest.Department{Name: "Sales", Order: 2})
	srv.AddDepartment(dingtalktest.Department{Name: "Storage", ParentID: platform})
	client := srv.Client()

	depth := map[int64]int{}
	for d, err := range client.OrgDepartments(context.Background(), dingtalk.OrgDepartmentsRequest{}) {
		if err != nil {
			fmt.Println(err)
			return // or go on: the error is about one department
		}
		depth[d.DeptID] = depth[d.ParentID] + 1
		fmt.Println(strings.Repeat(". ", depth[d.DeptID]) + d.Name)
	}
	// Output:
	// . Organization
	// . . Platform
	// . . Sales
	// . . . Storage
}

// Whoever is in several departments comes once, with all of them.
func ExampleClient_OrgUsers() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	platform := srv.AddDepartment(dingtalktest.Department{ID: 724960197, Name: "Platform"})
	sales := srv.AddDepartment(dingtalktest.Department{ID: 724960198, Name: "Sales"})
	srv.AddUser(dingtalktest.User{Name: "Zhao Min", DeptIDList: []int64{platform, sales}})
	srv.AddUser(dingtalktest.User{Name: "Li Na", DeptIDList: []int64{sales}})
	client := srv.Client()

	var unread []int64
	for user, err := range client.OrgUsers(context.Background(), dingtalk.OrgUsersRequest{}) {
		if failed, ok := errors.AsType[*dingtalk.Error](err); ok {
			unread = append(unread, failed.DeptID)
			continue
		}
		fmt.Println(user.Name, user.DeptIDList)
	}
	fmt.Println("could not be read:", unread)
	// Output:
	// Zhao Min [724960197 724960198]
	// Li Na [724960198]
	// could not be read: []
}

// The results have the order of the userids, and one who is not there does not end the others.
func ExampleClient_UsersByID() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min"})
	srv.AddUser(dingtalktest.User{UserID: "li.na", Name: "Li Na"})
	client := srv.Client()

	req := dingtalk.UsersByIDRequest{UserIDs: []string{"li.na", "nobody", "zhao.min"}}
	for user, err := range client.UsersByID(context.Background(), req) {
		switch {
		case errors.Is(err, dingtalk.ErrNotFound):
			fmt.Println(user.UserID, "is not in the organisation")
		case err != nil:
			fmt.Println(err)
			return
		default:
			fmt.Println(user.UserID, user.Name)
		}
	}
	// Output:
	// li.na Li Na
	// nobody is not in the organisation
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
