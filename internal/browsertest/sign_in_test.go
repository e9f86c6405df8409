package browsertest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// serveApp serves an app that shows the parameters it is called with.
func serveApp(t *testing.T) string {
	t.Helper()
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		query := r.URL.Query()
		_, _ = fmt.Fprintf(w, `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>App</title><p id="back">state %s, error %q, code %t</p>`,
			query.Get("state"), query.Get("error"), query.Get("authCode") != "" && query.Get("authCode") == query.Get("code"))
	}))
	t.Cleanup(app.Close)
	return app.URL
}

// serveGuests serves a team with a second organization and an external contact.
func serveGuests(t *testing.T) *testServer {
	t.Helper()
	p := serveTeam(t, dingtalktest.WithOtherOrganization("dingharbor", "Harbor Foods", dingtalktest.User{
		UserID: "mei.tan", Name: "陈美丽", Title: "采购经理", Admin: true,
	}))
	p.AddUser(dingtalktest.User{UserID: "long", Name: "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaftschaferswessen", Boss: true, Admin: true})
	p.AddExternalContact(dingtalktest.ExternalContact{UserID: "buyer", Name: "Buyer"})
	return p
}

// loginPage returns the path and query of the login page for an app.
func (p *testServer) loginPage(app string) string {
	return "oauth2/auth?" + url.Values{
		"client_id": {p.ClientID()}, "redirect_uri": {app + "/callback"}, "response_type": {"code"},
		"scope": {"openid corpid Contact.User.Read"}, "prompt": {"consent"}, "state": {"7f3a"},
	}.Encode()
}

func TestLoginPage_IsOperableByKeyboardWithoutJavaScript(t *testing.T) {
	t.Parallel()
	p, app := serveGuests(t), serveApp(t)
	tab := open(t, p.base+"/", p.loginPage(app), view{noScript: true, width: 360})
	tab.ignore("request to another host: " + app)
	tab.tabTo(`[name="person"]:checked`)
	tab.press(kb.ArrowDown)
	assert.Contains(t, tab.texts(".choice:has(:checked) bdi")[0], "Wolfe") // the second by name
	tab.tabTo(`[value="approve"]`)
	tab.press(kb.Enter)
	tab.waitForText("#back", `state 7f3a, error "", code true`)

	tab.visit(p.loginPage(app))
	tab.fill("#q", "采购")
	tab.press(kb.Enter)
	tab.waitForText("#main", "No one matches")
	tab.fill("#q", "mei")
	tab.press(kb.Enter)
	tab.waitForText(".choice", "陈美丽")
	require.Len(t, tab.texts(".choice"), 1)
	tab.tabTo(`[value="refuse"]`)
	tab.press(kb.Enter)
	tab.waitForText("#back", `state 7f3a, error "access_denied", code false`)
	assert.Len(t, p.Calls("SignInPage"), 6)
}

func TestLoginPage_KeepsTheAddressWhenTheLanguageChanges(t *testing.T) {
	t.Parallel()
	p, app := serveGuests(t), serveApp(t)
	tab := open(t, p.base+"/", p.loginPage(app), view{language: "zh-CN"})
	tab.ignore("request to another host: " + app)
	tab.waitForText("h1", "登录")
	tab.click(`.languages a[lang="en"]`)
	tab.waitForText("h1", "Sign in")
	tab.click(`[value$="/lin.yue"]`)
	tab.click(`[value="approve"]`)
	tab.waitForText("#back", "state 7f3a")
	tab.visit(p.loginPage(app))
	tab.waitForText("h1", "Sign in") // the choice is remembered
}

func TestLoginPage_ShowsTheChosenPersonAboveItsButtons(t *testing.T) {
	t.Parallel()
	p := serve(t, dingtalktest.WithSampleOrg(60, 200, 1))
	tab := open(t, p.base+"/", p.loginPage(serveApp(t)), view{width: 360})
	tab.tabTo(`[name="person"]:checked`)
	for range 19 {
		tab.press(kb.ArrowDown)
		covered := evaluate[float64](tab, `document.activeElement.closest(".choice").getBoundingClientRect().bottom -
			document.querySelector(".decide").getBoundingClientRect().top`)
		assert.LessOrEqual(t, covered, 0.5, tab.texts(".choice:has(:checked)"))
	}
	assert.Positive(t, evaluate[float64](tab, "scrollY"), "the list is longer than the screen")
}

func TestLoginPage_FitsTheScreenAndIsReadable(t *testing.T) {
	t.Parallel()
	p, app := serveGuests(t), serveApp(t)
	sample := serve(t, dingtalktest.WithSampleOrg(60, 200, 1))
	for name, test := range map[string]struct {
		p    *testServer
		page string
		view view
	}{
		"small":       {p, p.loginPage(app), view{width: 360}},
		"small-dark":  {p, p.loginPage(app), view{width: 360, dark: true, language: "zh-CN"}},
		"wide":        {p, p.loginPage(app), view{}},
		"sample":      {sample, sample.loginPage(app), view{width: 360}},
		"wrong":       {p, "oauth2/auth?client_id=x", view{width: 360}},
		"wrong-dark":  {p, p.loginPage("relative"), view{dark: true}},
		"none":        {p, p.loginPage(app) + "&q=nothing", view{width: 360}},
		"wide-sample": {sample, sample.loginPage(app), view{dark: true}},
	} {
		tab := open(t, test.p.base+"/", test.page, test.view)
		tab.ignore("400 (Bad Request)")
		assert.LessOrEqual(t, evaluate[int64](tab, "document.scrollingElement.scrollWidth"), evaluate[int64](tab, "innerWidth"), name)
		assert.Empty(t, evaluate[[]string](tab, lowContrastTexts), name)
	}
}
