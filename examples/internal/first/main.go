// First is the first program of the README.
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/dingtalk-contacts/dingtalk-go"
)

func main() {
	client, err := dingtalk.New(os.Getenv("DINGTALK_CLIENT_ID"), os.Getenv("DINGTALK_CLIENT_SECRET"),
		dingtalk.WithBaseURL(dingtalk.BaseURLInternational)) // or BaseURLChina: where the app is registered
	if err != nil {
		log.Fatal(err)
	}
	user, err := client.GetUser(context.Background(), dingtalk.GetUserRequest{UserID: "zhao.min"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(user.Name, user.Title, user.DeptIDList)
}
