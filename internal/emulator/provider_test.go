package emulator

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// newProviderApp returns an app of a third party, which the organizations dingharbor and dingmeadow have authorized. Each has
// one person, who has the same userid.
func newProviderApp(t *testing.T, opts ...Option) *app {
	t.Helper()
	a := newApp(t, append(opts,
		WithOtherOrganization("dingharbor", "Harbor Foods", directory.User{UserID: "chen.jie", Name: "Chen Jie", Mobile: "13800001234"}),
		WithOtherOrganization("dingmeadow", "Meadow Tools", directory.User{UserID: "chen.jie", Name: "Chen Jiewen"}),
		WithOtherOrganization("dingorchard", "Orchard"))...)
	require.NoError(t, a.server.Authorize("dingharbor"))
	require.NoError(t, a.server.Authorize("dingmeadow"))
	return a
}

// corpToken obtains a token for an organization without a ticket.
func (a *app) corpToken(corpID string) jsonBody {
	a.t.Helper()
	body := `{"client_id":"` + a.server.ClientID() + `","client_secret":"` + a.server.ClientSecret() + `","grant_type":"client_credentials"}`
	return a.askForToken("/v1.0/oauth2/"+corpID+"/token", body)
}

// suiteCorpToken obtains a token for an organization with a ticket.
func (a *app) suiteCorpToken(corpID, ticket string) jsonBody {
	a.t.Helper()
	body := `{"suiteKey":"` + a.server.ClientID() + `","suiteSecret":"` + a.server.ClientSecret() + `","authCorpId":"` + corpID +
		`","suiteTicket":"` + ticket + `"}`
	return a.askForToken("/v1.0/oauth2/corpAccessToken", body)
}

func (a *app) askForToken(path, body string) jsonBody {
	a.t.Helper()
	_, text, err := a.send(http.MethodPost, path, "application/json", body)
	require.NoError(a.t, err)
	return parse(a.t, text)
}

// as returns the app with the token of an organization.
func (a *app) as(corpID string) *app {
	a.t.Helper()
	with := *a
	with.token, _ = a.corpToken(corpID)["access_token"].(string)
	require.NotEmpty(a.t, with.token, corpID)
	return &with
}

func TestProvider_ATokenIsOfOneOrganization(t *testing.T) {
	t.Parallel()
	a := newProviderApp(t)
	harbor, meadow := a.as("dingharbor"), a.as("dingmeadow")
	assert.NotEqual(t, harbor.token, meadow.token)
	got := harbor.post(getPath, `{"userid":"chen.jie"}`).result()
	assert.Equal(t, "Chen Jie", got["name"])
	assert.NotContains(t, got, "mobile", "a third-party app gets no mobile number")
	assert.Equal(t, "Chen Jiewen", meadow.post(getPath, `{"userid":"chen.jie"}`).result()["name"])
	assert.Equal(t, "60121", a.post(getPath, `{"userid":"chen.jie"}`).code(), "the app's own organization does not have the person")

	assert.NotEqual(t, harbor.token, a.as("dingharbor").token, "each call makes another token")
	assert.Equal(t, "0", harbor.post(getPath, `{"userid":"chen.jie"}`).code(), "the one before stays valid")
	for _, corpID := range []string{"dingorchard", "dingunknown"} {
		assert.Equal(t, "unauthorized.client", a.corpToken(corpID)["code"], corpID)
	}
}

func TestProvider_AnAuthorizationEnds(t *testing.T) {
	t.Parallel()
	a := newProviderApp(t)
	harbor, meadow := a.as("dingharbor"), a.as("dingmeadow")
	require.NoError(t, a.server.EndAuthorization("dingharbor"))
	assert.Equal(t, "40014", harbor.post(getPath, `{"userid":"chen.jie"}`).code())
	assert.Equal(t, "unauthorized.client", a.corpToken("dingharbor")["code"])
	assert.Equal(t, "invalidAuthInfo", a.suiteCorpToken("dingharbor", a.server.SendSuiteTicket())["code"])
	assert.Equal(t, "0", meadow.post(getPath, `{"userid":"chen.jie"}`).code(), "others go on")

	require.Error(t, a.server.EndAuthorization("dingharbor"))
	require.Error(t, a.server.Authorize("dingunknown"))
	require.NoError(t, a.server.Authorize("dingharbor"))
	require.Error(t, a.server.Authorize("dingharbor"))
	assert.Equal(t, "40014", harbor.post(getPath, `{"userid":"chen.jie"}`).code(), "a token of the former authorization")
	assert.Equal(t, "0", a.as("dingharbor").post(getPath, `{"userid":"chen.jie"}`).code())
}

