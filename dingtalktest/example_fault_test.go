package dingtalktest_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// The service refuses a call. A client handles an expired token by itself: it fetches another one.
func ExampleFault() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min"})
	client := srv.Client(once)

	for _, f := range []dingtalktest.Fault{
		dingtalktest.Throttled,
		dingtalktest.SystemBusy,
		dingtalktest.PermissionMissing,
		dingtalktest.Code(50002), // any code of the service
		dingtalktest.TokenExpired,
	} {
		srv.Fail("GetUser", f, 1)
		_, err := client.GetUser(context.Background(), dingtalk.GetUserRequest{UserID: "zhao.min"})
		fmt.Println(class(err), code(err))
	}

	// Output:
	// too many calls 90018
	// try again later -1
	// no permission 60011
	// no permission 50002
	// none 0
}

// The response is not the documented one: a proxy has failed, a network wants a login, or the service's front end refuses the
// address. After these the client sends nothing for a while.
func ExampleFault_pages() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min"})

	for _, f := range []dingtalktest.Fault{
		dingtalktest.HTTPStatus(502), dingtalktest.PortalPage,
		dingtalktest.BanPage, dingtalktest.BanJSON, dingtalktest.BusyText, dingtalktest.TooFrequentText,
	} {
		srv.Fail("GetUser", f, 1)
		client := srv.Client(once)
		for range 2 {
			_, err := client.GetUser(context.Background(), dingtalk.GetUserRequest{UserID: "zhao.min"})
			fmt.Println(class(err), "after", len(srv.Calls("GetUser")))
		}
	}

	// Output:
	// try again later after 1
	// none after 2
	// try again later after 3
	// try again later after 3
	// too many calls after 4
	// too many calls after 4
	// too many calls after 5
	// too many calls after 5
	// too many calls after 6
	// too many calls after 6
	// too many calls after 7
	// too many calls after 7
}

// The response to a creation is lost, cut off or broken. Only the server has a record of whether the work was done.
func ExampleFault_lostResponses() {
	for _, f := range []dingtalktest.Fault{
		dingtalktest.DropConnection, dingtalktest.LostResponse, dingtalktest.CutBody, dingtalktest.BadJSON, dingtalktest.EmptyBody,
	} {
		srv := dingtalktest.NewServer()
		srv.Fail("CreateUser", f, 1)
		fmt.Println(class(create(srv.Client())), "- done:", len(srv.Users()) == 1)
		srv.Close()
	}

	// Output:
	// outcome unknown - done: false
	// outcome unknown - done: true
	// outcome unknown - done: true
	// outcome unknown - done: true
	// outcome unknown - done: true
}

// A proxy gives up waiting for a server that finishes its work.
func ExampleFault_afterWork() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.Fail("CreateUser", dingtalktest.HTTPStatus(504).AfterWork(), 1)
	fmt.Println(class(create(srv.Client())), "- done:", len(srv.Users()) == 1)

	// Output: outcome unknown - done: true
}

// A slow response arrives in the end, that of Hang never.
func ExampleSlow() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.Fail("ListSubDepartmentIDs", dingtalktest.Slow(20*time.Millisecond), 1)
	srv.Fail("ListSubDepartmentIDs", dingtalktest.Hang, 1)
	client := srv.Client()

	for _, timeout := range []time.Duration{time.Minute, 20 * time.Millisecond} {
		ctx, cancel := context.WithTimeout(context.Background(), timeout)
		_, err := client.ListSubDepartmentIDs(ctx, dingtalk.ListSubDepartmentIDsRequest{DeptID: dingtalk.RootDepartmentID})
		fmt.Println(errors.Is(err, context.DeadlineExceeded))
		cancel()
	}

	// Output:
	// false
	// true
}

// A response lacks what a program relies on.
func ExampleOmit() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "wang.fang", Name: "Wang Fang"})
	srv.Fail("GetUser", dingtalktest.Omit("name"), 1)

	user, err := srv.Client().GetUser(context.Background(), dingtalk.GetUserRequest{UserID: "wang.fang"})
	fmt.Printf("%v %q\n", err, user.Name)
	// Output: <nil> ""
}

// The new API refuses with string codes.
func ExampleStringCode() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.Fail("GetJSAPITicket", dingtalktest.StringCode(429, "system.busy"), 1)

	_, err := srv.Client(once).GetJSAPITicket(context.Background())
	fmt.Println(class(err), srv.Calls("GetJSAPITicket")[0].Reason)
	// Output: too many calls system.busy
}

func create(client *dingtalk.Client) error {
	_, err := client.CreateUser(context.Background(), dingtalk.CreateUserRequest{
		UserID: "zhao.min", Name: "Zhao Min", Mobile: "13800001234", DeptIDList: []int64{dingtalk.RootDepartmentID},
	})
	return err
}

func class(err error) string {
	switch {
	case err == nil:
		return "none"
	case errors.Is(err, dingtalk.ErrOutcomeUnknown): // first: another class may come with it
		return "outcome unknown"
	case errors.Is(err, dingtalk.ErrRateLimited):
		return "too many calls"
	case errors.Is(err, dingtalk.ErrTransient):
		return "try again later"
	case errors.Is(err, dingtalk.ErrPermission):
		return "no permission"
	}
	return err.Error()
}

func code(err error) int {
	if e, ok := errors.AsType[*dingtalk.Error](err); ok {
		return e.Code
	}
	return 0
}
