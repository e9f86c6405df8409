package dingtalk_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// The results have the order of the user IDs, and a user who does not exist does not end the iteration.
func ExampleClient_UsersByID() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min"})
	srv.AddUser(dingtalktest.User{UserID: "li.na", Name: "Li Na"})
	client := srv.Client()

	req := dingtalk.UsersByIDRequest{UserIDs: []string{"li.na", "unknown", "zhao.min"}}
	for user, err := range client.UsersByID(context.Background(), req) {
		switch {
		case errors.Is(err, dingtalk.ErrNotFound):
			fmt.Println(user.UserID, "is not in the organization")
		case err != nil:
			fmt.Println(err)
			return
		default:
			fmt.Println(user.UserID, user.Name)
		}
	}
	// Output:
	// li.na Li Na
	// unknown is not in the organization
	// zhao.min Zhao Min
}

func ExampleClient_UserIDsByMobile() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min", Mobile: "13800001234"})
	client := srv.Client()

	req := dingtalk.UserIDsByMobileRequest{Mobiles: []string{"13900005678", "13800001234"}}
	for holder, err := range client.UserIDsByMobile(context.Background(), req) {
		if err != nil && !errors.Is(err, dingtalk.ErrNotFound) {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s %q\n", holder.Mobile, holder.UserID)
	}
	// Output:
	// 13900005678 ""
	// 13800001234 "zhao.min"
}

func ExampleClient_UserIDsByUnionID() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", UnionID: "Kd83hQpLmZiE", Name: "Zhao Min"})
	client := srv.Client()

	req := dingtalk.UserIDsByUnionIDRequest{UnionIDs: []string{"Kd83hQpLmZiE"}}
	for holder, err := range client.UserIDsByUnionID(context.Background(), req) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(holder.UnionID, holder.UserID)
	}
	// Output: Kd83hQpLmZiE zhao.min
}
