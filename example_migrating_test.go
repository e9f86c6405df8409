package dingtalk_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// The older SDKs call the hosts of mainland China only, so an app that moves from one of them is there.
func ExampleNew_migrating() {
	client, err := dingtalk.New("dingexample", "example-secret", dingtalk.WithBaseURL(dingtalk.BaseURLChina))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(client.APIBaseURL())
	// Output: https://api.dingtalk.com
}

// A nil field stays as it is, and an empty text clears it. The manager is cleared only if ForceUpdateFields names it.
func ExampleClient_UpdateUser_migrating() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "li.na"})
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", Title: "Engineer", ManagerUserID: "li.na"})

	err := srv.Client().UpdateUser(ctx, dingtalk.UpdateUserRequest{
		UserID:            "zhao.min",
		Name:              new("Zhao Min"),
		Title:             new(""),
		ManagerUserID:     new(""),
		ForceUpdateFields: dingtalk.CommaList{"manager_userid"},
	})
	user, _ := srv.User("zhao.min")
	fmt.Printf("%v %q %q\n", err, user.Title, user.ManagerUserID)
	// Output: <nil> "" ""
}

// The user of a union ID, with all fields of the address book.
func ExampleClient_GetUser_migrating() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", UnionID: "Kd83hQpLmZx7TtYc2RbWgiEiE", Title: "Engineer"})
	client := srv.Client()

	id, err := client.GetUserIDByUnionID(ctx, dingtalk.GetUserIDByUnionIDRequest{UnionID: "Kd83hQpLmZx7TtYc2RbWgiEiE"})
	if err != nil {
		fmt.Println(err)
		return
	}
	user, err := client.GetUser(ctx, dingtalk.GetUserRequest{UserID: id.UserID})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(user.UserID, user.Title)
	// Output: zhao.min Engineer
}

// Branch on the class, and log the code and the request ID.
func ExampleError_migrating() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()

	_, err := srv.Client().GetUser(ctx, dingtalk.GetUserRequest{UserID: "zhao.min"})
	switch {
	case err == nil:
		fmt.Println("found")
	case errors.Is(err, dingtalk.ErrNotFound): // 60121, 33012 and the like
		fmt.Println("no such user")
	default:
		slog.Error("the user was not read", "err", err)
	}
	if e, ok := errors.AsType[*dingtalk.Error](err); ok {
		fmt.Println(e.Code)
	}
	// Output:
	// no such user
	// 60121
}
