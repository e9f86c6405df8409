package dingtalktest_test

import (
	"context"
	"fmt"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// A test plays the page that the user opens within DingTalk.
func ExampleServer_IssueCode() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "wang.fang", Admin: true, Boss: true})
	code := dingtalk.NewSecret(srv.IssueCode("wang.fang"))

	user, err := srv.Client().GetUserByCode(context.Background(), dingtalk.GetUserByCodeRequest{Code: code})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(user.UserID, user.Sys, user.SysLevel)
	// Output: wang.fang true 1
}
