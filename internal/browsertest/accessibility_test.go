package browsertest

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// pages holds a page of each kind, after createZhaoMin.
var pages = []string{
	"", "departments/724960198", "users/zhao.min", "search?q=min", "log", "log?failed=1&op=GetUser", "log/1", "controls", "events", "events?event=other",
	"edit/create-user?department=724960198", "edit/update-user?userid=zhao.min", "edit/delete-user?userid=zhao.min",
	"edit/create-department", "edit/update-department?dept_id=724960198", "edit/delete-department?dept_id=724960198",
}

func TestConsole_UsesTheLanguageOfTheBrowserOrTheChosenOne(t *testing.T) {
	t.Parallel()
	p := serveTeam(t)
	for accept, lang := range map[string]string{"zh-CN,zh;q=0.9,en;q=0.8": "zh-CN", "fr-FR,en;q=0.5": "en", "de": "en"} {
		tab := open(t, p.console, "", view{language: accept})
		assert.Equal(t, lang, evaluate[string](tab, "document.documentElement.lang"), accept)
	}
	tab := open(t, p.console, "users/lin.yue", view{language: "zh-CN"})
	tab.waitForText("header", "组织架构")
	tab.click(`.languages a[lang="en"]`)
	tab.waitForText("header", "Organization")
	tab.waitForText("h1", "Lin Yue")
	tab.visit("log")
	tab.waitForText("header", "Organization") // the choice is remembered
	tab.click(`.languages a[lang="zh-CN"]`)
	tab.waitForText("header", "组织架构")
}

func TestConsole_IsOperableByKeyboard(t *testing.T) {
	t.Parallel()
	p := serveTeam(t)
	p.createZhaoMin(t)
	tab := open(t, p.console, "", view{})
	tab.tabTo("#search")
	tab.press("Zhao" + kb.Enter)
	tab.waitForText(`#main [data-userid="zhao.min"]`, "Zhao Min")
	tab.tabTo(`#main [data-userid="zhao.min"] a`)
	tab.press(kb.Enter)
	tab.waitForText("h1", "Zhao Min")
	tab.visit("")
	tab.tabTo(`a[data-department="724960197"]`)
	tab.press(kb.Enter)
	tab.waitForText("h1", "Engineering")
	tab.tabTo(`a[data-department="724960198"]`)
	tab.press(kb.Enter)
	tab.waitForText("h1", "Platform")
	tab.tabTo(`[data-userid="zhao.min"] a`)
	tab.press(kb.Enter)
	tab.waitForText("h1", "Zhao Min")
	tab.tabTo(`header a[href$="/controls"]`)
	tab.press(kb.Enter)
	tab.tabTo(`[action$="/revoke"] button`)
	tab.press(kb.Enter)
	tab.waitFor("there is a notice", "!!document.querySelector('#notice')?.innerText.trim()")
}

func TestConsole_WorksWithoutJavaScript(t *testing.T) {
	t.Parallel()
	p := serveTeam(t)
	p.createZhaoMin(t)
	tab := open(t, p.console, "", view{noScript: true})
	require.Equal(t, "undefined", evaluate[string](tab, "typeof htmx"))
	tab.click(`a[data-department="724960197"]`)
	tab.waitForText("h1", "Engineering")
	tab.click(`a[data-department="724960198"]`)
	tab.waitForText("h1", "Platform")
	tab.click(`[data-userid="zhao.min"] a`)
	tab.waitForText("h1", "Zhao Min")
	tab.waitForText(`[data-field="job_number"]`, "E-2041")
	tab.fill("#search", "lin")
	tab.press(kb.Enter)
	tab.waitForText(`#main [data-userid="lin.yue"]`, "Lin Yue")
	tab.visit("log")
	tab.click(`[data-op="CreateUser"] a`)
	tab.waitForText("#main", "13800001234")
	tab.visit("controls")
	tab.clickControl(`[action$="/revoke"] button`)
}

func TestPages_FitTheWidthOfTheScreen(t *testing.T) {
	t.Parallel()
	team, sample := serveTeam(t), serve(t, dingtalktest.WithSampleOrg(60, 200, 1))
	team.createZhaoMin(t)
	for _, width := range []int64{360, 800, 1024, 1440} {
		for _, test := range []struct {
			*testServer
			pages []string
		}{{team, append(pages, "nothing")}, {sample, longestPages(sample)}} {
			tab := open(t, test.console, "", view{width: width})
			tab.ignore("404 (Not Found) " + test.console + "nothing")
			for _, page := range test.pages {
				tab.visit(page)
				require.Equal(t, width, evaluate[int64](tab, "innerWidth"))
				assert.LessOrEqual(t, evaluate[int64](tab, "document.scrollingElement.scrollWidth"), width, page)
			}
			left := "document.querySelector('header nav:not(.languages) a').getBoundingClientRect().left"
			assert.GreaterOrEqual(t, evaluate[float64](tab, left), evaluate[float64](tab, "parseFloat(getComputedStyle(document.querySelector('main')).paddingLeft)"),
				"the navigation begins where the page does")
			if test.testServer == team {
				tab.visit("log")
				tab.click(`[data-op="CreateUser"] a`)
				tab.waitForText("#calls", "13800001234")
				assert.LessOrEqual(t, evaluate[int64](tab, "document.scrollingElement.scrollWidth"), width, "an open call")
			}
		}
	}
}

// longestPages returns the pages with the longest names and the most entries.
func longestPages(p *testServer) []string {
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
	return []string{
		"departments/" + str(departments.ID), "users/" + name.UserID, "users/" + entries.UserID, "search?q=" + strings.Repeat("long", 100),
		"edit/update-department?dept_id=" + str(departments.ID), "edit/update-user?userid=" + escape(name.UserID),
		"edit/update-user?userid=" + escape(entries.UserID), "edit/delete-user?userid=" + escape(name.UserID),
		"log?userid=" + strings.Repeat("long", 100),
	}
}

func TestPages_HaveSufficientContrast(t *testing.T) {
	t.Parallel()
	p := serveTeam(t)
	p.createZhaoMin(t)
	for _, dark := range []bool{false, true} {
		tab := open(t, p.console, "edit/create-user", view{dark: dark})
		tab.ignore("422")
		tab.click(".primary")
		tab.waitForText("#error-name", "400002")
		assert.Empty(t, evaluate[[]string](tab, lowContrastTexts), "a form with an error, dark: %t", dark)
		tab.visit("controls")
		tab.click(`[action$="/reset"] button`)
		tab.waitForText(".question", "Reset")
		assert.Empty(t, evaluate[[]string](tab, lowContrastTexts), "a question, dark: %t", dark)
		for _, page := range pages {
			tab.visit(page)
			assert.Empty(t, evaluate[[]string](tab, lowContrastTexts), "%s, dark: %t", page, dark)
			bright := evaluate[float64](tab, luminance+"(document.body)")
			assert.Equal(t, dark, bright < 0.2, "%s: %v", page, bright)
		}
	}
}
