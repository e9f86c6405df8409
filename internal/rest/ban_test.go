package rest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// The responses of front ends of the service's family and of others, with personal details replaced.
const (
	punishJSON = `{
   "status":1111,
   "wait":5,
   "source":"x5",
   "punish":"deny",
   "uuid":"xxx"
}`
	blockJSON = `{"rgv587_flag":"sm","url":"https://example.invalid/topapi/v2/user/list/_____tmd_____/punish?x5secdata=xg0000&action=deny"}`
	busyText  = "System busy now, pleasy try it again later."
	loginPage = `<html><head><title>Login</title><meta http-equiv="refresh" content="0;url=http://192.0.2.1/portal/?dest=x"></head>` +
		`<body><form action="/login" method="post"><input name="user"><input name="password" type="password"></form></body></html>`
	ownRefusal = `<!DOCTYPE html><html><head><title>400 Bad Request</title></head><body><hr>Powered by DingTalk/1.0.0<hr><center>tengine</center></body></html>`
)

func TestUnexpected_TellsABanByItsEvidence(t *testing.T) {
	t.Parallel()
	const page = "<html><body>"
	for name, tt := range map[string]struct {
		status int
		body   string
		header []string
		kind   Kind
		lasts  time.Duration
		text   string
	}{
		"status 1111":              {200, punishJSON, nil, Banned, contract.BanTime, "status 1111 in a response with HTTP status 200"},
		"status 1111 in quotes":    {200, `{"status":"1111"}`, nil, Banned, contract.BanTime, "status 1111 in a response with HTTP status 200"},
		"the flag":                 {200, blockJSON, []string{"Bxpunish", "1"}, Banned, contract.BanTime, "rgv587_flag in a response with HTTP status 200"},
		"the flag without header":  {200, blockJSON, nil, Banned, contract.BanTime, "rgv587_flag in a response with HTTP status 200"},
		"the flag with status 429": {429, blockJSON, nil, Banned, contract.BanTime, "rgv587_flag in a response with HTTP status 429"},
		"the flag in a page":       {200, page + "window.rgv587_flag='sm'", nil, Banned, contract.BanTime, "rgv587_flag in a response with HTTP status 200"},
		"a punish page":            {200, page + `<script src="/_____tmd_____/punish">`, nil, Banned, contract.BanTime, "_____tmd_____ in a response with HTTP status 200"},
		"a url alone":              {200, `{"url":"/_____tmd_____/punish"}`, nil, Banned, contract.BanTime, "_____tmd_____ in a response with HTTP status 200"},
		"the header alone":         {200, page, []string{"bxpunish", "1"}, Banned, contract.BanTime, "header bxpunish in a response with HTTP status 200"},
		"the header with 403":      {403, "", []string{"bxpunish", "1"}, Banned, contract.BanTime, "header bxpunish in a response with HTTP status 403"},
		"the text of a busy one":   {200, busyText, nil, Banned, time.Minute, "System busy now in a response with HTTP status 200"},
		"the same in a page":       {200, page + busyText, nil, Banned, time.Minute, "System busy now in a response with HTTP status 200"},
		"too frequent":             {403, "You have requested too frequently", nil, Banned, time.Minute, "You have requested too frequently in a response with HTTP status 403"},
		"too frequent, in a page":  {403, page + "You have requested too frequently, ...", nil, Banned, time.Minute, "You have requested too frequently in a response with HTTP status 403"},

		"a login page":                  {200, loginPage, nil, ForeignPage, 0, "HTTP status 200 with an HTML page instead of the documented response"},
		"the header says no":            {200, page, []string{"bxpunish", "0"}, ForeignPage, 0, "HTTP status 200 with an HTML page instead of the documented response"},
		"a page with 203":               {203, loginPage, nil, Malformed, 0, "HTTP status 203 with an HTML page instead of the documented response"},
		"a page with 403":               {403, loginPage, nil, WrongHost, 0, "HTTP status 403 with an HTML page instead of the documented response"},
		"DingTalk's own front end":      {400, ownRefusal, []string{"Server", "DingTalk/1.0.0"}, WrongHost, 0, "HTTP status 400 with an HTML page instead of the documented response"},
		"a busy proxy":                  {503, busyText, nil, Malformed, 0, "HTTP status 503 with unreadable text instead of the documented response"},
		"too frequent, says a 200":      {200, "You have requested too frequently", nil, Malformed, 0, "HTTP status 200 with unreadable text instead of the documented response"},
		"another status":                {200, `{"status":11110}`, nil, Malformed, 0, "HTTP status 200 with other JSON instead of the documented response"},
		"a name in a cut response":      {200, `{"errcode":0,"result":{"name":"_____tmd_____`, nil, Malformed, 0, "HTTP status 200 with unreadable text instead of the documented response"},
		"a text in JSON without a code": {200, `{"name":"System busy now"}`, nil, Malformed, 0, "HTTP status 200 with other JSON instead of the documented response"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newTestClient(fixedResponse(tt.status, tt.body, tt.header...))
			for _, req := range []Request{readRequest("/x"), writeRequest("/x")} {
				f := requireFailure(t, c, req)
				assert.Equal(t, tt.kind, f.Kind, f.Error())
				assert.Equal(t, tt.lasts, f.RetryAfter)
				assert.EqualError(t, f, tt.text)
				assert.Equal(t, tt.status, f.Status)
			}
		})
	}
}

func TestUnexpected_DoesNotLookForABanInADocumentedResponse(t *testing.T) {
	t.Parallel()
	var into *person
	body := `{"errcode":0,"status":1111,"rgv587_flag":"sm","result":{"userid":"_____tmd_____"}}`
	_, err := newTestClient(fixedResponse(200, body, "bxpunish", "1")).Do(t.Context(), readRequest("/x"), wantUnderResult(&into))
	require.NoError(t, err)
	assert.Equal(t, "_____tmd_____", into.UserID)
}
