package browsertest

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// hostile holds texts that would run as scripts if a page did not escape them.
var hostile = []string{
	`<script>window.ran = 1</script>`,
	`"><img src=x onerror="window.ran = 1">`,
	`'/><svg onload='window.ran = 1'>`,
	`javascript:window.ran=1`,
}

func TestPages_EscapeStoredTexts(t *testing.T) {
	t.Parallel()
	p := serveTeam(t)
	tab := open(t, p.console, "departments/724960199", view{})
	requests := open(t, p.console, "log", view{})
	for i, text := range hostile {
		userid := "mallory." + str(i)
		_, err := p.client.CreateUser(t.Context(), dingtalk.CreateUserRequest{
			UserID: userid, Name: text, Mobile: "1380000200" + str(i), Title: text, JobNumber: text, WorkPlace: text, Remark: text,
			DeptIDList: []int64{sales}, Extension: dingtalk.NewExtension(map[string]string{text: text}),
		})
		require.NoError(t, err)
		// The open page receives it as an update.
		tab.waitForText(`[data-userid="`+userid+`"]`, text)
		requests.waitForText("[data-op]", "CreateUser")
		assertNoScriptRan(t, tab)
	}
	for i, text := range hostile {
		for _, page := range []string{"users/mallory." + str(i), "search?q=" + escape(text), "log?op=" + escape(text), "log/" + str(i+2), escape(text)} {
			tab.ignore("404")
			tab.visit(page)
			assertNoScriptRan(t, tab)
		}
		tab.visit("users/mallory." + str(i))
		tab.waitForText("h1", text)
		tab.waitForText(`[data-field="extension"]`, text)
	}
	assertNoScriptRan(t, requests)
}

// assertNoScriptRan asserts that no hostile text ran as a script.
func assertNoScriptRan(t *testing.T, tab *tab) {
	t.Helper()
	assert.False(t, evaluate[bool](tab, "'ran' in window"))
	assert.Empty(t, evaluate[[]string](tab, "[...document.querySelectorAll('a, form')].map(e => e.getAttribute('href') ?? e.action).filter(a => /^javascript/i.test(a))"))
}
