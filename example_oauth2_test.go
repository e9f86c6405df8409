package dingtalk_test

import (
	"context"
	"fmt"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// The secret is sent in a body, which proxies do not log, and never in a URL.
func ExampleWithOAuth2Token() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min"})
	client := srv.Client(dingtalk.WithOAuth2Token())

	user, err := client.GetUser(context.Background(), dingtalk.GetUserRequest{UserID: "zhao.min"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(user.Name)
	for _, call := range srv.Calls("") {
		fmt.Println(call.Method, call.Path, len(call.Query))
	}
	// Output:
	// Zhao Min
	// POST /v1.0/oauth2/accessToken 0
	// POST /topapi/v2/user/get 1
}

// A gateway that serves the two APIs at different addresses.
func ExampleWithAPIBaseURL() {
	legacy, api := dingtalktest.NewServer(), dingtalktest.NewServer()
	defer legacy.Close()
	defer api.Close()
	legacyURL, err := legacy.Listen("")
	if err != nil {
		fmt.Println(err)
		return
	}
	apiURL, err := api.Listen("")
	if err != nil {
		fmt.Println(err)
		return
	}
	client, err := dingtalk.New(api.ClientID(), api.ClientSecret(), dingtalk.WithOAuth2Token(),
		dingtalk.WithBaseURL(legacyURL), dingtalk.WithAPIBaseURL(apiURL))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.Token(context.Background())
	fmt.Println(err, len(legacy.Calls("")), len(api.Calls("GetOAuth2Token")))
	// Output: <nil> 0 1
}

// Package stream connects to this host.
func ExampleClient_APIBaseURL() {
	client, err := dingtalk.New("dingexample", "example-secret", dingtalk.WithBaseURL(dingtalk.BaseURLChina))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(client.APIBaseURL())
	// Output: https://api.dingtalk.com
}

// The hosts of the new API and of the login page follow from the base URL.
func ExampleClient_LoginBaseURL() {
	for _, baseURL := range []string{dingtalk.BaseURLChina, "http://127.0.0.1:8080"} {
		client, err := dingtalk.New("dingexample", "example-secret", dingtalk.WithBaseURL(baseURL))
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(client.LoginBaseURL())
	}
	// Output:
	// https://login.dingtalk.com
	// http://127.0.0.1:8080
}

func ExampleWithLoginBaseURL() {
	client, err := dingtalk.New("dingexample", "example-secret", dingtalk.WithLoginBaseURL("https://login.example.test/"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(client.LoginBaseURL())
	// Output: https://login.example.test
}

func ExampleClient_ClientID() {
	client, err := dingtalk.New("dingexample", "example-secret")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(client.ClientID())
	// Output: dingexample
}
