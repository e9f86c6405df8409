package dingtalk_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// EnsureUser may be called any number of times, whatever was lost in an earlier call.
func ExampleClient_EnsureUser() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.Fail("CreateUser", dingtalktest.LostResponse, 1) // the user is created, the response is lost
	client := srv.Client()

	req := dingtalk.CreateUserRequest{UserID: "zhao.min", Name: "Zhao Min", Mobile: "13800001234", DeptIDList: []int64{1}}
	for _, title := range []string{"Engineer", "Engineer", "Lead Engineer"} {
		req.Title = title
		res, err := client.EnsureUser(ctx, req)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(res.UserID, res.Action)
	}
	// Output:
	// zhao.min created
	// zhao.min unchanged
	// zhao.min updated
}

// Changes shows what EnsureUser would change.
func ExampleCreateUserRequest_Changes() {
	present := &dingtalk.User{
		UserID: "zhao.min", Name: "Zhao Min", StateCode: "86", Mobile: "13800001234", Title: "Engineer", DeptIDList: []int64{1},
	}
	req := dingtalk.CreateUserRequest{
		UserID: "zhao.min", Name: "Zhao Min", Mobile: "13800001234", Title: "Lead Engineer", DeptIDList: []int64{1},
	}
	update, differs, err := req.Changes(present)
	fmt.Println(differs, err, *update.Title, update.Name == nil)

	req.Mobile = "13800007676"
	_, _, err = req.Changes(present)
	fmt.Println(errors.Is(err, dingtalk.ErrPrecondition))
	// Output:
	// true <nil> Lead Engineer true
	// true
}
