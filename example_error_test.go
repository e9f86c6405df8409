package dingtalk_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// Test the class of an error with errors.Is, and get its fields with errors.AsType.
func ExampleError() {
	ctx := context.Background()
	srv := dingtalktest.NewServer(dingtalktest.WithoutScope("qyapi_get_member"))
	defer srv.Close()

	_, err := srv.Client().GetUser(ctx, dingtalk.GetUserRequest{UserID: "zhao.min"})
	switch e, _ := errors.AsType[*dingtalk.Error](err); {
	case err == nil:
		fmt.Println("found")
	case errors.Is(err, dingtalk.ErrNotFound):
		fmt.Println("no such user")
	case errors.Is(err, dingtalk.ErrPermission):
		fmt.Println("request", e.RequiredScopes, "in the developer console")
	case errors.Is(err, dingtalk.ErrRateLimited):
		fmt.Println("try again in", e.RetryAfter)
	default:
		fmt.Println(e.Op, e.Code, e.RequestID)
	}
	// Output: request [qyapi_get_member] in the developer console
}

// The text is one line, for a log. It contains neither URL nor token.
func ExampleError_Error() {
	srv := dingtalktest.NewServer(dingtalktest.WithCredentials("dingexample", "example-secret"))
	defer srv.Close()
	other, err := dingtalk.New("dingexample", "another-secret", dingtalk.WithHTTPClient(srv.Client().HTTPClient()))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = other.GetUser(context.Background(), dingtalk.GetUserRequest{UserID: "zhao.min"})
	fmt.Println(err)
	fmt.Println(errors.Is(err, dingtalk.ErrInvalidCredential))
	// Output:
	// dingtalk: GetUser: GetToken: invalid credential: client ID or secret is wrong, or belongs to the other region: WithBaseURL: errcode 40096: 不合法的appKey或appSecret
	// true
}

// The class is a label for a metric, and one switch decides what to do.
func ExampleError_Class() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.Fail("CreateUser", dingtalktest.LostResponse, 1)

	_, err := srv.Client().CreateUser(context.Background(), dingtalk.CreateUserRequest{
		UserID: "zhao.min", Name: "Zhao Min", Mobile: "13800001234", DeptIDList: []int64{dingtalk.RootDepartmentID},
	})
	if e, ok := errors.AsType[*dingtalk.Error](err); ok {
		fmt.Println(e.Class())
	}
	// Output: dingtalk: outcome unknown
}

func ExampleError_Is() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "li.wei", Mobile: "13800001234"})

	_, err := srv.Client().CreateUser(context.Background(), dingtalk.CreateUserRequest{
		Name: "Zhao Min", Mobile: "13800001234", DeptIDList: []int64{dingtalk.RootDepartmentID},
	})
	if errors.Is(err, dingtalk.ErrAlreadyExists) {
		e, _ := errors.AsType[*dingtalk.Error](err)
		fmt.Println("the number belongs to", e.HolderUserID)
	}
	// Output: the number belongs to li.wei
}

// An error that is not a refusal by the service has a cause: here it is the caller's context.
func ExampleError_Unwrap() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()

	_, err := srv.Client().GetUser(ctx, dingtalk.GetUserRequest{UserID: "zhao.min"})
	fmt.Println(errors.Is(err, context.Canceled))
	// Output: true
}

// A loop over many users stops at an error that every further call would meet, and goes on after any other.
func ExampleError_Fatal() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.Fail("DeleteUser", dingtalktest.PermissionMissing, 1)
	client := srv.Client()

	for range 2 {
		err := client.DeleteUser(ctx, dingtalk.DeleteUserRequest{UserID: "unknown"})
		e, ok := errors.AsType[*dingtalk.Error](err)
		fmt.Println(ok && e.Fatal())
	}
	// Output:
	// true
	// false
}
