package dingtalk_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// Only the assistant may write to the chairman.
func ExampleClient_UpdateSeniorSettings() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "he.ping"})
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min"})
	client := srv.Client()

	err := client.UpdateSeniorSettings(ctx, dingtalk.UpdateSeniorSettingsRequest{
		SeniorStaffID: "he.ping", Open: true, PermitStaffIDs: []string{"zhao.min"}, ProtectScenes: []string{"CHAT", "DING_MSG"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	senior, err := client.GetSeniorSettings(ctx, dingtalk.GetSeniorSettingsRequest{SeniorStaffID: "he.ping"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(senior.ProtectScenes, senior.SeniorWhiteList)
	// Output: [CHAT DING_MSG] [{zhao.min 1 Zhao Min}]
}

// The service responds with HTTP 500 if there is no such user; the error matches ErrNotFound nevertheless.
func ExampleClient_GetSeniorSettings() {
	srv := dingtalktest.NewServer()
	defer srv.Close()

	_, err := srv.Client().GetSeniorSettings(context.Background(), dingtalk.GetSeniorSettingsRequest{SeniorStaffID: "he.ping"})
	fmt.Println(errors.Is(err, dingtalk.ErrNotFound))
	// Output: true
}
