package browsertest

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// pages are one of each kind, where Zhao Min was hired.
var pages = []string{
	"", "departments/724960198", "users/zhao.min", "search?q=min", "log", "log/1", "controls",
}

func TestTheConsoleSpeaksTheLanguageOfTheBrowserOrTheOneThatIsChosen(t *testing.T) {
	t.Parallel()
	p := serveTeam(t)
	for accept, lang := range map[string]string{"zh-CN,zh;q=0.9,en;q=0.8": "zh-CN", "fr-FR,en;q=0.5": "en", "de": "en"} {
		tab := open(t, p.console, "", look{language: accept})
		assert.Equal(t, lang, evaluate[string](tab, "document.documentElement.lang"), accept)
	}
	tab := open(t, p.console, "users/lin.yue", look{language: "zh-CN"})
	tab.reads("header", "组织架构")
	tab.click(`.languages a[lang="en"]`)
	tab.reads("header", "Organization")
	tab.reads("h1", "Lin Yue")
	tab.visit("log")
	tab.reads("header", "Organization") // the choice stays
	tab.click(`.languages a[lang="zh-CN"]`)
	tab.reads("header", "组织架构")
}

func TestEverythingIsReachedWithTheKeyboardAlone(t *testing.T) {
	t.Parallel()
	p := serveTeam(t)
	p.hire(t)
	tab := open(t, p.console, "", look{})
	tab.tabTo("#search")
	tab.press("Zhao" + kb.Enter)
	tab.reads(`#main [data-userid="zhao.min"]`, "Zhao Min")
	tab.tabTo(`#main [data-userid="zhao.min"] a`)
	tab.press(kb.Enter)
	tab.reads("h1", "Zhao Min")
	tab.visit("")
	tab.tabTo(`a[data-department="724960197"]`)
	tab.press(kb.Enter)
	tab.reads("h1", "Engineering")
	tab.tabTo(`a[data-department="724960198"]`)
	tab.press(kb.Enter)
	tab.reads("h1", "Platform")
	tab.tabTo(`[data-userid="zhao.min"] a`)
	tab.press(kb.Enter)
	tab.reads("h1", "Zhao Min")
	tab.tabTo(`header a[href$="/controls"]`)
	tab.press(kb.Enter)
	tab.tabTo(`[action$="/revoke"] button`)
	tab.press(kb.Enter)
	tab.until("there is a notice", "!!document.querySelector('#notice')?.innerText.trim()")
}

func TestWithoutJavaScriptEverythingCanBeRead(t *testing.T) {
	t.Parallel()
	p := serveTeam(t)
	p.hire(t)
	tab := open(t, p.console, "", look{noScript: true})
	require.Equal(t, "undefined", evaluate[string](tab, "typeof htmx"))
	tab.click(`a[data-department="724960197"]`)
	tab.reads("h1", "Engineering")
	tab.click(`a[data-department="724960198"]`)
	tab.reads("h1", "Platform")
	tab.click(`[data-userid="zhao.min"] a`)
	tab.reads("h1", "Zhao Min")
	tab.reads(`[data-field="job_number"]`, "E-2041")
	tab.fill("#search", "lin")
	tab.press(kb.Enter)
	tab.reads(`#main [data-userid="lin.yue"]`, "Lin Yue")
	tab.visit("log")
	tab.click(`[data-op="CreateUser"] a`)
	tab.reads("#main", "13800001234")
	tab.visit("controls")
	tab.turn(`[action$="/revoke"] button`)
}

func TestNoPageIsWiderThanItsScreen(t *testing.T) {
	t.Parallel()
	team, sample := serveTeam(t), serve(t, dingtalktest.WithSampleOrg(60, 200, 1))
	team.hire(t)
	for _, width := range []int64{360, 800, 1024, 1440} {
		for _, test := range []struct {
			*place
			pages []string
		}{{team, append(pages, "nothing")}, {sample, longest(sample)}} {
			tab := open(t, test.console, "", look{width: width})
			tab.forgive("404 (Not Found) " + test.console + "nothing")
			for _, page := range test.pages {
				tab.visit(page)
				require.Equal(t, width, evaluate[int64](tab, "innerWidth"))
				assert.LessOrEqual(t, evaluate[int64](tab, "document.scrollingElement.scrollWidth"), width, page)
			}
			if test.place == team {
				tab.visit("log")
				tab.click(`[data-op="CreateUser"] a`)
				tab.reads("#calls", "13800001234")
				assert.LessOrEqual(t, evaluate[int64](tab, "document.scrollingElement.scrollWidth"), width, "an open call")
			}
		}
	}
}

// longest are the pages with the longest names and the most entries.
func longest(p *place) []string {
	var departments dingtalktest.Department
	for _, d := range p.Departments() {
		if len(d.Name) > len(departments.Name) {
			departments = d
		}
	}
	var name, entries dingtalktest.User
	for _, u := range p.Users() {
		if len(u.Name) > len(name.Name) {
			name = u
		}
		if len(u.DeptIDList) > len(entries.DeptIDList) {
			entries = u
		}
	}
	return []string{"departments/" + str(departments.ID), "users/" + name.UserID, "users/" + entries.UserID, "search?q=" + strings.Repeat("long", 100)}
}

func TestTextsStandOutFromTheirBackground(t *testing.T) {
	t.Parallel()
	p := serveTeam(t)
	p.hire(t)
	for _, dark := range []bool{false, true} {
		tab := open(t, p.console, "", look{dark: dark})
		for _, page := range pages {
			tab.visit(page)
			assert.Empty(t, evaluate[[]string](tab, faint), "%s, dark: %t", page, dark)
			bright := evaluate[float64](tab, luminance+"(document.body)")
			assert.Equal(t, dark, bright < 0.2, "%s: %v", page, bright)
		}
	}
}
