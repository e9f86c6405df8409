package browsertest

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// hostile are texts that would run if a page took them for a part of itself.
var hostile = []string{
	`<script>window.ran = 1</script>`,
	`"><img src=x onerror="window.ran = 1">`,
	`'/><svg onload='window.ran = 1'>`,
	`javascript:window.ran=1`,
}

func TestNothingThatWasWrittenRuns(t *testing.T) {
	t.Parallel()
	p := serveTeam(t)
	tab := open(t, p.console, "departments/724960199", look{})
	requests := open(t, p.console, "log", look{})
	for i, text := range hostile {
		userid := "mallory." + str(i)
		_, err := p.client.CreateUser(t.Context(), dingtalk.CreateUserRequest{
			UserID: userid, Name: text, Mobile: "1380000200" + str(i), Title: text, JobNumber: text, WorkPlace: text, Remark: text,
			DeptIDList: []int64{sales}, Extension: dingtalk.NewExtension(map[string]string{text: text}),
		})
		require.NoError(t, err)
		// It arrives live.
		tab.reads(`[data-userid="`+userid+`"]`, text)
		requests.reads("[data-op]", "CreateUser")
		still(t, tab)
	}
	for i, text := range hostile {
		for _, page := range []string{"users/mallory." + str(i), "search?q=" + escape(text), "log?op=" + escape(text), "log/" + str(i+2), escape(text)} {
			tab.forgive("404")
			tab.visit(page)
			still(t, tab)
		}
		tab.visit("users/mallory." + str(i))
		tab.reads("h1", text)
		tab.reads(`[data-field="extension"]`, text)
	}
	still(t, requests)
}

// still makes sure that no script of a hostile text ran.
func still(t *testing.T, tab *tab) {
	t.Helper()
	assert.False(t, evaluate[bool](tab, "'ran' in window"))
	assert.Empty(t, evaluate[[]string](tab, "[...document.querySelectorAll('a, form')].map(e => e.getAttribute('href') ?? e.action).filter(a => /^javascript/i.test(a))"))
}
