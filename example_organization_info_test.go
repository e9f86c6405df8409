package dingtalk_test

import (
	"context"
	"fmt"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func ExampleClient_GetOrgAuthInfo() {
	srv := dingtalktest.NewServer(dingtalktest.WithOrgAuthInfo(dingtalktest.OrgAuthInfo{AuthLevel: 1, LegalPerson: "He Ping"}))
	defer srv.Close()

	org, err := srv.Client().GetOrgAuthInfo(context.Background(), dingtalk.GetOrgAuthInfoRequest{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(org.OrgName, org.AuthLevel, org.LegalPerson)
	// Output: Organization 1 He Ping
}

func ExampleClient_GetInviteInfo() {
	srv := dingtalktest.NewServer(dingtalktest.WithInviteInfo(dingtalktest.InviteInfo{Off: true}))
	defer srv.Close()

	invites, err := srv.Client().GetInviteInfo(context.Background(), dingtalk.GetInviteInfoRequest{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(invites.InviteSwitch, invites.InviteURL == "")
	// Output: false true
}
