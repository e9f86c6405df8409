package emulator

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// otherCorp is the corpId of a second organization.
const otherCorp = "dingother"

// newGuests returns an app with a clerk and an administrator, a second organization with an administrator and with the
// clerk, and two external contacts, of whom the organization of one is known.
func newGuests(t *testing.T, opts ...Option) *app {
	t.Helper()
	a := newApp(t, append([]Option{WithOtherOrganization(otherCorp, "Harbor Foods",
		directory.User{UserID: "guest", Name: "Mei Tan", Admin: true},
		directory.User{UserID: "lin", Name: "Lin Yue", Mobile: "13800000001"},
	)}, opts...)...)
	a.seed(directory.User{UserID: "clerk", Name: "Lin Yue", Mobile: "13800000001"})
	a.seed(directory.User{UserID: "admin", Name: "He Ping", Admin: true})
	for _, c := range []directory.ExternalContact{{UserID: "buyer", Name: "Buyer"}, {UserID: "seller", CorpID: otherCorp}} {
		_, err := a.server.AddExternalContact(c)
		require.NoError(t, err)
	}
	return a
}

func TestSignIn_RedirectsWithCodeAndState(t *testing.T) {
	t.Parallel()
	a := newGuests(t)
	redirect, err := a.server.SignIn("clerk", a.loginPage("state=a%2Bb%26c%3D%E4%B8%AD"))
	require.NoError(t, err)
	assert.Regexp(t, `^https://app\.example\.com/callback\?code=(authcode[0-9a-f]{32})&authCode=authcode[0-9a-f]{32}&state=a%2Bb%26c%3D%E4%B8%AD$`, redirect)
	redirect, err = a.server.RefuseSignIn(a.loginPage(""))
	require.NoError(t, err)
	assert.Equal(t, "https://app.example.com/callback?error=access_denied&state=s1", redirect)

	redirect, err = a.server.RefuseSignIn(a.loginPage("state="))
	require.NoError(t, err)
	assert.Equal(t, "https://app.example.com/callback?error=access_denied&state=", redirect, "an empty state is one")

	withQuery := strings.Replace(a.loginPage(""), url.QueryEscape(redirectURI), url.QueryEscape(redirectURI+"?a=1"), 1)
	redirect, err = a.server.RefuseSignIn(strings.Replace(withQuery, "&state=s1", "", 1))
	require.NoError(t, err)
	assert.Equal(t, "https://app.example.com/callback?a=1&error=access_denied", redirect, "no state where none was sent")
}

func TestSignIn_RefusesAWrongAddress(t *testing.T) {
	t.Parallel()
	const registered = redirectURI + "?from=dingtalk"
	registeredOnly := []Option{WithRedirectURIs(redirectURI), WithRedirectURIs(registered)}
	for _, tt := range []struct {
		name, parameters, want string
		opts                   []Option
	}{
		{"another app", "client_id=dingx", "client_id", nil},
		{"no app", "client_id=", "client_id", nil},
		{"no redirect", "redirect_uri=", "redirect_uri", nil},
		{"a relative redirect", "redirect_uri=/callback", "redirect_uri", nil},
		{"a redirect without a host", "redirect_uri=javascript:alert(1)", "redirect_uri", nil},
		{"a redirect with a fragment", "redirect_uri=https://app.example.com/%23x", "redirect_uri", nil},
		{"any other redirect", "redirect_uri=http://127.0.0.1:9/x", "", nil},
		{"a scheme of an app", "redirect_uri=myapp://callback", "", nil},
		{"a registered redirect", "", "", registeredOnly},
		{"another registered redirect", "redirect_uri=" + url.QueryEscape(registered), "", registeredOnly},
		{"a forged host", "redirect_uri=https://evil.example.com/callback", "redirect_uri", registeredOnly},
		{"a forged host in front", "redirect_uri=https://app.example.com@evil.example.com/callback", "redirect_uri", registeredOnly},
		{"a longer path", "redirect_uri=" + redirectURI + "/x", "redirect_uri", registeredOnly},
		{"another query", "redirect_uri=" + url.QueryEscape(redirectURI+"?from=x"), "redirect_uri", registeredOnly},
		{"another case", "redirect_uri=https://APP.example.com/callback", "redirect_uri", registeredOnly},
		{"a token instead of a code", "response_type=token", "response_type", nil},
		{"no openid", "scope=corpid", "scope", nil},
		{"openid alone", "scope=openid", "", nil},
		{"a further scope", "scope=openid+Contact.User.Read", "", nil},
		{"a further scope, strictly", "scope=openid+Contact.User.Read", "scope", []Option{Strict()}},
		{"no prompt", "prompt=", "", nil},
		{"no prompt, strictly", "prompt=", "prompt", []Option{Strict()}},
		{"a strict one", "", "", []Option{Strict()}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := newGuests(t, tt.opts...)
			redirect, err := a.server.SignIn("clerk", a.loginPage(tt.parameters))
			if tt.want == "" {
				require.NoError(t, err)
				assert.Contains(t, redirect, "authCode=")
				return
			}
			wrong, ok := errors.AsType[*SignInError](err)
			require.True(t, ok, "%v", err)
			assert.Equal(t, tt.want, wrong.Parameter)
			assert.ErrorContains(t, err, "the login page: "+tt.want+" ")
			assert.Empty(t, redirect)
			assert.Empty(t, a.server.codes)
			_, err = a.server.RefuseSignIn(a.loginPage(tt.parameters))
			assert.Error(t, err)
		})
	}
	a := &app{t: t, server: newServer(t, WithBasePath("/base"))}
	for _, address := range []string{a.loginPage(""), "https://login.example.com/base/oauth2/other?client_id=x", "%"} {
		_, err := a.server.SignIn("clerk", address)
		assert.Error(t, err, address)
	}
}

