package dingtalk_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// A health check says what the calls of the program have met, and makes none itself.
func ExampleClient_Blocked() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	client := srv.Client()
	fmt.Println(client.Blocked())

	srv.Fail("CountUsers", dingtalktest.BanPage, 1)
	_, err := client.CountUsers(context.Background(), dingtalk.CountUsersRequest{})
	fmt.Println(err != nil)

	blocked := client.Blocked()
	fmt.Println(errors.Is(blocked, dingtalk.ErrRateLimited))
	if e, ok := errors.AsType[*dingtalk.Error](blocked); ok {
		fmt.Println(e.RetryAfter.Round(time.Minute))
	}
	// Output:
	// <nil>
	// true
	// true
	// 5m0s
}
