package dingtalktest_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// People leave at times in the past, and come back.
func ExampleServer_Leave() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min"})
	srv.Leave("zhao.min", dingtalktest.Leave{Time: time.Now().AddDate(0, 0, -3), Reason: "delete", ReasonMemo: "moved"})
	_, found := srv.User("zhao.min")
	fmt.Println(found, srv.Leaves()[0].Name, srv.Leaves()[0].ReasonMemo)

	srv.Rehire("zhao.min")
	_, found = srv.User("zhao.min")
	fmt.Println(found, len(srv.Leaves()))
	// Output:
	// false Zhao Min moved
	// true 1
}

func ExampleWithoutSmartHR() {
	srv := dingtalktest.NewServer(dingtalktest.WithoutSmartHR())
	defer srv.Close()
	_, err := srv.Client().ListDismissedUserIDs(context.Background(), dingtalk.ListDismissedUserIDsRequest{})
	fmt.Println(errors.Is(err, dingtalk.ErrPrecondition))
	// Output: true
}
