package dingtalk_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// Who leaves is kept out at once: the account is disabled, and signed out of all devices.
func ExampleClient_DisableOrgAccount() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", ExclusiveAccount: true})
	client := srv.Client()

	disabled, err := client.DisableOrgAccount(ctx, dingtalk.DisableOrgAccountRequest{UserID: "zhao.min", Reason: "left"})
	if err != nil {
		fmt.Println(err)
		return
	}
	signedOut, err := client.SignOutOrgAccount(ctx, dingtalk.SignOutOrgAccountRequest{UserID: "zhao.min"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(disabled.Result, signedOut.Result)
	// Output: true true
}

// Only enterprise accounts that belong to the organization can be enabled.
func ExampleClient_EnableOrgAccount() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "shared.desk", ExclusiveAccount: true, DisableStatus: true})
	srv.AddUser(dingtalktest.User{UserID: "zhao.min"})
	client := srv.Client()

	enabled, err := client.EnableOrgAccount(ctx, dingtalk.EnableOrgAccountRequest{UserID: "shared.desk"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(enabled.Result)
	_, err = client.EnableOrgAccount(ctx, dingtalk.EnableOrgAccountRequest{UserID: "zhao.min"})
	fmt.Println(errors.Is(err, dingtalk.ErrPrecondition))
	// Output:
	// true
	// true
}

// The user reads the reason in the language of the DingTalk client.
func ExampleClient_SignOutOrgAccount() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", ExclusiveAccount: true})

	res, err := srv.Client().SignOutOrgAccount(context.Background(), dingtalk.SignOutOrgAccountRequest{
		UserID: "zhao.min", Reason: "lost phone",
		ReasonI18nForEmployee: map[string]string{"zh_CN": "手机丢失", "en_US": "Your phone was reported lost"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(res.Result)
	// Output: true
}

func ExampleClient_GetOrgAccountStatus() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "shared.desk", ExclusiveAccount: true, DisableStatus: true})

	status, err := srv.Client().GetOrgAccountStatus(context.Background(), dingtalk.GetOrgAccountStatusRequest{UserID: "shared.desk"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(status.Disable)
	// Output: true
}

// An account that created an organization cannot simply be given up.
func ExampleClient_ListOwnedOrganizations() {
	srv := dingtalktest.NewServer(dingtalktest.WithOtherOrganization("dingother", "Harbor Foods",
		dingtalktest.User{UserID: "mei", UnionID: "union-mei", Boss: true}))
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "mei.tan", UnionID: "union-mei", ExclusiveAccount: true})

	owned, err := srv.Client().ListOwnedOrganizations(context.Background(), dingtalk.ListOwnedOrganizationsRequest{UserID: "mei.tan"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, org := range owned.OrgList {
		fmt.Println(org.CorpID, org.CorpName)
	}
	// Output: dingother Harbor Foods
}
