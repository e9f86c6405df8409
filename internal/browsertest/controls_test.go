package browsertest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func TestAFaultThatSomebodyClicksTogetherIsWhatTheClientMeets(t *testing.T) {
	t.Parallel()
	p := serveTeam(t)
	p.hire(t)
	tab := open(t, p.console, "controls", look{})
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
		tab.fill(`[action$="/fault"] [name="value"]`, test.value)
		tab.fill(`[action$="/fault"] [name="times"]`, "1")
		tab.turn(`[action$="/fault"] button`)
		assert.ErrorIs(t, change(), test.class, test.fault)
		assert.NoError(t, change(), "%s was for one call", test.fault)
	}
}

func TestAFaultIsClearedByAClick(t *testing.T) {
	t.Parallel()
	p := serveTeam(t)
	tab := open(t, p.console, "controls", look{})
	tab.choose(`[action$="/fault"] [name="operation"]`, "GetUser")
	tab.choose(`[action$="/fault"] [name="fault"]`, "PermissionMissing")
	tab.fill(`[action$="/fault"] [name="times"]`, "9")
	tab.turn(`[action$="/fault"] button`)
	_, err := p.client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: "lin.yue"})
	require.ErrorIs(t, err, dingtalk.ErrPermission)
	tab.turn(`[action$="/clear-faults"] button`)
	_, err = p.client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: "lin.yue"})
	require.NoError(t, err)
}

func TestARevokedTokenAndAnExpiredOneAreReplaced(t *testing.T) {
	t.Parallel()
	p := serveTeam(t)
	tab := open(t, p.console, "controls", look{})
	tokens := func() int {
		_, err := p.client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: "lin.yue"})
		require.NoError(t, err)
		return len(p.Calls("GetToken"))
	}
	require.Equal(t, 1, tokens())
	tab.turn(`[action$="/revoke"] button`)
	require.Equal(t, 2, tokens(), "it was revoked")
	tab.turn(`[action$="/advance"] [value="7200"]`)
	require.Equal(t, 3, tokens(), "its two hours are over")
	require.Equal(t, 3, tokens())
}

func TestALimitThatIsSetIsKept(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, time.March, 2, 12, 0, 0, 0, time.UTC)
	p := serveTeam(t, dingtalktest.WithClock(func() time.Time { return noon }))
	tab := open(t, p.console, "controls", look{})
	tab.fill(`[action$="/limit"] [name="qps"]`, "2")
	tab.turn(`[action$="/limit"] button`)
	var err error
	for range 3 {
		require.NoError(t, err)
		_, err = p.client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: "lin.yue"})
	}
	require.ErrorIs(t, err, dingtalk.ErrRateLimited)
}

func TestTheOrganisationIsMadeAnewByAClick(t *testing.T) {
	t.Parallel()
	p := serveTeam(t)
	p.hire(t)
	other := open(t, p.console, "", look{})
	other.reads("#main", "Engineering")
	other.stay()
	tab := open(t, p.console, "controls", look{})
	tab.fill(`[action$="/reseed"] [name="departments"]`, "20")
	tab.fill(`[action$="/reseed"] [name="users"]`, "50")
	tab.fill(`[action$="/reseed"] [name="seed"]`, "1")
	tab.turn(`[action$="/reseed"] button`)
	other.gone("#main", "Engineering")
	other.stayed()
	require.Len(t, p.Users(), 50)
	_, err := p.client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: "zhao.min"})
	require.ErrorIs(t, err, dingtalk.ErrNotFound)

	tab.turn(`[action$="/reset"] button`)
	require.Empty(t, p.Users())
}
