package dingtalktest_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// A test signs in without a browser.
func ExampleServer_SignIn() {
	srv := dingtalktest.NewServer(dingtalktest.WithRedirectURIs("https://app.example.com/callback"))
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "wang.fang"})

	redirect, err := srv.SignIn("wang.fang", loginPage(srv, "https://app.example.com/callback"))
	to, _ := url.Parse(redirect)
	fmt.Println(err, to.Host, to.Query().Get("state"), to.Query().Get("authCode") != "")

	redirect, err = srv.RefuseSignIn(loginPage(srv, "https://app.example.com/callback"))
	fmt.Println(err, redirect)

	_, err = srv.SignIn("wang.fang", loginPage(srv, "https://evil.example.com/"))
	fmt.Println(err)
	// Output:
	// <nil> app.example.com 7f3a true
	// <nil> https://app.example.com/callback?error=access_denied&state=7f3a
	// the login page: redirect_uri is no absolute address, or is not registered: "https://evil.example.com/"
}

// Only people of the organization may use the app. Others can sign in, and have to be refused.
func ExampleWithOtherOrganization() {
	ctx := context.Background()
	srv := dingtalktest.NewServer(dingtalktest.WithOtherOrganization("dingother", "Harbor Foods",
		dingtalktest.User{UserID: "mei.tan", UnionID: "union-mei"}))
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "wang.fang", UnionID: "union-fang"})
	srv.AddExternalContact(dingtalktest.ExternalContact{UserID: "buyer", UnionID: "union-buyer"})
	client := srv.Client()

	for _, userid := range []string{"wang.fang", "mei.tan", "buyer"} {
		tokens, err := client.GetUserAccessToken(ctx, dingtalk.GetUserAccessTokenRequest{Code: signIn(srv, userid)})
		if err != nil {
			fmt.Println(err)
			return
		}
		me, err := client.GetMe(ctx, dingtalk.GetMeRequest{AccessToken: tokens.AccessToken})
		if err != nil {
			fmt.Println(err)
			return
		}
		found, err := client.GetUserIDByUnionID(ctx, dingtalk.GetUserIDByUnionIDRequest{UnionID: me.UnionID})
		if err != nil {
			fmt.Println(userid, tokens.CorpID, errors.Is(err, dingtalk.ErrNotFound))
			continue
		}
		fmt.Println(userid, tokens.CorpID == srv.CorpID(), found.ContactType)
	}
	// Output:
	// wang.fang true 0
	// mei.tan dingother true
	// buyer false 1
}

// A refresh token is spent by its use, or remains.
func ExampleWithStableRefreshToken() {
	ctx := context.Background()
	for _, options := range [][]dingtalktest.Option{nil, {dingtalktest.WithStableRefreshToken()}} {
		srv := dingtalktest.NewServer(options...)
		srv.AddUser(dingtalktest.User{UserID: "wang.fang"})
		client := srv.Client()
		first, err := client.GetUserAccessToken(ctx, dingtalk.GetUserAccessTokenRequest{Code: signIn(srv, "wang.fang")})
		if err != nil {
			fmt.Println(err)
			return
		}
		second, err := client.GetUserAccessToken(ctx, dingtalk.GetUserAccessTokenRequest{RefreshToken: first.RefreshToken})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(first.RefreshToken == second.RefreshToken)
		srv.Close()
	}
	// Output:
	// false
	// true
}

// A client of the server has the secret of the admin console as well.
func ExampleServer_IssueAdminCode() {
	srv := dingtalktest.NewServer(dingtalktest.WithSSOSecret("sso-secret"))
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "he.ping", Admin: true})

	admin, err := srv.Client().GetAdminByCode(context.Background(), dingtalk.GetAdminByCodeRequest{
		Code: dingtalk.NewSecret(srv.IssueAdminCode("he.ping")),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(srv.SSOSecret(), admin.UserID, admin.IsAdmin, admin.CorpID == srv.CorpID())
	// Output: sso-secret he.ping true true
}

func ExampleServer_IssueTmpCode() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "he.ping", Name: "He Ping"})

	res, err := srv.Client().GetUserByTmpCode(context.Background(), dingtalk.GetUserByTmpCodeRequest{
		TmpAuthCode: dingtalk.NewSecret(srv.IssueTmpCode("he.ping")),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(res.UserInfo.Nick)
	// Output: He Ping
}

// loginPage returns the address of the login page.
func loginPage(srv *dingtalktest.Server, redirectURI string) string {
	return "https://login.dingtalk.io/oauth2/auth?" + url.Values{
		"client_id": {srv.ClientID()}, "redirect_uri": {redirectURI}, "response_type": {"code"},
		"scope": {"openid corpid"}, "prompt": {"consent"}, "state": {"7f3a"},
	}.Encode()
}

// signIn signs a person in on the login page and returns the code.
func signIn(srv *dingtalktest.Server, userid string) dingtalk.Secret {
	redirect, err := srv.SignIn(userid, loginPage(srv, "https://app.example.com/callback"))
	if err != nil {
		panic(err)
	}
	to, err := url.Parse(redirect)
	if err != nil {
		panic(err)
	}
	return dingtalk.NewSecret(to.Query().Get("authCode"))
}
