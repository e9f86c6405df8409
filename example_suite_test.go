package dingtalk_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// newProvider returns a server with an organization that has authorized the app.
func newProvider() *dingtalktest.Server {
	srv := dingtalktest.NewServer(dingtalktest.WithOtherOrganization("dingharbor", "Harbor Foods",
		dingtalktest.User{UserID: "chen.jie", Name: "Chen Jie", Admin: true}))
	srv.Authorize("dingharbor")
	return srv
}

// A client of one organization. Package tenants keeps one for each.
func ExampleWithCorpToken() {
	srv := newProvider()
	defer srv.Close()
	client := srv.Client(dingtalk.WithCorpToken("dingharbor"))

	user, err := client.GetUser(context.Background(), dingtalk.GetUserRequest{UserID: "chen.jie"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(user.Name)

	srv.EndAuthorization("dingharbor")
	_, err = client.GetUser(context.Background(), dingtalk.GetUserRequest{UserID: "chen.jie"})
	fmt.Println(errors.Is(err, dingtalk.ErrPermission))
	// Output:
	// Chen Jie
	// true
}

func ExampleClient_CorpID() {
	client, err := dingtalk.New("suiteexample01", "suite-secret-0001", dingtalk.WithCorpToken("dingharbor"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(client.CorpID())
	// Output: dingharbor
}

// The token is obtained with the ticket that DingTalk has sent last.
func ExampleWithTicketStore() {
	srv := newProvider()
	defer srv.Close()
	client := srv.Client(dingtalk.WithCorpToken("dingharbor"), dingtalk.WithTicketStore(dingtalk.NewTicketStore()))
	ctx := context.Background()

	_, err := client.Token(ctx)
	fmt.Println(errors.Is(err, dingtalk.ErrPrecondition)) // no ticket has come yet

	if _, err := client.SaveSuiteTicket(ctx, srv.SendSuiteTicket(), time.Now()); err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.RenewToken(ctx)
	fmt.Println(err, len(srv.Calls("GetSuiteCorpToken")))
	// Output:
	// true
	// <nil> 1
}

// A ticket that comes late changes nothing.
func ExampleClient_SaveSuiteTicket() {
	client, err := dingtalk.New("suiteexample01", "suite-secret-0001", dingtalk.WithTicketStore(dingtalk.NewTicketStore()))
	if err != nil {
		fmt.Println(err)
		return
	}
	now := time.Now()
	for _, ticket := range []struct {
		value string
		at    time.Time
	}{{"ticket-0002", now}, {"ticket-0001", now.Add(-5 * time.Hour)}, {"ticket-0002", now}} {
		stored, err := client.SaveSuiteTicket(context.Background(), dingtalk.NewSecret(ticket.value), ticket.at)
		fmt.Println(stored, err)
	}
	// Output:
	// true <nil>
	// false <nil>
	// false <nil>
}

// Several clients of one process share the tickets.
func ExampleNewTicketStore() {
	srv := newProvider()
	defer srv.Close()
	tickets := dingtalk.NewTicketStore()
	app := srv.Client(dingtalk.WithTicketStore(tickets))
	harbor := srv.Client(dingtalk.WithTicketStore(tickets), dingtalk.WithCorpToken("dingharbor"))

	if _, err := app.SaveSuiteTicket(context.Background(), srv.SendSuiteTicket(), time.Now()); err != nil {
		fmt.Println(err)
		return
	}
	user, err := harbor.GetUser(context.Background(), dingtalk.GetUserRequest{UserID: "chen.jie"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(user.Name)
	// Output: Chen Jie
}

func ExampleClient_GetAuthInfo() {
	srv := newProvider()
	defer srv.Close()
	client := srv.Client(dingtalk.WithTicketStore(dingtalk.NewTicketStore()))
	ctx := context.Background()
	if _, err := client.SaveSuiteTicket(ctx, srv.SendSuiteTicket(), time.Now()); err != nil {
		fmt.Println(err)
		return
	}

	info, err := client.GetAuthInfo(ctx, dingtalk.GetAuthInfoRequest{AuthCorpID: "dingharbor"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(info.AuthCorpInfo.CorpName, info.AuthUserInfo.UserID, info.AuthAppInfo.AgentList[0].AdminList)
	// Output: Harbor Foods chen.jie [chen.jie]
}

func ExampleClient_GetSuiteAuthInfo() {
	srv := newProvider()
	defer srv.Close()
	client := srv.Client(dingtalk.WithTicketStore(dingtalk.NewTicketStore()))
	ctx := context.Background()
	if _, err := client.SaveSuiteTicket(ctx, srv.SendSuiteTicket(), time.Now()); err != nil {
		fmt.Println(err)
		return
	}

	info, err := client.GetSuiteAuthInfo(ctx, dingtalk.GetSuiteAuthInfoRequest{AuthCorpID: "dingharbor"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(info.AuthCorpInfo.CorpID, info.AuthCorpInfo.FullCorpName, info.AuthInfo.Agent[0].AdminList)
	// Output: dingharbor Harbor Foods [chen.jie]
}
