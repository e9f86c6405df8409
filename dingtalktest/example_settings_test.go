package dingtalktest_test

import (
	"context"
	"errors"
	"fmt"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// An administrator takes a department from what the app may see.
func ExampleServer_SetContactScope() {
	const engineering, sales = 724960197, 724960198
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddDepartment(dingtalktest.Department{ID: engineering, Name: "Engineering"})
	srv.AddDepartment(dingtalktest.Department{ID: sales, Name: "Sales"})
	srv.AddUser(dingtalktest.User{UserID: "li.na", DeptIDList: []int64{sales}})
	srv.SetContactScope([]int64{engineering}, nil)
	_, err := srv.Client().GetUser(context.Background(), dingtalk.GetUserRequest{UserID: "li.na"})
	fmt.Println(errors.Is(err, dingtalk.ErrPermission), code(err))
	fmt.Println(len(srv.Events("inner_app_scopes_change")))
	// Output:
	// true 50002
	// 1
}

// A permission point is withdrawn and granted again while a program runs.
func ExampleServer_SetMissingScopes() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min"})
	client := srv.Client()
	get := func() error {
		_, err := client.GetUser(context.Background(), dingtalk.GetUserRequest{UserID: "zhao.min"})
		return err
	}
	srv.SetMissingScopes("qyapi_get_member")
	e, _ := errors.AsType[*dingtalk.Error](get())
	fmt.Println(e.Code, e.RequiredScopes)
	srv.SetMissingScopes()
	fmt.Println(get())
	// Output:
	// 60011 [qyapi_get_member]
	// <nil>
}
