package emulator

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

const codePath = "/topapi/v2/user/getuserinfo"

// issue returns a code of a person.
func (a *app) issue(userid string) string {
	a.t.Helper()
	code, err := a.server.IssueCode(userid)
	require.NoError(a.t, err)
	return code
}

// spend calls getuserinfo with a code.
func (a *app) spend(code string) jsonBody {
	a.t.Helper()
	return a.post(codePath, `{"code":"`+code+`"}`)
}

func TestGetUserByCode_DescribesThePerson(t *testing.T) {
	t.Parallel()
	a := newApp(t, Strict())
	for _, tt := range []struct {
		person directory.User
		sys    bool
		level  string
	}{
		{directory.User{UserID: "clerk", Name: "Clerk"}, false, "0"},
		{directory.User{UserID: "main", Name: "Main", AdminLevel: 1}, true, "1"},
		{directory.User{UserID: "sub", Name: "Sub", Admin: true}, true, "2"},
		{directory.User{UserID: "boss", Name: "Boss", Boss: true}, false, "100"},
		{directory.User{UserID: "both", Name: "Both", Boss: true, Admin: true}, true, "1"},
	} {
		stored := a.seed(tt.person)
		got := a.spend(a.issue(stored.UserID)).result()
		assert.Len(t, got["device_id"], 12)
		assert.Equal(t, got["device_id"], a.spend(a.issue(stored.UserID)).result()["device_id"], "the same device")
		delete(got, "device_id")
		assert.Equal(t, tt.level, fmt.Sprint(got["sys_level"]), stored.UserID)
		delete(got, "sys_level")
		assert.Equal(t, map[string]any{
			"userid": stored.UserID, "unionid": stored.UnionID, "name": stored.Name, "sys": tt.sys,
		}, got)
	}
}

func TestGetUserByCode_TakesACodeOnceWithinFiveMinutes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newApp(t)
		a.seed(directory.User{UserID: "clerk"})
		code, other := a.issue("clerk"), a.issue("clerk")
		assert.NotEqual(t, code, other)
		assert.Equal(t, "0", a.spend(code).code())
		assert.Equal(t, "40078", a.spend(code).code(), "spent")
		time.Sleep(codeLife - 1)
		assert.Equal(t, "0", a.spend(other).code(), "the last moment")

		late := a.issue("clerk")
		a.server.Advance(codeLife)
		assert.Equal(t, "40078", a.spend(late).code(), "expired")
		a.token = a.fetchToken()
		for _, body := range []string{`{"code":"8f3c2b1a09d84e7fa6b5c4d3e2f10987"}`, `{"code":""}`, `{}`, `{"code":null}`} {
			assert.Equal(t, "40078", a.post(codePath, body).code(), body)
		}

		_ = a.issue("clerk")
		time.Sleep(codeLife)
		_ = a.issue("clerk")
		assert.Len(t, a.server.codes, 1, "expired codes take no memory")
	})
}

func TestGetUserByCode_SpendsTheCodeWhereverThePersonIs(t *testing.T) {
	t.Parallel()
	a := newApp(t, WithContactScope(nil, []string{"clerk", "gone"}))
	a.seed(directory.User{UserID: "clerk"})
	a.seed(directory.User{UserID: "gone"})
	a.seed(directory.User{UserID: "outside"})
	gone, outside := a.issue("gone"), a.issue("outside")
	require.Equal(t, "0", a.post(deletePath, `{"userid":"gone"}`).code())
	assert.Equal(t, "60121", a.spend(gone).code())
	assert.Equal(t, "40078", a.spend(gone).code())
	assert.Equal(t, "40079", a.spend(outside).code())
	assert.Equal(t, "40078", a.spend(outside).code())

	kept := a.issue("clerk")
	for range 2 { // a read documented as POST works by GET as well, but this is none
		assert.Equal(t, "43002", a.get(codePath, url.Values{"access_token": {a.token}, "code": {kept}}).code())
	}
	token := a.token
	a.token = "x"
	assert.Equal(t, "40014", a.spend(kept).code())
	a.token = token
	assert.Equal(t, "0", a.spend(kept).code(), "the gateway spends none")

	_, err := a.server.IssueCode("unknown")
	assert.EqualError(t, err, "the user does not exist: unknown")
}

func TestReset_RevokesTheCodes(t *testing.T) {
	t.Parallel()
	a := newApp(t, WithSampleOrg(5, 20, 7))
	code := a.issue(a.server.Users()[0].UserID)
	require.NoError(t, a.server.Reset())
	a.token = a.fetchToken()
	assert.Equal(t, "40078", a.spend(code).code())
}

func TestLog_HoldsNoCode(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.server.RecordResponses()
	a.seed(directory.User{UserID: "clerk"})
	const foreign = "a-code-of-another-server"
	code, unspent := a.issue("clerk"), a.issue("clerk")
	a.spend(code)
	a.spend(foreign)
	a.form(codePath, url.Values{"access_token": {a.token}, "Code": {foreign}, "code": {unspent}})
	a.get(codePath, url.Values{"access_token": {a.token}, "code": {foreign}})
	require.Len(t, a.server.codes, 0)
	calls, err := a.server.Calls("")
	require.NoError(t, err)

	// Under wrong names and in wrong places.
	a.post(getPath, `{"userid":"`+code+`","x":[{"`+unspent+`":"`+code+`"}]}`)
	_, _, _ = a.send(http.MethodGet, "/user/getuserinfo?code="+code+"&"+unspent+"=1", "", "")
	_, _, _ = a.send(http.MethodGet, "/topapi/"+code+"/"+unspent, "", "") // the response names the path
	var shown strings.Builder
	fmt.Fprintf(&shown, "%+v\n%+v\n%+v\n", calls, a.server.Log(LogFilter{}, 0, 100), a.server.Changes(0, LogFilter{}, 100))
	for number := int64(1); number <= 8; number++ {
		e, found := a.server.JournalEntry(number)
		require.True(t, found)
		fmt.Fprintf(&shown, "%+v\n", e)
	}
	assert.Contains(t, shown.String(), `"code": "REDACTED"`)
	for _, secret := range []string{code, unspent, foreign} {
		assert.NotContains(t, shown.String(), secret)
	}

	a.post(createDeptPath, `{"name":"N","parent_id":1,"code":"D-1"}`)
	e, _ := a.server.JournalEntry(9)
	assert.Contains(t, e.Body, `"code": "D-1"`, "a department's code is no secret")
}
