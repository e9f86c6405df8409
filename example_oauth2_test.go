package dingtalk_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// The secret is sent in a body, which proxies do not log, and never in a URL.
func ExampleOAuth2TokenSource() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min"})
	inMemory := dingtalk.WithHTTPClient(&http.Client{Transport: srv.Transport()}) // in place of the network

	src, err := dingtalk.OAuth2TokenSource(srv.ClientID(), srv.ClientSecret(), inMemory)
	if err != nil {
		fmt.Println(err)
		return
	}
	client, err := dingtalk.New("", "", dingtalk.WithTokenSource(src), inMemory)
	if err != nil {
		fmt.Println(err)
		return
	}
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

// An app of mainland China has its credentials there, and uses both hosts of that region.
func ExampleOAuth2TokenSource_china() {
	src, err := dingtalk.OAuth2TokenSource("dingexample", "s3cret", dingtalk.WithBaseURL(dingtalk.APIBaseURLChina))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = dingtalk.New("", "", dingtalk.WithTokenSource(src), dingtalk.WithBaseURL(dingtalk.BaseURLChina))
	fmt.Println(err)
	_, err = dingtalk.New("", "", dingtalk.WithTokenSource(src)) // the base URL is of the other region
	fmt.Println(errors.Is(err, dingtalk.ErrInvalidArgument))
	// Output:
	// <nil>
	// true
}
