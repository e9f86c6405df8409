package browsertest

import (
	"context"
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/callback"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/event"
	"github.com/dingtalk-contacts/dingtalk-go/stream"
)

// receive receives events over Stream until the test ends.
func (p *testServer) receive(t *testing.T) <-chan event.Event {
	t.Helper()
	received := make(chan event.Event, 100)
	client, err := stream.New(p.ClientID(), p.ClientSecret(), event.AcceptFunc(func(_ context.Context, e event.Event) error {
		received <- e
		return nil
	}), stream.WithBaseURL(p.base))
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- client.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		assert.ErrorIs(t, <-done, context.Canceled)
	})
	return received
}

func TestEvents_ShowWhatIsSentAsItHappens(t *testing.T) {
	t.Parallel()
	p := serveTeam(t)
	tab := open(t, p.console, "events", view{})
	tab.waitForText("#connections", "DINGTALK_BASE_URL="+p.base)
	tab.waitForText("#connection.live", "Live")
	tab.markPage()
	received := p.receive(t)
	tab.waitForText("[data-connection]", "Stream")
	p.createZhaoMin(t)
	row := tab.waitForText(`[data-event="user_add_org"]`, "SUCCESS")
	assert.Contains(t, row, "Zhao Min")
	assert.Contains(t, row, "acknowledged")
	assert.Contains(t, row, "attempt 1")
	assert.Equal(t, event.UserAddOrg, (<-received).Type)

	tab.click(`[data-event="user_add_org"] summary`)
	tab.waitForText(`[data-event="user_add_org"] pre`, `"userId"`)
	require.NoError(t, p.client.DeleteUser(t.Context(), dingtalk.DeleteUserRequest{UserID: "zhao.min"}))
	tab.waitForText(`[data-event="user_leave_org"]`, "SUCCESS")
	tab.waitForText(`[data-event="user_add_org"]`, "(does not exist)")
	tab.waitForText(`[data-event="user_add_org"] pre`, `"userId"`) // it remains open
	tab.requireSamePage()
	latest := evaluate[[]string](tab, "[...document.querySelectorAll('[data-event]')].slice(0, 2).map(e => e.dataset.event)")
	assert.Equal(t, []string{"user_leave_org", "user_add_org"}, latest)
}

func TestEvents_ShowHTTPCallbacks(t *testing.T) {
	t.Parallel()
	p := serveTeam(t)
	tab := open(t, p.console, "events", view{})
	tab.waitForText("#connection.live", "Live")
	tab.markPage()
	const token, key = "exampletoken", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
	handler, err := callback.NewHandler(callback.Config{
		Token: dingtalk.NewSecret(token), AESKey: dingtalk.NewSecret(key), Owners: []string{p.ClientID()},
	}, event.AcceptFunc(func(context.Context, event.Event) error { return nil }))
	require.NoError(t, err)
	p.CallbackTo(handler, dingtalktest.CallbackConfig{Token: dingtalk.NewSecret(token), AESKey: dingtalk.NewSecret(key)})
	tab.waitForText("#connections", "https://callback.example.com/")
	p.createZhaoMin(t)
	row := tab.waitForText(`[data-event="user_add_org"]`, "success")
	assert.Contains(t, row, "HTTP")
	tab.requireSamePage()
	source := evaluate[string](tab, "document.documentElement.outerHTML")
	assert.NotContains(t, source, token)
	assert.NotContains(t, source, key)
}

func TestEvents_FormSendsAnEvent(t *testing.T) {
	t.Parallel()
	p := serveTeam(t)
	received := p.receive(t)
	tab := open(t, p.console, "events", view{})
	tab.waitForText("[data-connection]", "Stream")
	tab.choose("#event", "org_dept_modify")
	tab.waitFor("the example is filled in", `document.querySelector("#body").value.includes("724960197")`)
	tab.clickControl(`[action$="/emit"] button`)
	e := <-received
	assert.Equal(t, event.OrgDeptModify, e.Type)
	tab.waitForText(`[data-event="org_dept_modify"]`, "SUCCESS")
	tab.waitForText(`[data-event="org_dept_modify"]`, "Engineering")

	tab.choose("#event", "other")
	tab.waitFor("the field of the type is shown", `document.querySelector("#other").checkVisibility()`)
	tab.set("#body", `{"petId": ["cat-1"]}`)
	tab.fill("#other", "org_pet_adopt")
	tab.clickControl(`[action$="/emit"] button`)
	assert.EqualValues(t, "org_pet_adopt", (<-received).Type)

	tab.ignore("422")
	tab.set("#body", "{\n  nothing\n}")
	tab.tabTo(`[action$="/emit"] button`)
	tab.press(kb.Enter)
	tab.waitForText("#error-body", "Line 2")
}

func TestEvents_ControlConnectionsAndDisturb(t *testing.T) {
	t.Parallel()
	p := serveTeam(t)
	received := p.receive(t)
	tab := open(t, p.console, "events", view{})
	tab.waitForText("[data-connection]", "Stream")
	tab.fill("#double", "100")
	tab.clickControl(`[action$="/disturb"] button`)
	tab.waitForText("#disturbances", "Sent twice 100 %")
	id := p.Emit("org_change", map[string]any{})
	for range 2 {
		assert.Equal(t, id, (<-received).ID)
	}
	tab.clickControl(`[action$="/calm"] button`)
	tab.waitForText("#disturbances", "Nothing is disturbed")
	tab.markPage()
	first := p.StreamConnections()[0].ID()
	tab.clickControl(`[data-connection="` + first + `"] [formaction$="/freeze"]`)
	tab.waitForText(`[data-connection="`+first+`"]`, "frozen")
	tab.clickControl(`[data-connection="` + first + `"] .danger`)
	tab.waitFor("the connection has gone", `!document.querySelector('[data-connection="`+first+`"]')`)
}

func TestEvents_WorkWithoutJavaScript(t *testing.T) {
	t.Parallel()
	p := serveTeam(t)
	tab := open(t, p.console, "events", view{noScript: true})
	tab.choose("#event", "user_leave_org")
	tab.click(`noscript button`)
	tab.waitForText("h1", "Events")
	tab.clickControl(`[action$="/emit"] .primary`)
	tab.waitForText(`[data-event="user_leave_org"]`, "Lin Yue")
	tab.choose("#type", "user_leave_org")
	tab.click(".filter button")
	tab.waitForText("#count", "1")
}
