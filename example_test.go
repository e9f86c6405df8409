package dingtalk_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/jarcoal/httpmock"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// The server is an emulator of DingTalk in the same process. A program that calls the real service differs in one place:
// it creates its client with New.
func Example() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	client := srv.Client()

	created, err := client.CreateUser(ctx, dingtalk.CreateUserRequest{
		UserID:     "zhao.min",
		Name:       "Zhao Min",
		Mobile:     "13800001234",
		DeptIDList: []int64{dingtalk.RootDepartmentID},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	user, err := client.GetUser(ctx, dingtalk.GetUserRequest{UserID: created.UserID})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(user.Name, user.DeptIDList)
	// Output: Zhao Min [1]
}

func ExampleNew() {
	client, err := dingtalk.New("dingexample", "example-secret",
		dingtalk.WithBaseURL(dingtalk.BaseURLChina),
		dingtalk.WithTimeout(5*time.Second),
	)
	fmt.Println(client != nil, err)

	_, err = dingtalk.New("", "example-secret\n", dingtalk.WithBaseURL("oapi.dingtalk.com"))
	fmt.Println(err)
	// Output:
	// true <nil>
	// dingtalk: New: invalid argument: the client ID is empty; the client secret begins or ends with white space; WithBaseURL: not an absolute http or https address
}

func ExampleClient_CreateUser() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	dept := srv.AddDepartment(dingtalktest.Department{ID: 724960197, Name: "Engineering"})

	created, err := srv.Client().CreateUser(context.Background(), dingtalk.CreateUserRequest{
		UserID:        "zhao.min", // chosen by the caller, so that a lost response can be resolved
		Name:          "Zhao Min",
		Mobile:        "+852-51234567",
		Title:         "Engineer",
		DeptIDList:    []int64{dingtalk.RootDepartmentID, dept},
		DeptTitleList: []dingtalk.DeptTitle{{DeptID: dept, Title: "Senior Engineer"}},
		Extension:     dingtalk.NewExtension(map[string]string{"Hobby": "Chess"}),
		HiredDate:     dingtalk.Millis{Time: time.Date(2022, time.October, 19, 0, 0, 0, 0, time.UTC)},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(created.UserID)
	// Output: zhao.min
}

// After a lost response, reading the user back shows whether they were created. That requires a user ID that the caller
// chose.
func ExampleClient_CreateUser_outcomeUnknown() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.Fail("CreateUser", dingtalktest.LostResponse, 1)
	client := srv.Client()

	req := dingtalk.CreateUserRequest{UserID: "zhao.min", Name: "Zhao Min", Mobile: "13800001234", DeptIDList: []int64{1}}
	_, err := client.CreateUser(ctx, req)
	if errors.Is(err, dingtalk.ErrOutcomeUnknown) {
		_, err = client.GetUser(ctx, dingtalk.GetUserRequest{UserID: req.UserID})
		if errors.Is(err, dingtalk.ErrNotFound) { // nothing was applied
			_, err = client.CreateUser(ctx, req)
		}
	}
	fmt.Println(err, len(srv.Calls("CreateUser")))
	// Output: <nil> 1
}

func ExampleClient_GetUser() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min", Mobile: "13800001234", Active: true})

	user, err := srv.Client().GetUser(context.Background(), dingtalk.GetUserRequest{UserID: "zhao.min"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(user.Name, "+"+user.StateCode, user.Mobile, user.DeptIDList, user.Active)
	// Output: Zhao Min +86 13800001234 [1] true
}

// Pointers distinguish "change it to the zero value" from "leave it as it is".
func ExampleClient_UpdateUser() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", Title: "Engineer", Remark: "on leave", JobNumber: "E-2041"})

	err := srv.Client().UpdateUser(context.Background(), dingtalk.UpdateUserRequest{
		UserID: "zhao.min",
		Title:  new("Lead Engineer"),
		Remark: new(""), // cleared
	})
	user, _ := srv.User("zhao.min")
	fmt.Printf("%v %q %q %q\n", err, user.Title, user.Remark, user.JobNumber)
	// Output: <nil> "Lead Engineer" "" "E-2041"
}

func ExampleClient_DeleteUser() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min"})
	client := srv.Client()

	fmt.Println(client.DeleteUser(ctx, dingtalk.DeleteUserRequest{UserID: "zhao.min"}))
	err := client.DeleteUser(ctx, dingtalk.DeleteUserRequest{UserID: "zhao.min"})
	fmt.Println(errors.Is(err, dingtalk.ErrNotFound))
	// Output:
	// <nil>
	// true
}

func ExampleClient_ListSubDepartmentIDs() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddDepartment(dingtalktest.Department{ID: 724960197, Name: "Engineering"})
	srv.AddDepartment(dingtalktest.Department{ID: 724960198, Name: "Sales"})

	res, err := srv.Client().ListSubDepartmentIDs(context.Background(),
		dingtalk.ListSubDepartmentIDsRequest{DeptID: dingtalk.RootDepartmentID})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(res.DeptIDList)
	// Output: [724960197 724960198]
}

// The token is for programs that send requests of their own; Do makes calls without that. It is never shown when it is printed.
func ExampleClient_Token() {
	srv := dingtalktest.NewServer()
	defer srv.Close()

	token, err := srv.Client().Token(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(token.Value, len(token.Value.Reveal()), time.Until(token.Expires).Round(time.Minute))
	// Output: REDACTED 32 2h0m0s
}

// A permission point was granted, and calls are still refused. The token may be the same afterward: see the comment of
// the method.
func ExampleClient_RenewToken() {
	ctx := context.Background()
	srv := dingtalktest.NewServer(dingtalktest.WithTokenRotation())
	defer srv.Close()
	client := srv.Client()

	before, err := client.Token(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	after, err := client.RenewToken(ctx)
	fmt.Println(before.Value == after.Value, err)
	// Output: false <nil>
}

// A program with a client for each of many organizations closes the connections of those that it does not need now. A
// later call opens another.
func ExampleClient_CloseIdleConnections() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	client := srv.Client()

	for range 2 {
		_, err := client.CountUsers(ctx, dingtalk.CountUsersRequest{})
		fmt.Println(err)
		client.CloseIdleConnections()
	}
	// Output:
	// <nil>
	// <nil>
}

func ExampleClient_HTTPClient() {
	client, err := dingtalk.New("dingexample", "example-secret")
	if err != nil {
		fmt.Println(err)
		return
	}
	httpmock.ActivateNonDefault(client.HTTPClient())
	defer httpmock.DeactivateAndReset()
	httpmock.RegisterResponder(http.MethodGet, dingtalk.BaseURLInternational+"/gettoken",
		httpmock.NewStringResponder(200, `{"errcode":0,"access_token":"t","expires_in":7200}`))
	httpmock.RegisterResponder(http.MethodPost, dingtalk.BaseURLInternational+"/topapi/v2/user/get",
		httpmock.NewStringResponder(200, `{"errcode":0,"result":{"userid":"zhao.min","name":"Zhao Min"}}`))

	user, err := client.GetUser(context.Background(), dingtalk.GetUserRequest{UserID: "zhao.min"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(user.Name)
	// Output: Zhao Min
}

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
