package dingtalktest_test

import (
	"context"
	"fmt"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// A program that shows the verification of the organization is tested with and without one.
func ExampleWithOrgAuthInfo() {
	srv := dingtalktest.NewServer(
		dingtalktest.WithOrgAuthInfo(dingtalktest.OrgAuthInfo{AuthLevel: 2, LicenseOrgName: "Harbor Foods Ltd."}),
		dingtalktest.WithInviteInfo(dingtalktest.InviteInfo{NoLink: true}))
	defer srv.Close()
	client := srv.Client()

	org, err := client.GetOrgAuthInfo(context.Background(), dingtalk.GetOrgAuthInfoRequest{})
	if err != nil {
		fmt.Println(err)
		return
	}
	invites, err := client.GetInviteInfo(context.Background(), dingtalk.GetInviteInfoRequest{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(org.AuthLevel, org.LicenseOrgName, invites.InviteSwitch, invites.LinkInvite)
	// Output: 2 Harbor Foods Ltd. true false
}

// A test checks what a program has stored.
func ExampleServer_ExternalContacts() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddExternalContact(dingtalktest.ExternalContact{UserID: "mei.tan", Name: "Mei Tan", FollowerUserID: "wang.fang"})

	for _, contact := range srv.ExternalContacts() {
		fmt.Println(contact.UserID, contact.Name, contact.FollowerUserID)
	}
	// Output: mei.tan Mei Tan wang.fang
}
