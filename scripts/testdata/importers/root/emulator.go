// Emulator reads a user from an emulator.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func main() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min"})
	user, err := srv.Client().GetUser(context.Background(), dingtalk.GetUserRequest{UserID: "zhao.min"})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(user.Name)
}
