package dingtalktest_test

import (
	"context"
	"fmt"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// The server is a DingTalk on which an app of a third party serves several organizations.
func ExampleServer_Authorize() {
	srv := dingtalktest.NewServer(
		dingtalktest.WithOtherOrganization("dingharbor", "Harbor Foods", dingtalktest.User{UserID: "chen.jie", Name: "Chen Jie"}),
		dingtalktest.WithOtherOrganization("dingmeadow", "Meadow Tools", dingtalktest.User{UserID: "chen.jie", Name: "Chen Jiewen"}),
	)
	defer srv.Close()
	srv.SendSuiteTicket()
	for _, corpID := range []string{"dingharbor", "dingmeadow"} {
		srv.Authorize(corpID)
		client := srv.Client(dingtalk.WithCorpToken(corpID))
		user, err := client.GetUser(context.Background(), dingtalk.GetUserRequest{UserID: "chen.jie"})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(user.Name)
	}
	srv.EndAuthorization("dingharbor")
	for _, e := range srv.Events() {
		fmt.Println(e.Type, e.CorpID == srv.CorpID(), e.CorpID == "dingharbor")
	}
	// Output:
	// Chen Jie
	// Chen Jiewen
	// suite_ticket true false
	// org_suite_auth false true
	// org_suite_auth false false
	// org_suite_relieve false true
}