func TestSignIn_ChoosesTheOrganization(t *testing.T) {
	t.Parallel()
	a := newGuests(t)
	other := a.must(a.server.AddExternalContact(directory.ExternalContact{}))
	for _, tt := range []struct{ userid, parameters, want string }{
		{"clerk", "", directory.CorpID},
		{"clerk", "corpId=" + directory.CorpID, directory.CorpID},
		{"clerk", "corpId=" + otherCorp, "the user does not exist: clerk"},
		{"clerk", "scope=openid&corpId=" + otherCorp, ""},
		{"guest", "", otherCorp},
		{"lin", "corpId=" + otherCorp, otherCorp},
		{"buyer", "", ""},
		{"buyer", "corpId=" + otherCorp, "the user does not exist: buyer"},
		{"seller", "", otherCorp},
		{other, "", ""},
		{"unknown", "", "the user does not exist: unknown"},
		{"clerk", "org_type=management", "the user does not exist: clerk"},
		{"clerk", "scope=openid&org_type=management", ""},
		{"clerk", "org_type=other", directory.CorpID},
		{"admin", "org_type=management", directory.CorpID},
		{"guest", "org_type=management&corpId=" + otherCorp, otherCorp},
		{"guest", "org_type=management&corpId=" + directory.CorpID, "the user does not exist: guest"},
	} {
		redirect, err := a.server.SignIn(tt.userid, a.loginPage(tt.parameters))
		if err != nil {
			assert.EqualError(t, err, tt.want, "%+v", tt)
			continue
		}
		to, err := url.Parse(redirect)
		require.NoError(t, err)
		assert.Equal(t, tt.want, a.exchangeCode(to.Query().Get("code")).text("corpId"), "%+v", tt)
	}
}

