package browsertest

import (
	"errors"
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func TestLog_ShowsCallsAsTheyArrive(t *testing.T) {
	t.Parallel()
	p := serveTeam(t)
	tab := open(t, p.console, "log", view{})
	tab.markPage()
	p.createZhaoMin(t)
	tab.waitForText(`[data-op="CreateUser"][data-code="0"]`, "CreateUser")
	_, err := p.client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: "ghost"})
	apiErr, ok := errors.AsType[*dingtalk.Error](err)
	require.True(t, ok)
	row := tab.waitForText(`[data-op="GetUser"]`, "60121")
	assert.Contains(t, row, apiErr.RequestID)
	tab.requireSamePage()
	latest := evaluate[[]string](tab, "[...document.querySelectorAll('[data-call]')].map(e => e.dataset.op)")
	assert.Equal(t, []string{"GetUser", "CreateUser", "GetToken"}, latest, "the latest call comes first")

	tab.click(`[data-op="CreateUser"] a`)
	tab.waitForText("#main", `"mobile": "13800001234"`)
	tab.waitForText("#main", `"errcode": 0`)
	tab.visit("log?op=GetUser")
	assert.Len(t, tab.texts("[data-call]"), 1)
}

func TestLog_HoldsCallsBackWhilePaused(t *testing.T) {
	t.Parallel()
	p := serveTeam(t)
	tab, live := open(t, p.console, "log", view{}), open(t, p.console, "log", view{})
	tab.waitForText("#connection.live", "Live")
	live.waitForText("#connection.live", "Live")
	tab.tabTo("#pause")
	tab.press(kb.Enter)
	tab.waitForText("#connection", "Paused, held back: 0")
	p.createZhaoMin(t)
	live.waitForText("[data-op]", "CreateUser")
	tab.waitForText("#connection", "Paused, held back: 2") // and the token
	tab.waitForText("#count", "Requests: 2")
	assert.Empty(t, tab.texts("[data-call]"))
	assert.Equal(t, []string{"Resume"}, tab.texts("#pause"))
	tab.press(kb.Enter)
	tab.waitForText("#connection", "Live")
	assert.Len(t, tab.texts("[data-call]"), 2)
	require.NoError(t, p.client.DeleteUser(t.Context(), dingtalk.DeleteUserRequest{UserID: "zhao.min"}))
	tab.waitForText("[data-op]", "DeleteUser")
}

func TestLog_FiltersCallsAsTheyArrive(t *testing.T) {
	t.Parallel()
	p := serveTeam(t)
	tab := open(t, p.console, "log", view{})
	tab.fill("#userid", "zhao.min")
	tab.click("#failed")
	tab.click(".filter button")
	tab.waitForText("#count", "Matching requests: 0")
	tab.waitForText("#connection.live", "Live")
	p.createZhaoMin(t)
	for _, userid := range []string{"zhao.min", "unknown"} {
		_, _ = p.client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: userid})
	}
	p.Fail("UpdateUser", dingtalktest.SystemBusy, 1)
	require.Error(t, p.client.UpdateUser(t.Context(), dingtalk.UpdateUserRequest{UserID: "zhao.min", Title: new("Lead")}))
	tab.waitForText(`[data-op="UpdateUser"]`, "busy")
	tab.waitForText("#count", "Matching requests: 1")
	assert.Len(t, tab.texts("[data-call]"), 1)
	tab.click(".filter a")
	tab.waitForText("#count", "Requests: 5")
	assert.Len(t, tab.texts("[data-call]"), 5)
}

// A browser keeps six connections to a server.
func TestLog_ClosesItsConnectionInTheBackgroundAndCatchesUp(t *testing.T) {
	t.Parallel()
	p := serveTeam(t)
	tab, visible := open(t, p.console, "log", view{}), open(t, p.console, "log", view{})
	tab.waitForText("#connection.live", "Live")
	visible.waitForText("#connection.live", "Live")
	tab.hide(true)
	p.createZhaoMin(t)
	visible.waitForText("[data-op]", "CreateUser")
	assert.Empty(t, tab.texts("[data-op]"), "an update would need a connection")
	tab.markPage()
	tab.hide(false)
	tab.waitForText("[data-op]", "CreateUser")
	_, err := p.client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: "zhao.min"})
	require.NoError(t, err)
	tab.waitForText("[data-op]", "GetUser")
	tab.hide(true)
	tab.hide(false)
	require.NoError(t, p.client.DeleteUser(t.Context(), dingtalk.DeleteUserRequest{UserID: "zhao.min"}))
	tab.waitForText("[data-op]", "DeleteUser")
	assert.Len(t, tab.texts("[data-call]"), 4, "each call once")
	tab.requireSamePage()
}

func TestPages_ContainNoSecret(t *testing.T) {
	t.Parallel()
	p := serveTeam(t)
	p.createZhaoMin(t)
	token, err := p.client.Token(t.Context())
	require.NoError(t, err)
	tab := open(t, p.console, "", view{})
	for _, page := range append(pages, "log/2") {
		tab.visit(page)
		source := evaluate[string](tab, "document.documentElement.outerHTML")
		assert.NotContains(t, source, token.Value, page)
		assert.NotContains(t, source, p.ClientSecret(), page)
	}
}
