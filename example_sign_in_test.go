package dingtalk_test

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"net/url"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// authCode signs a user in on the login page, as in a browser, and returns the code with which the page redirects to the
// app. Package login makes the address of the page, and handles the redirect.
func authCode(srv *dingtalktest.Server, userID string) dingtalk.Secret {
	redirect, err := srv.SignIn(userID, "https://login.dingtalk.io/oauth2/auth?"+url.Values{
		"client_id": {srv.ClientID()}, "redirect_uri": {"https://app.example.com/callback"}, "response_type": {"code"},
		"scope": {"openid corpid"}, "prompt": {"consent"}, "state": {"7f3a"},
	}.Encode())
	if err != nil {
		panic(err)
	}
	to, err := url.Parse(redirect)
	if err != nil {
		panic(err)
	}
	return dingtalk.NewSecret(to.Query().Get("authCode"))
}

// A code is valid once. The refresh token, too, is spent by its use.
func ExampleClient_GetUserAccessToken() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min"})
	client := srv.Client()

	code := authCode(srv, "zhao.min")
	user, err := client.GetUserAccessToken(ctx, dingtalk.GetUserAccessTokenRequest{Code: code})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(user.AccessToken, user.ExpireIn, user.CorpID == srv.CorpID())

	_, err = client.GetUserAccessToken(ctx, dingtalk.GetUserAccessTokenRequest{Code: code})
	fmt.Println(errors.Is(err, dingtalk.ErrInvalidAuthCode))

	user, err = client.GetUserAccessToken(ctx, dingtalk.GetUserAccessTokenRequest{RefreshToken: user.RefreshToken})
	fmt.Println(user.AccessToken, err)
	// Output:
	// REDACTED 7200 true
	// true
	// REDACTED <nil>
}

// The profile has no user ID. The union ID leads to it.
func ExampleClient_GetMe() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", UnionID: "zhaominiE", Name: "Zhao Min"})
	client := srv.Client()
	user, err := client.GetUserAccessToken(ctx, dingtalk.GetUserAccessTokenRequest{Code: authCode(srv, "zhao.min")})
	if err != nil {
		fmt.Println(err)
		return
	}

	me, err := client.GetMe(ctx, dingtalk.GetMeRequest{AccessToken: user.AccessToken})
	if err != nil {
		fmt.Println(err)
		return
	}
	member, err := client.GetUserIDByUnionID(ctx, dingtalk.GetUserIDByUnionIDRequest{UnionID: me.UnionID})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(me.Nick, me.UnionID, member.UserID, member.ContactType)
	// Output: Zhao Min zhaominiE zhao.min 0
}

func ExampleClient_GetUserAuthRules() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min"})
	client := srv.Client()
	user, err := client.GetUserAccessToken(ctx, dingtalk.GetUserAccessTokenRequest{Code: authCode(srv, "zhao.min")})
	if err != nil {
		fmt.Println(err)
		return
	}
	rules, err := client.GetUserAuthRules(ctx, dingtalk.GetUserAuthRulesRequest{AccessToken: user.AccessToken})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, rule := range rules.Result {
		fmt.Println(rule.Resource, rule.AuthItems)
	}
	// Output:
	// rpc_auth [Contact.User.Read]
	// Contact.User [mobile]
}

// The former QR code page issues codes of its own.
func ExampleClient_GetUserByTmpCode() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", UnionID: "zhaominiE", Name: "Zhao Min"})

	res, err := srv.Client().GetUserByTmpCode(context.Background(), dingtalk.GetUserByTmpCodeRequest{
		TmpAuthCode: dingtalk.NewSecret(srv.IssueTmpCode("zhao.min")),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(res.UserInfo.Nick, res.UserInfo.UnionID)
	// Output: Zhao Min zhaominiE
}

// The admin console opens the page of the app with a code in its address.
func ExampleClient_GetAdminByCode() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "he.ping", Name: "He Ping", Admin: true})
	client := srv.Client(dingtalk.WithSSOSecret(srv.CorpID(), srv.SSOSecret()))

	admin, err := client.GetAdminByCode(context.Background(), dingtalk.GetAdminByCodeRequest{
		Code: dingtalk.NewSecret(srv.IssueAdminCode("he.ping")),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(admin.UserID, admin.UserName, admin.IsAdmin)
	// Output: he.ping He Ping true
}

func ExampleWithSSOSecret() {
	_, err := dingtalk.New("dingexample", "example-secret", dingtalk.WithSSOSecret("dingcorp", ""))
	fmt.Println(err)
	// Output: dingtalk: New: invalid argument: the SSO secret is empty
}

func ExampleClient_GetJSAPITicket() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	ticket, err := srv.Client().GetJSAPITicket(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(ticket.JSAPITicket, ticket.ExpireIn)
	// Output: REDACTED 7200
}

// The page passes the result to dd.config, beside agentId, corpId and jsApiList.
func ExampleClient_SignJSAPI() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	client := srv.Client()
	for range 2 {
		signature, err := client.SignJSAPI(ctx, "https://app.example.com/page?a=1#part")
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(len(signature.Signature), signature.NonceStr != "", signature.TimeStamp != "")
	}
	fmt.Println(len(srv.Calls("GetJSAPITicket")))
	// Output:
	// 64 true true
	// 64 true true
	// 1
}

func ExampleWithJSAPIDigest() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	signature, err := srv.Client(dingtalk.WithJSAPIDigest(crypto.SHA1)).SignJSAPI(context.Background(), "https://app.example.com/")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(signature.Signature))
	// Output: 40
}
