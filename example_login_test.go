package dingtalk_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func ExampleClient_GetUserByCode() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min"})
	code := dingtalk.NewSecret(srv.IssueCode("zhao.min")) // the page sends it, from requestAuthCode of the JSAPI
	client := srv.Client()

	user, err := client.GetUserByCode(ctx, dingtalk.GetUserByCodeRequest{Code: code})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(user.Name)

	_, err = client.GetUserByCode(ctx, dingtalk.GetUserByCodeRequest{Code: code})
	fmt.Println(errors.Is(err, dingtalk.ErrInvalidAuthCode)) // a code is valid once
	// Output:
	// Zhao Min
	// true
}
