package dingtalktest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// A program closes the server itself.
func ExampleNewServer() {
	srv := dingtalktest.NewServer()
	_, err := srv.Client().Token(context.Background())
	fmt.Println(err)

	srv.Close()
	_, err = srv.Client(once).Token(context.Background())
	fmt.Println(errors.Is(err, dingtalk.ErrTransient))

	// Output:
	// <nil>
	// true
}

// A program that can be interrupted while a large organization is generated.
func ExampleNewServerContext() {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := dingtalktest.NewServerContext(ctx, dingtalktest.WithSampleOrg(50, 100_000, 1))
	fmt.Println(err)
	_, err = dingtalktest.NewServerContext(context.Background(), dingtalktest.WithSampleOrg(10, 99_999_999, 1))
	fmt.Println(err)

	// Output:
	// dingtalktest: sample organization: context canceled
	// dingtalktest: a sample organization has 0 to 500000 people, not 99999999
}

// once is an option of a client that shows the result of a single attempt.
var once = dingtalk.WithRetry(dingtalk.RetryPolicy{MaxAttempts: 1})

func ExampleServer_Client() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.Fail("GetToken", dingtalktest.SystemBusy, 1)
	client := srv.Client(dingtalk.WithRetry(dingtalk.RetryPolicy{MaxAttempts: 1})) // any option of a client

	_, err := client.Token(context.Background())
	fmt.Println(errors.Is(err, dingtalk.ErrTransient))

	// Output: true
}

func ExampleServer_AdminClient() {
	srv := dingtalktest.NewServer(dingtalktest.WithoutScope("qyapi_manage_addresslist"))
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", Title: "Engineer"})
	promotion := dingtalk.UpdateUserRequest{UserID: "zhao.min", Title: new("Director")}

	err := srv.Client().UpdateUser(context.Background(), promotion)
	fmt.Println(errors.Is(err, dingtalk.ErrPermission))
	err = srv.AdminClient().UpdateUser(context.Background(), promotion)
	fmt.Println(err)
	for _, call := range srv.Calls("UpdateUser") {
		fmt.Println(call.Code, call.Admin)
	}

	// Output:
	// true
	// <nil>
	// 60011 false
	// 0 true
}

func ExampleServer_AddDepartment() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	platform := srv.AddDepartment(dingtalktest.Department{Name: "Platform"})
	srv.AddDepartment(dingtalktest.Department{ID: 724960197, ParentID: platform, Name: "Storage"})

	storage, found := srv.Department(724960197)
	fmt.Println(found, storage.Name, storage.ParentID == platform, platform > 1<<32)
	for _, d := range srv.Departments() {
		fmt.Println(d.Name)
	}

	// Output:
	// true Storage true true
	// Organization
	// Storage
	// Platform
}

// An empty User is a person in the root department.
func ExampleServer_AddUser() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	manager := srv.AddUser(dingtalktest.User{})
	srv.AddUser(dingtalktest.User{
		UserID: "zhao.min", Mobile: "+852-51234567", ManagerUserID: manager, Active: true, Admin: true,
		LeaderInDept: []dingtalktest.DeptLeader{{DeptID: dingtalk.RootDepartmentID, Leader: true}},
	})

	user, found := srv.User("zhao.min")
	fmt.Println(found, user.StateCode, user.Mobile, user.DeptIDList, user.LeaderInDept)
	_, found = srv.User("absent")
	fmt.Println(found, len(srv.Users()))

	// Output:
	// true 852 51234567 [1] [{1 true}]
	// false 2
}

func ExampleServer_Calls() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min"})
	_ = srv.Client().UpdateUser(context.Background(), dingtalk.UpdateUserRequest{UserID: "zhao.min", Title: new("Lead")})

	for _, call := range srv.Calls("") { // all operations
		fmt.Println(call.Method, call.Path, call.Query["appsecret"], call.Body, call.Code)
	}

	// Output:
	// GET /gettoken [REDACTED] map[] 0
	// POST /topapi/v2/user/update [] map[title:Lead userid:zhao.min] 0
}

// The new (v1.0) API is served as well, and refuses with string codes.
func ExampleServer_Client_oauth2() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	client := srv.Client(dingtalk.WithOAuth2Token())

	srv.Fail("GetOAuth2Token", dingtalktest.PermissionMissing, 1)
	_, err := client.Token(context.Background())
	if e, ok := errors.AsType[*dingtalk.Error](err); ok {
		fmt.Println(e.HTTPStatus, e.RequiredScopes)
	}
	for _, call := range srv.Calls("GetOAuth2Token") {
		fmt.Println(call.Method, call.Path, call.Body["appSecret"], call.HTTPStatus, call.Code)
	}

	// Output:
	// 403 [qyapi_base]
	// POST /v1.0/oauth2/accessToken REDACTED 403 60011
}

// The token ends before the client expects it to. The client fetches another one and repeats the call.
func ExampleServer_Advance() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	client, ctx := srv.Client(), context.Background()
	list := func() {
		_, err := client.ListSubDepartmentIDs(ctx, dingtalk.ListSubDepartmentIDsRequest{DeptID: dingtalk.RootDepartmentID})
		fmt.Println(err, len(srv.Calls("GetToken")))
	}

	list()
	srv.Advance(2 * time.Hour) // the server's clock alone
	list()
	srv.RevokeToken()
	list()

	// Output:
	// <nil> 1
	// <nil> 2
	// <nil> 3
}

// A client as in production, except for its transport.
func ExampleServer_Transport() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	client, err := dingtalk.New(srv.ClientID(), srv.ClientSecret(),
		dingtalk.WithHTTPClient(&http.Client{Transport: srv.Transport()}))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.Token(context.Background())
	fmt.Println(err)

	// Output: <nil>
}

// A real port, for programs in any language.
func ExampleServer_Listen() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	url, err := srv.Listen("")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(strings.HasPrefix(url, "http://127.0.0.1:"))
	client, err := dingtalk.New(srv.ClientID(), srv.ClientSecret(), dingtalk.WithBaseURL(url))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.Token(context.Background())
	fmt.Println(err)

	// Output:
	// true
	// <nil>
}

// The server behind another handler, which sees every request.
func ExampleServer_ServeHTTP() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Println(r.Method, r.URL.Path)
		srv.ServeHTTP(w, r)
	}))
	defer host.Close()

	client := srv.Client(dingtalk.WithBaseURL(host.URL), dingtalk.WithHTTPClient(host.Client()))
	_, _ = client.ListSubDepartmentIDs(context.Background(), dingtalk.ListSubDepartmentIDsRequest{DeptID: dingtalk.RootDepartmentID})

	// Output:
	// GET /gettoken
	// POST /topapi/v2/department/listsubid
}
