package dingtalktest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"time"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func ExampleWithCredentials() {
	srv := dingtalktest.NewServer(dingtalktest.WithCredentials("dingexample", "example-secret"))
	defer srv.Close()
	fmt.Println(srv.ClientID(), srv.ClientSecret())

	// Output: dingexample example-secret
}

// The service, too, has two codes for wrong credentials.
func ExampleWithCredentialCode() {
	srv := dingtalktest.NewServer(dingtalktest.WithCredentialCode(40089))
	defer srv.Close()
	client, err := dingtalk.New(srv.ClientID(), "a-wrong-secret",
		dingtalk.WithHTTPClient(&http.Client{Transport: srv.Transport()}))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.Token(context.Background())
	fmt.Println(errors.Is(err, dingtalk.ErrInvalidCredential), code(err))

	// Output: true 40089
}

func ExampleWithClock() {
	monday := time.Date(2026, time.September, 7, 9, 0, 0, 0, time.UTC)
	srv := dingtalktest.NewServer(dingtalktest.WithClock(func() time.Time { return monday }))
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min"})
	srv.Advance(24 * time.Hour)
	srv.AddUser(dingtalktest.User{UserID: "li.wei"})
	for _, user := range srv.Users() {
		fmt.Println(user.UserID, user.CreateTime.Weekday())
	}

	// Output:
	// li.wei Tuesday
	// zhao.min Monday
}

func ExampleWithLatency() {
	srv := dingtalktest.NewServer(dingtalktest.WithLatency(10 * time.Millisecond))
	defer srv.Close()
	began := time.Now()
	_, err := srv.Client().Token(context.Background())
	fmt.Println(err, time.Since(began) >= 10*time.Millisecond)

	// Output: <nil> true
}

// Calls that are sent at the same time arrive at different times.
func ExampleWithJitter() {
	srv := dingtalktest.NewServer(dingtalktest.WithJitter(time.Millisecond, 20*time.Millisecond, 1))
	defer srv.Close()
	sent := time.Now()
	_, err := srv.Client().Token(context.Background())
	arrived := srv.Calls("GetToken")[0].Time
	fmt.Println(err, arrived.After(sent), arrived.Before(time.Now()))

	// Output: <nil> true true
}

// The service accepts 10,000 calls in 20 seconds from an address, and then none for five minutes.
func ExampleWithAddressLimit() {
	srv := dingtalktest.NewServer(dingtalktest.WithAddressLimit(2))
	defer srv.Close()
	client := srv.Client() // which has no rate limit of its own
	get := func() error {
		_, err := client.GetUser(context.Background(), dingtalk.GetUserRequest{UserID: "absent"})
		return err
	}
	fmt.Println(errors.Is(get(), dingtalk.ErrNotFound)) // the second call, after the token's
	fmt.Println(errors.Is(get(), dingtalk.ErrRateLimited))
	srv.Advance(5 * time.Minute)
	client = srv.Client() // the first one waits for five minutes by its own clock
	fmt.Println(errors.Is(get(), dingtalk.ErrNotFound))

	// Output:
	// true
	// true
	// true
}

func ExampleWithBasePath() {
	srv := dingtalktest.NewServer(dingtalktest.WithBasePath("/dingtalk"))
	defer srv.Close()
	address, err := srv.Listen("")
	fmt.Println(strings.HasSuffix(address, "/dingtalk"), err)
	_, err = srv.Client().Token(context.Background())
	fmt.Println(err)

	// Output:
	// true <nil>
	// <nil>
}

