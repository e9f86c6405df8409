package emulator

import (
	"encoding/json"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const ticketPath = "/v1.0/oauth2/jsapiTickets"

// ticket fetches the JSAPI ticket with the app's token.
func (a *app) ticket() string {
	a.t.Helper()
	got := a.speakWith(a.token, http.MethodPost, ticketPath, "", "")
	require.Equal(a.t, 200, got.status, "%v", got)
	require.Equal(a.t, json.Number("7200"), got.jsonBody["expireIn"])
	require.Len(a.t, got.jsonBody, 2)
	return got.jsonBody["jsapiTicket"].(string)
}

func TestGetJSAPITicket_RenewsTheTicketForADay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newApp(t)
		first := a.ticket()
		for range 12 {
			time.Sleep(119 * time.Minute)
			a.token = a.fetchToken()
			assert.Equal(t, first, a.ticket(), "renewed after %v", 119*time.Minute)
		}
		time.Sleep(12 * time.Minute) // 24 h after its creation
		a.token = a.fetchToken()
		next := a.ticket()
		assert.NotEqual(t, first, next, "no renewal goes beyond 24 hours")

		time.Sleep(2 * time.Hour)
		a.token = a.fetchToken()
		third := a.ticket()
		assert.NotEqual(t, next, third, "two hours without a renewal")
		require.NoError(t, a.server.Reset())
		a.token = a.fetchToken()
		assert.NotEqual(t, third, a.ticket())
	})
}

func TestV1_TakesTheTokenFromTheHeaderAlone(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	for want, call := range map[string]func() spoken{
		"200": func() spoken { return a.speakWith(a.token, http.MethodPost, ticketPath, "application/json", "{}") },
		"401 InvalidAuthentication": func() spoken {
			return a.speak(http.MethodPost, ticketPath+"?access_token="+a.token, "application/json", `{"access_token":"`+a.token+`"}`)
		},
		"400 InvalidAuthentication":  func() spoken { return a.speakWith("x", http.MethodPost, ticketPath, "", "") },
		"404 InvalidAction.NotFound": func() spoken { return a.speakWith(a.token, http.MethodGet, ticketPath, "", "") },
	} {
		assert.Equal(t, want, call().outcome())
	}
	a.server.RevokeToken()
	assert.Equal(t, "400 InvalidAuthentication", a.speakWith(a.token, http.MethodPost, ticketPath, "", "").outcome())
	e, found := a.server.JournalEntry(2)
	require.True(t, found)
	assert.Equal(t, "GetJSAPITicket", e.Op)
}