// TestSignIn_ShowsBothWhoMustBeRefused follows a sign-in to the member of the organization.
func TestSignIn_ShowsBothWhoMustBeRefused(t *testing.T) {
	t.Parallel()
	a := newGuests(t)
	find := func(userid string) jsonBody {
		unionID := a.me(a.userToken(userid, "")).text("unionId")
		require.NotEmpty(t, unionID)
		return a.post("/topapi/user/getbyunionid", `{"unionid":"`+unionID+`"}`)
	}
	assert.Equal(t, "map[contact_type:0 userid:clerk]", fmt.Sprint(find("clerk").result()))
	assert.Equal(t, "60121", find("guest").code(), "of another organization")
	assert.Equal(t, "map[contact_type:0 userid:clerk]", fmt.Sprint(find("lin").result()), "the same person in both")
	assert.Equal(t, "map[contact_type:1 userid:buyer]", fmt.Sprint(find("buyer").result()), "an external contact")
	assert.Equal(t, "60121", a.post(getPath, `{"userid":"buyer"}`).code(), "who is no user")
	assert.Equal(t, "Mei Tan", a.me(a.userToken("guest", "")).text("nick"))

	a.seed(directory.User{UserID: "guest", Name: "Namesake"})
	assert.Equal(t, "Namesake", a.me(a.userToken("guest", "")).text("nick"), "the organization of the app comes first")
	assert.Equal(t, "Mei Tan", a.me(a.userToken("guest", "corpId="+otherCorp)).text("nick"), "a userid is of its organization")
	contact := a.server.org.ExternalContacts()[0]
	a.seed(directory.User{UserID: "joined", UnionID: contact.UnionID})
	assert.Equal(t, "map[contact_type:0 userid:joined]", fmt.Sprint(find("buyer").result()), "a contact who became a member")
}

func TestNew_RefusesOrganizationsThatCannotBe(t *testing.T) {
	t.Parallel()
	for _, opt := range []Option{
		WithOtherOrganization("", "Nameless"),
		WithOtherOrganization(directory.CorpID, "The app's own"),
		WithOtherOrganization(otherCorp, "Doubles", directory.User{UserID: "a"}, directory.User{UserID: "a"}),
		WithSSOSecret(""),
	} {
		_, err := New(opt)
		assert.Error(t, err)
	}
	_, err := New(WithOtherOrganization(otherCorp, "A"), WithOtherOrganization(otherCorp, "B"))
	assert.EqualError(t, err, `an organization needs a corpId of its own: "dingother"`)
	a := newGuests(t)
	for _, c := range []directory.ExternalContact{
		{UserID: "clerk"}, {UserID: "buyer"}, {UnionID: a.stored("clerk").UnionID},
	} {
		_, err := a.server.AddExternalContact(c)
		assert.Error(t, err, "%+v", c)
	}
}

func TestLog_HoldsNoSecretOfASession(t *testing.T) {
	t.Parallel()
	a := newGuests(t)
	a.server.RecordResponses()
	code := a.signIn("clerk", "")
	got := a.exchangeCode(code)
	access, refreshed := got.text("accessToken"), a.refresh(got.text("refreshToken"))
	a.me(access)
	sso := a.ssoToken()
	admin := a.must(a.server.IssueAdminCode("admin"))
	a.adminByCode(sso, admin)
	tmp := a.must(a.server.IssueTmpCode("clerk"))
	a.spendTmp(tmp)
	ticket := a.ticket()
	require.NoError(t, a.server.Fail("GetUserAccessToken", BadJSON, 1))
	_, _, err := a.send(http.MethodPost, userTokenPath, "application/json", fmt.Sprintf(
		`{"clientId":%q,"clientSecret":%q,"grantType":"refresh_token","refreshToken":%q}`,
		a.server.ClientID(), a.server.ClientSecret(), refreshed.text("refreshToken")))
	require.NoError(t, err)
	a.post(getPath, `{"userid":"`+access+`"}`) // under a wrong name
	a.get("/"+refreshed.text("refreshToken"), url.Values{sso: {ticket}})
	calls, err := a.server.Calls("")
	require.NoError(t, err)
	var shown strings.Builder
	fmt.Fprintf(&shown, "%+v\n%+v\n", a.server.Log(LogFilter{}, 0, 100), a.server.Changes(0, LogFilter{}, 100))
	for n := range calls {
		e, _ := a.server.JournalEntry(int64(n + 1))
		fmt.Fprintf(&shown, "%+v\n", e)
	}
	fmt.Fprintf(&shown, "%+v\n", calls[:len(calls)-2])
	require.Contains(t, shown.String(), redacted)
	for _, secret := range []string{
		code, access, got.text("refreshToken"), refreshed.text("accessToken"), refreshed.text("refreshToken"), sso, admin, tmp,
		ticket, a.server.ClientSecret(), a.server.SSOSecret(), a.token, "usertoken0", "usertoken1",
	} {
		assert.NotContains(t, shown.String(), secret)
	}
	assert.NotRegexp(t, `(usertoken|refresh|ssotoken|jsticket|authcode)[0-9a-f]{4}`, shown.String())
}
