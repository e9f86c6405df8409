package browsertest

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
)

func TestCallsAppearInTheLogAsTheyArrive(t *testing.T) {
	t.Parallel()
	p := serveTeam(t)
	tab := open(t, p.console, "log", look{})
	tab.stay()
	p.hire(t)
	tab.reads(`[data-op="CreateUser"][data-code="0"]`, "CreateUser")
	_, err := p.client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: "nobody"})
	refusal, ok := errors.AsType[*dingtalk.Error](err)
	require.True(t, ok)
	row := tab.reads(`[data-op="GetUser"]`, "60121")
	assert.Contains(t, row, refusal.RequestID)
	tab.stayed()
	latest := evaluate[[]string](tab, "[...document.querySelectorAll('[data-call]')].map(e => e.dataset.op)")
	assert.Equal(t, []string{"GetUser", "CreateUser", "GetToken"}, latest, "the latest comes first")

	tab.click(`[data-op="CreateUser"] a`)
	tab.reads("#main", `"mobile": "13800001234"`)
	tab.reads("#main", `"errcode": 0`)
	tab.visit("log?op=GetUser")
	assert.Len(t, tab.texts("[data-call]"), 1)
}

// A browser keeps six connections to a server.
func TestATabInTheBackgroundHoldsNoConnectionAndMissesNothing(t *testing.T) {
	t.Parallel()
	p := serveTeam(t)
	tab, seen := open(t, p.console, "log", look{}), open(t, p.console, "log", look{})
	tab.reads("#connection.live", "Live")
	seen.reads("#connection.live", "Live")
	tab.hide(true)
	p.hire(t)
	seen.reads("[data-op]", "CreateUser")
	assert.Empty(t, tab.texts("[data-op]"), "somebody would have to hold a connection")
	tab.stay()
	tab.hide(false)
	tab.reads("[data-op]", "CreateUser")
	_, err := p.client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: "zhao.min"})
	require.NoError(t, err)
	tab.reads("[data-op]", "GetUser")
	tab.hide(true)
	tab.hide(false)
	require.NoError(t, p.client.DeleteUser(t.Context(), dingtalk.DeleteUserRequest{UserID: "zhao.min"}))
	tab.reads("[data-op]", "DeleteUser")
	assert.Len(t, tab.texts("[data-call]"), 4, "each call once")
	tab.stayed()
}

func TestNoPageHoldsASecret(t *testing.T) {
	t.Parallel()
	p := serveTeam(t)
	p.hire(t)
	token, err := p.client.Token(t.Context())
	require.NoError(t, err)
	tab := open(t, p.console, "", look{})
	for _, page := range append(pages, "log/2") {
		tab.visit(page)
		source := evaluate[string](tab, "document.documentElement.outerHTML")
		assert.NotContains(t, source, token.Value, page)
		assert.NotContains(t, source, p.ClientSecret(), page)
	}
}