func TestProvider_ATicketEndsTheOneBefore(t *testing.T) {
	t.Parallel()
	a := newProviderApp(t)
	assert.Equal(t, "invalidSuiteTicket", a.suiteCorpToken("dingharbor", "made-up")["code"], "none was sent")
	first := a.server.SendSuiteTicket()
	obtained := a.suiteCorpToken("dingharbor", first)
	require.NotEmpty(t, obtained["accessToken"])
	second := a.server.SendSuiteTicket()
	assert.NotEqual(t, first, second)
	assert.Equal(t, "invalidSuiteTicket", a.suiteCorpToken("dingharbor", first)["code"])
	assert.NotEmpty(t, a.suiteCorpToken("dingharbor", second)["accessToken"])
	with := *a
	with.token, _ = obtained["accessToken"].(string)
	assert.Equal(t, "0", with.post(getPath, `{"userid":"chen.jie"}`).code(), "the tokens of the first one stay valid")
}

func TestProvider_LimitsEachOperationOfEachOrganization(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newProviderApp(t, WithQPS(2))
		harbor := a.as("dingharbor")
		time.Sleep(time.Second)
		meadow := a.as("dingmeadow")
		for range 2 {
			assert.Equal(t, "0", harbor.post(getPath, `{"userid":"chen.jie"}`).code())
		}
		refused := harbor.post(getPath, `{"userid":"chen.jie"}`)
		assert.Equal(t, "90019", refused.code())
		assert.Contains(t, refused["sub_msg"], "当前第三方应用调用该企业接口的qps超限")
		assert.Equal(t, "0", harbor.post(listPath, `{"dept_id":1}`).code(), "each operation has its own limit")
		assert.Equal(t, "0", meadow.post(getPath, `{"userid":"chen.jie"}`).code(), "and each organization")
		time.Sleep(time.Second)
		assert.Equal(t, "0", harbor.post(getPath, `{"userid":"chen.jie"}`).code())
	})
}

// authInfo asks for the authorization of dingharbor with a signed request.
func (a *app) authInfo(timestamp int64, ticket, secret, body string) jsonBody {
	a.t.Helper()
	stamp := strconv.FormatInt(timestamp, 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(stamp + "\n" + ticket))
	query := url.Values{
		"accessKey": {a.server.ClientID()}, "timestamp": {stamp}, "suiteTicket": {ticket},
		"signature": {base64.StdEncoding.EncodeToString(mac.Sum(nil))},
	}
	return a.do(http.MethodPost, "/service/get_auth_info?"+query.Encode(), "application/json", body)
}

func TestGetSuiteAuthInfo_ChecksTheSignature(t *testing.T) {
	t.Parallel()
	const now, secret, harbor = 1767225600000, "suite-secret-0001", `{"auth_corpid":"dingharbor"}`
	a := newProviderApp(t, Strict(), WithCredentials("suiteexample01", secret), WithClock(func() time.Time { return time.UnixMilli(now) }))
	ticket := a.server.SendSuiteTicket()
	for _, tt := range []struct {
		name, want, ticket, secret, body string
		at                               int64
	}{
		{"good", "0", ticket, secret, harbor, now},
		{"with the suite key", "0", ticket, secret, `{"auth_corpid":"dingharbor","suite_key":"suiteexample01"}`, now},
		{"another suite key", "40083", ticket, secret, `{"auth_corpid":"dingharbor","suite_key":"suiteother"}`, now},
		{"another ticket", "40085", "ticket-0001", secret, harbor, now},
		{"no ticket", "40035", "", secret, harbor, now},
		{"another secret", "853004", ticket, "x", harbor, now},
		{"late", "853002", ticket, secret, harbor, now - 60_001},
		{"not authorized", "60011", ticket, secret, `{"auth_corpid":"dingorchard"}`, now},
		{"unknown", "33001", ticket, secret, `{"auth_corpid":"dingunknown"}`, now},
		{"no organization", "40035", ticket, secret, `{}`, now},
	} {
		assert.Equal(t, tt.want, a.authInfo(tt.at, tt.ticket, tt.secret, tt.body).code(), tt.name)
	}
	// A signature of the timestamp alone, as /sns/getuserinfo_bycode takes it.
	query := url.Values{"accessKey": {"suiteexample01"}, "timestamp": {strconv.FormatInt(now, 10)}, "suiteTicket": {ticket}}
	query.Set("signature", tmpSignature(secret, strconv.FormatInt(now, 10)))
	assert.Equal(t, "853004", a.do(http.MethodPost, "/service/get_auth_info?"+query.Encode(), "application/json", harbor).code())

	got := a.authInfo(now, ticket, secret, harbor)["auth_corp_info"].(map[string]any)
	assert.Equal(t, "dingharbor", got["corpid"])
	assert.Equal(t, "Harbor Foods", got["full_corp_name"])

	// The vector of the documentation.
	a.server.provider.ticket = "ticket-0001"
	const vector = "accessKey=suiteexample01&timestamp=1767225600000&suiteTicket=ticket-0001&signature=J0Tkc1noRyJulHrhEfyBeo91BJMCHWYOlIuHitTbiTI%3D"
	assert.Equal(t, "0", a.do(http.MethodPost, "/service/get_auth_info?"+vector, "application/json", harbor).code())
}
