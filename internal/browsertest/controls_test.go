package browsertest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func TestControls_InjectTheChosenFault(t *testing.T) {
	t.Parallel()
	p := serveTeam(t)
	p.createZhaoMin(t)
	tab := open(t, p.console, "controls", view{})
	change := func() error {
		return p.client.UpdateUser(t.Context(), dingtalk.UpdateUserRequest{UserID: "zhao.min", Title: new("Architect")})
	}
	for _, test := range []struct {
		fault, value string
		class        error
	}{
		{"Throttled", "", dingtalk.ErrRateLimited},
		{"PermissionMissing", "", dingtalk.ErrPermission},
		{"LostResponse", "", dingtalk.ErrOutcomeUnknown},
		{"Code", "60003", dingtalk.ErrNotFound},
	} {
		tab.choose(`[action$="/fault"] [name="operation"]`, "UpdateUser")
		tab.choose(`[action$="/fault"] [name="fault"]`, test.fault)
		if test.value != "" {
			tab.fill(`[action$="/fault"] [name="code"]`, test.value)
		}
		tab.fill(`[action$="/fault"] [name="times"]`, "1")
		tab.clickControl(`[action$="/fault"] button`)
		assert.ErrorIs(t, change(), test.class, test.fault)
		assert.NoError(t, change(), "%s applied to one call", test.fault)
	}
}

func TestControls_ClearFaults(t *testing.T) {
	t.Parallel()
	p := serveTeam(t)
	tab := open(t, p.console, "controls", view{})
	tab.choose(`[action$="/fault"] [name="operation"]`, "GetUser")
	tab.choose(`[action$="/fault"] [name="fault"]`, "PermissionMissing")
	tab.fill(`[action$="/fault"] [name="times"]`, "9")
	tab.clickControl(`[action$="/fault"] button`)
	_, err := p.client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: "lin.yue"})
	require.ErrorIs(t, err, dingtalk.ErrPermission)
	tab.clickControl(`[action$="/clear-faults"] button`)
	_, err = p.client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: "lin.yue"})
	require.NoError(t, err)
}

func TestControls_RevokeAndExpireTokens(t *testing.T) {
	t.Parallel()
	p := serveTeam(t)
	tab := open(t, p.console, "controls", view{})
	tokens := func() int {
		_, err := p.client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: "lin.yue"})
		require.NoError(t, err)
		return len(p.Calls("GetToken"))
	}
	require.Equal(t, 1, tokens())
	tab.clickControl(`[action$="/revoke"] button`)
	require.Equal(t, 2, tokens(), "it was revoked")
	tab.clickControl(`[action$="/advance"] [value="7200"]`)
	require.Equal(t, 3, tokens(), "its two hours are over")
	require.Equal(t, 3, tokens())
}

func TestControls_SetTheRateLimit(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, time.March, 2, 12, 0, 0, 0, time.UTC)
	p := serveTeam(t, dingtalktest.WithClock(func() time.Time { return noon }))
	tab := open(t, p.console, "controls", view{})
	tab.fill(`[action$="/limit"] [name="qps"]`, "2")
	tab.clickControl(`[action$="/limit"] button`)
	var err error
	for range 3 {
		require.NoError(t, err)
		_, err = p.client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: "lin.yue"})
	}
	require.ErrorIs(t, err, dingtalk.ErrRateLimited)
}

func TestControls_ReseedAndResetTheOrganization(t *testing.T) {
	t.Parallel()
	p := serveTeam(t)
	p.createZhaoMin(t)
	other := open(t, p.console, "", view{})
	other.waitForText("#main", "Engineering")
	other.markPage()
	tab := open(t, p.console, "controls", view{})
	tab.fill(`[action$="/reseed"] [name="departments"]`, "20")
	tab.fill(`[action$="/reseed"] [name="users"]`, "50")
	tab.fill(`[action$="/reseed"] [name="seed"]`, "1")
	tab.confirm(`[action$="/reseed"] button`)
	other.waitForNoText("#main", "Engineering")
	other.requireSamePage()
	require.Len(t, p.Users(), 50)
	_, err := p.client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: "zhao.min"})
	require.ErrorIs(t, err, dingtalk.ErrNotFound)

	tab.click(`[action$="/reset"] button`)
	tab.click(`.question a`)
	tab.waitForText("h1", "Controls")
	require.Len(t, p.Users(), 50, "it was canceled")
	tab.confirm(`[action$="/reset"] button`)
	require.Empty(t, p.Users())
}
