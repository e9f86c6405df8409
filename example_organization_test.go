package dingtalk_test

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// Parents come before their children, so that one pass is enough to place each department in the tree.
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
			return // or continue: the error concerns one department
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

// A user of several departments is yielded once, with all of them.
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
