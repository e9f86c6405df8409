package dingtalktest_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// Every write sends events, by the app and by others.
func ExampleServer_Events() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min"})
	err := srv.Client().DeleteUser(context.Background(), dingtalk.DeleteUserRequest{UserID: "zhao.min"})
	if err != nil {
		fmt.Println(err)
	}
	for _, e := range srv.Events() {
		fmt.Println(e.Number, e.Type, len(e.ID))
	}
	// Output:
	// 1 user_add_org 32
	// 2 user_leave_org 32
}

// A loop that follows the feed asks for what is new.
func ExampleServer_EventsAfter() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min"})
	srv.AddUser(dingtalktest.User{UserID: "li.lei"})
	for _, e := range srv.EventsAfter(1) {
		fmt.Println(e.Number, e.Type)
	}
	// Output: 2 user_add_org
}

// An event of a type that the program does not know, or with a body that it does not expect.
func ExampleServer_Emit() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	id := srv.Emit("org_pet_adopt", map[string]any{"petId": []string{"cat-1"}})
	for _, e := range srv.Events("org_pet_adopt") {
		fmt.Println(e.ID == id, string(e.Body))
	}
	// Output: true {"petId":["cat-1"]}
}

// A person who was invited signs in for the first time and becomes an administrator.
func ExampleServer_SetUser() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	u, _ := srv.User(srv.AddUser(dingtalktest.User{UserID: "zhao.min"}))
	u.Active, u.Admin = true, true
	srv.SetUser(u)
	for _, e := range srv.Events() {
		fmt.Println(e.Type)
	}
	// Output:
	// user_add_org
	// user_active_org
	// org_admin_add
	// label_user_change
}

// The organization gets another name.
func ExampleServer_SetDepartment() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	root, _ := srv.Department(1)
	root.Name = "Example Inc."
	srv.SetDepartment(root)
	for _, e := range srv.Events() {
		fmt.Println(e.Type, string(e.Body))
	}
	// Output:
	// org_change {}
	// org_dept_modify {"deptId":[1]}
}

func ExampleWithEventTypes() {
	srv := dingtalktest.NewServer(dingtalktest.WithEventTypes("user_leave_org"))
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min"})
	srv.Leave("zhao.min", dingtalktest.Leave{})
	for _, e := range srv.Events() {
		fmt.Println(e.Type)
	}
	// Output: user_leave_org
}

// What the app writes sends no events, what others write does.
func ExampleWithoutOwnEvents() {
	ctx := context.Background()
	srv := dingtalktest.NewServer(dingtalktest.WithoutOwnEvents())
	defer srv.Close()
	for _, client := range []*dingtalk.Client{srv.Client(), srv.AdminClient()} {
		if _, err := client.CreateRoleGroup(ctx, dingtalk.CreateRoleGroupRequest{Name: "Projects"}); err != nil {
			fmt.Println(err)
		}
	}
	fmt.Println(len(srv.Events()))
	// Output: 1
}

func ExampleWithoutMoveEvents() {
	srv := dingtalktest.NewServer(dingtalktest.WithoutMoveEvents())
	defer srv.Close()
	sales := srv.AddDepartment(dingtalktest.Department{Name: "Sales"})
	u, _ := srv.User(srv.AddUser(dingtalktest.User{UserID: "zhao.min"}))
	u.DeptIDList, u.DeptOrderList, u.LeaderInDept = []int64{sales}, nil, nil
	srv.SetUser(u)
	fmt.Println(len(srv.Events("user_modify_org")))
	// Output: 0
}

// A read right after a write shows what was before it.
func ExampleWithReadLag() {
	ctx := context.Background()
	srv := dingtalktest.NewServer(dingtalktest.WithReadLag(time.Second))
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min"})
	client := srv.Client()
	_, err := client.GetUser(ctx, dingtalk.GetUserRequest{UserID: "zhao.min"})
	fmt.Println(errors.Is(err, dingtalk.ErrNotFound))
	srv.Advance(time.Second)
	_, err = client.GetUser(ctx, dingtalk.GetUserRequest{UserID: "zhao.min"})
	fmt.Println(err)
	// Output:
	// true
	// <nil>
}
