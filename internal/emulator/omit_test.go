package emulator

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

func TestOmit_TakesAFieldFromASuccess(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.seed(directory.User{UserID: "clerk"})
	require.NoError(t, a.server.Fail("GetUser", Omit("userid"), 1))
	got := a.post(getPath, `{"userid":"clerk"}`)
	assert.NotContains(t, got.result(), "userid")
	assert.Equal(t, "clerk", got.result()["name"])
	assert.Equal(t, "0", got.code())
	require.NoError(t, a.server.Fail("GetToken", Omit("expires_in"), 1))
	assert.NotEmpty(t, a.fetchToken())

	require.NoError(t, a.server.Fail("GetJSAPITicket", Omit("expireIn"), 1))
	got = a.speakWith(a.token, http.MethodPost, ticketPath, "", "").jsonBody
	assert.Len(t, got, 1)
	assert.NotEmpty(t, got["jsapiTicket"])

	require.NoError(t, a.server.Fail("ListAdmins", Omit("x"), 1))
	assert.Contains(t, a.post("/topapi/user/listadmin", "{}"), "result", "a list has no fields")
	require.NoError(t, a.server.Fail("GetUser", Omit("errcode"), 1))
	assert.Equal(t, "60121", a.post(getPath, `{"userid":"unknown"}`).code(), "a refusal remains")

	require.NoError(t, a.server.Fail("GetJSAPITicket", Omit("code"), 1))
	assert.Equal(t, "400 InvalidAuthentication", a.speakWith("x", http.MethodPost, ticketPath, "", "").outcome())

	assert.ErrorContains(t, a.server.Fail("GetUser", Omit(""), 1), "a field has a name")
	assert.ErrorContains(t, a.server.Fail("GetUser", StringCode(400, "x"), 1), "GetUser refuses with numeric codes")
	for _, f := range []Fault{StringCode(200, "x"), StringCode(600, "x"), StringCode(400, "")} {
		assert.ErrorContains(t, a.server.Fail("GetJSAPITicket", f, 1), "no refusal of the new API")
	}
	assert.Equal(t, FaultParts{Name: "Omit", Field: "unionId"}, Omit("unionId").Parts())
	busy := FaultParts{Name: "StringCode", Code: 429, Reason: "system.busy"}
	assert.Equal(t, busy, StringCode(429, "system.busy").Parts())
	busy.AfterWork = true
	assert.Equal(t, busy, StringCode(429, "system.busy").AfterWork().Parts())
}
