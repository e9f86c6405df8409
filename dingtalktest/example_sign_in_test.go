package dingtalktest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

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
	srv := dingtalktest.NewServer(dingtalktest.WithOtherOrganization("dingother", "Harbour Foods",
		dingtalktest.User{UserID: "mei.tan", UnionID: "union-mei"}))
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "wang.fang", UnionID: "union-fang"})
	srv.AddExternalContact(dingtalktest.ExternalContact{UserID: "buyer", UnionID: "union-buyer"})

	for _, userid := range []string{"wang.fang", "mei.tan", "buyer"} {
		redirect, err := srv.SignIn(userid, loginPage(srv, "https://app.example.com/callback"))
		if err != nil {
			fmt.Println(err)
			return
		}
		corpID := exchange(srv, codeOf(redirect))["corpId"]
		found, err := srv.Client().GetUserIDByUnionID(context.Background(), dingtalk.GetUserIDByUnionIDRequest{
			UnionID: map[string]string{"wang.fang": "union-fang", "mei.tan": "union-mei", "buyer": "union-buyer"}[userid],
		})
		if err != nil {
			fmt.Println(userid, corpID, code(err))
			continue
		}
		fmt.Println(userid, corpID == srv.CorpID(), found.ContactType)
	}
	// Output:
	// wang.fang true 0
	// mei.tan dingother 60121
	// buyer false 1
}

// A refresh token is spent by its use, or remains.
func ExampleWithStableRefreshToken() {
	for _, options := range [][]dingtalktest.Option{nil, {dingtalktest.WithStableRefreshToken()}} {
		srv := dingtalktest.NewServer(options...)
		srv.AddUser(dingtalktest.User{UserID: "wang.fang"})
		redirect, err := srv.SignIn("wang.fang", loginPage(srv, "https://app.example.com/callback"))
		if err != nil {
			fmt.Println(err)
			return
		}
		first := exchange(srv, codeOf(redirect))["refreshToken"]
		fmt.Println(first == refresh(srv, first)["refreshToken"])
		srv.Close()
	}
	// Output:
	// false
	// true
}

// The codes of the other flows are issued directly.
func ExampleServer_IssueAdminCode() {
	srv := dingtalktest.NewServer(dingtalktest.WithSSOSecret("sso-secret"))
	defer srv.Close()
	srv.AddUser(dingtalktest.User{UserID: "he.ping", Admin: true})

	fmt.Println(srv.IssueAdminCode("he.ping") != srv.IssueTmpCode("he.ping"))
	fmt.Println(srv.SSOSecret())
	// Output:
	// true
	// sso-secret
}

// loginPage returns the address of the login page.
func loginPage(srv *dingtalktest.Server, redirectURI string) string {
	return "https://login.dingtalk.io/oauth2/auth?" + url.Values{
		"client_id": {srv.ClientID()}, "redirect_uri": {redirectURI}, "response_type": {"code"},
		"scope": {"openid corpid"}, "prompt": {"consent"}, "state": {"7f3a"},
	}.Encode()
}

func codeOf(redirect string) string {
	to, err := url.Parse(redirect)
	if err != nil {
		return ""
	}
	return to.Query().Get("authCode")
}

func exchange(srv *dingtalktest.Server, code string) map[string]any {
	return userAccessToken(srv, map[string]any{"grantType": "authorization_code", "code": code})
}

func refresh(srv *dingtalktest.Server, token any) map[string]any {
	return userAccessToken(srv, map[string]any{"grantType": "refresh_token", "refreshToken": token})
}

func userAccessToken(srv *dingtalktest.Server, grant map[string]any) map[string]any {
	grant["clientId"], grant["clientSecret"] = srv.ClientID(), srv.ClientSecret()
	body, _ := json.Marshal(grant)
	client := &http.Client{Transport: srv.Transport()}
	res, err := client.Post("https://api.dingtalk.io/v1.0/oauth2/userAccessToken", "application/json", strings.NewReader(string(body)))
	if err != nil {
		return map[string]any{"error": err}
	}
	defer res.Body.Close()
	var tokens map[string]any
	_ = json.NewDecoder(res.Body).Decode(&tokens)
	return tokens
}