func ExampleWithTokenLifetime() {
	srv := dingtalktest.NewServer(dingtalktest.WithTokenLifetime(time.Hour))
	defer srv.Close()
	token, err := srv.Client().Token(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(time.Until(token.Expires).Round(time.Minute))

	// Output: 1h0m0s
}

// Two programs invalidate each other's token, and each fetches another one when its token is refused.
func ExampleWithTokenRotation() {
	srv := dingtalktest.NewServer(dingtalktest.WithTokenRotation())
	defer srv.Close()
	one, other, ctx := srv.Client(), srv.Client(), context.Background()
	for _, client := range []*dingtalk.Client{one, other, one} {
		_, err := client.ListSubDepartmentIDs(ctx, dingtalk.ListSubDepartmentIDsRequest{DeptID: dingtalk.RootDepartmentID})
		fmt.Println(err, len(srv.Calls("GetToken")))
	}

	// Output:
	// <nil> 1
	// <nil> 2
	// <nil> 3
}

// By default the calls of each second of the clock are counted, which allows bursts around its end. A sliding window does
// not.
func ExampleWithQPS() {
	for _, opts := range [][]dingtalktest.Option{nil, {dingtalktest.WithSlidingWindow()}} {
		late := time.Date(2026, time.September, 7, 9, 0, 0, 9e8, time.UTC)
		srv := dingtalktest.NewServer(append(opts, dingtalktest.WithQPS(1),
			dingtalktest.WithClock(func() time.Time { return late }))...)
		client := srv.Client(once)
		list := func() string {
			_, err := client.ListSubDepartmentIDs(context.Background(),
				dingtalk.ListSubDepartmentIDsRequest{DeptID: dingtalk.RootDepartmentID})
			return class(err)
		}
		first, second := list(), list()
		srv.Advance(200 * time.Millisecond)
		fmt.Println(first, "-", second, "-", list())
		srv.Close()
	}

	// Output:
	// none - too many calls - none
	// none - too many calls - too many calls
}

// The service still accepts the old names of these parameters, which are no longer documented.
func ExampleStrict() {
	for _, opts := range [][]dingtalktest.Option{nil, {dingtalktest.Strict()}} {
		srv := dingtalktest.NewServer(opts...)
		query := url.Values{"corpid": {srv.ClientID()}, "corpsecret": {srv.ClientSecret()}}
		response := httptest.NewRecorder()
		srv.ServeHTTP(response, httptest.NewRequestWithContext(context.Background(), http.MethodGet, "/gettoken?"+query.Encode(), nil))
		fmt.Println(strings.Contains(response.Body.String(), "access_token"))
		srv.Close()
	}

	// Output:
	// true
	// false
}

func ExampleWithoutScope() {
	srv := dingtalktest.NewServer(dingtalktest.WithoutScope("qyapi_manage_addresslist"))
	defer srv.Close()
	err := create(srv.Client())
	if e, ok := errors.AsType[*dingtalk.Error](err); ok {
		fmt.Println(class(err), e.Code, e.RequiredScopes)
	}

	// Output: no permission 60011 [qyapi_manage_addresslist]
}

// An app sees a part of the organization. Calls beyond that part are refused.
func ExampleWithContactScope() {
	const engineering, sales = 724960197, 724960198
	srv := dingtalktest.NewServer(dingtalktest.WithContactScope([]int64{engineering}, nil))
	defer srv.Close()
	srv.AddDepartment(dingtalktest.Department{ID: engineering, Name: "Engineering"})
	srv.AddDepartment(dingtalktest.Department{ID: sales, Name: "Sales"})
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", DeptIDList: []int64{engineering}})
	srv.AddUser(dingtalktest.User{UserID: "li.na", DeptIDList: []int64{sales}})
	for _, userid := range []string{"zhao.min", "li.na"} {
		_, err := srv.Client().GetUser(context.Background(), dingtalk.GetUserRequest{UserID: userid})
		fmt.Println(userid, errors.Is(err, dingtalk.ErrPermission), code(err))
	}

	// Output:
	// zhao.min false 0
	// li.na true 50002
}

func ExampleWithAllowedIPs() {
	srv := dingtalktest.NewServer(dingtalktest.WithAllowedIPs("192.0.2.1"))
	defer srv.Close()
	err := create(srv.Client())
	fmt.Println(class(err), code(err))

	// Output: no permission 60020
}

// Without the field permissions of the app, values are stored but not shown.
func ExampleWithoutMobileField() {
	srv := dingtalktest.NewServer(dingtalktest.WithoutMobileField(), dingtalktest.WithoutPersonalInfo())
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", Title: "Lead", Mobile: "13800001234", Email: "zhao.min@example.com"})
	user, err := srv.Client().GetUser(context.Background(), dingtalk.GetUserRequest{UserID: "zhao.min"})
	if err != nil {
		fmt.Println(err)
		return
	}
	stored, _ := srv.User("zhao.min")
	fmt.Printf("shown: %q %q %q\n", user.Title, user.Mobile, user.Email)
	fmt.Printf("stored: %q %q %q\n", stored.Title, stored.Mobile, stored.Email)

	// Output:
	// shown: "Lead" "" ""
	// stored: "Lead" "13800001234" "zhao.min@example.com"
}

// The documented code differs from the one in live responses. Both mean the same to a client.
func ExampleWithUnknownUserCode() {
	for _, opts := range [][]dingtalktest.Option{nil, {dingtalktest.WithUnknownUserCode(33012)}} {
		srv := dingtalktest.NewServer(opts...)
		err := srv.Client().DeleteUser(context.Background(), dingtalk.DeleteUserRequest{UserID: "absent"})
		fmt.Println(errors.Is(err, dingtalk.ErrNotFound), code(err))
		srv.Close()
	}

	// Output:
	// true 60121
	// true 33012
}

func ExampleWithoutHolderUserID() {
	for _, opts := range [][]dingtalktest.Option{nil, {dingtalktest.WithoutHolderUserID()}} {
		srv := dingtalktest.NewServer(opts...)
		srv.AddUser(dingtalktest.User{UserID: "li.wei", Mobile: "13800001234"})
		err := create(srv.Client())
		if e, ok := errors.AsType[*dingtalk.Error](err); ok {
			fmt.Printf("%d %q\n", e.Code, e.HolderUserID)
		}
		srv.Close()
	}

	// Output:
	// 60104 "li.wei"
	// 60104 ""
}

func ExampleWithCustomFields() {
	srv := dingtalktest.NewServer(dingtalktest.WithCustomFields("Hobby"))
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min"})
	for _, name := range []string{"Hobby", "Pet"} {
		err := srv.Client().UpdateUser(context.Background(), dingtalk.UpdateUserRequest{
			UserID: "zhao.min", Extension: new(dingtalk.NewExtension(map[string]string{name: "Chess"})),
		})
		fmt.Println(name, code(err))
	}

	// Output:
	// Hobby 0
	// Pet 60122
}

func ExampleWithoutExternalContacts() {
	srv := dingtalktest.NewServer(dingtalktest.WithoutExternalContacts())
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min"})
	_, err := srv.Client().CreateExternalContact(context.Background(), dingtalk.CreateExternalContactRequest{
		Contact: dingtalk.NewExternalContact{
			Name: "Mei Tan", StateCode: "86", Mobile: "13700002222", FollowerUserID: "zhao.min", LabelIDs: []int64{4700000001},
		},
	})
	fmt.Println(errors.Is(err, dingtalk.ErrPrecondition), code(err))
	// Output: true 60205
}
