package dingtalktest_test

import (
	"context"
	"errors"
	"fmt"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// A test writes dingtalktest.New(t) and needs no Close.
func ExampleServer() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	client, ctx := srv.Client(), context.Background()

	person := dingtalk.CreateUserRequest{UserID: "zhao.min", Name: "Zhao Min", Mobile: "13800001234", DeptIDList: []int64{1}}
	if _, err := client.CreateUser(ctx, person); err != nil {
		fmt.Println(err)
		return
	}
	_, err := client.CreateUser(ctx, person)
	fmt.Println(errors.Is(err, dingtalk.ErrAlreadyExists))

	stored, _ := srv.User("zhao.min")
	fmt.Println(stored.Name, stored.StateCode, stored.Mobile)
	for _, call := range srv.Calls("CreateUser") {
		fmt.Println(call.Body["userid"], call.Code, call.Query)
	}

	// Output:
	// true
	// Zhao Min 86 13800001234
	// zhao.min 0 map[access_token:[REDACTED]]
	// zhao.min 60102 map[access_token:[REDACTED]]
}

// The response to a create is lost after the work was done. The client cannot know what happened, and returns
// ErrOutcomeUnknown.
func ExampleServer_Fail() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.Fail("CreateUser", dingtalktest.LostResponse, 1)

	_, err := srv.Client().CreateUser(context.Background(), dingtalk.CreateUserRequest{
		UserID: "zhao.min", Name: "Zhao Min", Mobile: "13800001234", DeptIDList: []int64{1},
	})
	_, exists := srv.User("zhao.min")
	fmt.Println(errors.Is(err, dingtalk.ErrOutcomeUnknown), exists)

	// Output:
	// true true
}
