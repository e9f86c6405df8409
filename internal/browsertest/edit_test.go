package browsertest

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// The console is how one plays the administrator: other pages and the app see what was done at once.
func TestEdit_CreatesChangesAndDeletesAPerson(t *testing.T) {
	t.Parallel()
	p := serveTeam(t)
	department, requests := open(t, p.console, "departments/"+str(platform), view{}), open(t, p.console, "log", view{})
	department.markPage()
	requests.waitForText("#connection.live", "Live")
	tab := open(t, p.console, "departments/"+str(platform), view{})
	tab.click(`a[href*="create-user"]`)
	tab.fill("#name", "Ada 🌻 <b>")
	tab.fill("#userid", "ada")
	tab.ignore("422")
	tab.click(".primary")
	tab.waitForText("#error-mobile", "400002")
	assert.Equal(t, "mobile", evaluate[string](tab, "document.activeElement.id"), "the field with the error has the focus")
	tab.fill("#mobile", "13800002222")
	tab.click(".primary")
	tab.waitForText("#notice", "The person was created.")
	tab.waitForText("h1", "Ada 🌻 <b>")
	department.waitForText(`[data-userid="ada"]`, "Ada 🌻 <b>")
	department.requireSamePage()
	requests.waitForText(`[data-op="CreateUser"]`, "made in the console")

	tab.click(`a[href*="update-user"]`)
	tab.fill("#title", "Countess")
	tab.fill("#dept_id_list", str(sales))
	tab.click(`[id="department-` + str(platform) + `"]`)
	tab.click(".primary")
	tab.waitForText("#notice", "The person was changed.")
	user, err := p.client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: "ada"})
	require.NoError(t, err)
	assert.Equal(t, []int64{sales}, user.DeptIDList)
	assert.Equal(t, "Countess", user.Title)
	department.waitForNoText("[data-userid]", "Ada")

	tab.click(`a[href*="delete-user"]`)
	tab.click(".question a")
	tab.waitForText("h1", "Ada")
	require.Len(t, p.Users(), 2, "it was canceled")
	tab.click(`a[href*="delete-user"]`)
	tab.click(".question button")
	tab.waitForText("#notice", "The person was deleted.")
	tab.waitForText("h1", "Sales")
	_, err = p.client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: "ada"})
	require.ErrorIs(t, err, dingtalk.ErrNotFound)
	requests.waitForText(`[data-op="DeleteUser"]`, "made in the console")
}

func TestEdit_IsOperableByKeyboardAndWithoutJavaScript(t *testing.T) {
	t.Parallel()
	for _, noScript := range []bool{false, true} {
		p := serveTeam(t)
		tab := open(t, p.console, "departments/"+str(engineering), view{noScript: noScript})
		tab.tabTo(`a[href*="create-department"]`)
		tab.press(kb.Enter)
		tab.tabTo("#name")
		tab.press("火箭" + kb.Enter)
		tab.waitForText("h1", "火箭")
		made := p.Departments()[len(p.Departments())-1]
		assert.Equal(t, []any{"火箭", engineering}, []any{made.Name, made.ParentID})

		tab.tabTo(`a[href*="update-department"]`)
		tab.press(kb.Enter)
		tab.tabTo("#hide_dept")
		tab.press(" ")
		tab.press(kb.Enter)
		tab.waitForText("#notice", "The department was changed.")
		changed, _ := p.Department(made.ID)
		assert.True(t, changed.HideDept)

		tab.tabTo(`a[href*="delete-department"]`)
		tab.press(kb.Enter)
		tab.tabTo(".question button")
		tab.press(kb.Enter)
		tab.waitForText("#notice", "The department was deleted.")
		tab.waitForText("h1", "Engineering")
		_, found := p.Department(made.ID)
		assert.False(t, found)

		tab.visit("controls")
		tab.tabTo(`[action$="/reset"] button`)
		tab.press(kb.Enter)
		tab.tabTo(".question button")
		tab.press(kb.Enter)
		tab.waitForText("#notice", "The server was reset.")
	}
}

func TestEdit_EscapesTexts(t *testing.T) {
	t.Parallel()
	p := serveTeam(t)
	for i, text := range append(hostile, "\u202eمرحبا 👩‍👩‍👧", "</textarea><script>window.ran = 1</script>") {
		userid := p.AddUser(dingtalktest.User{UserID: "u" + text, Name: text, Remark: text, Extension: `{"a":"</textarea><script>window.ran = 1</script>"}`})
		tab := open(t, p.console, "edit/update-user?userid="+escape(userid), view{})
		tab.waitForText("h1", text)
		assert.Equal(t, text, evaluate[string](tab, "document.querySelector('#remark').value"))
		tab.set("#manager_userid", text) // typing drops some characters
		tab.ignore("422")
		tab.click(".primary")
		tab.waitForText("#error-manager_userid", "60128")
		assert.Equal(t, text, evaluate[string](tab, "document.querySelector('#manager_userid').value"))
		assertNoScriptRan(t, tab)
		tab.visit("edit/delete-user?userid=" + escape(userid))
		tab.waitForText(".question", text)
		assertNoScriptRan(t, tab)
		require.Len(t, p.Users(), i+2)
	}
}

func TestFaultForm_ShowsTheFieldOfItsKind(t *testing.T) {
	t.Parallel()
	p := serveTeam(t)
	tab := open(t, p.console, "controls", view{})
	fields := func() []string {
		return evaluate[[]string](tab, `[...document.querySelectorAll('.value, #after-work')].filter(e => e.checkVisibility()).map(e => e.dataset.value ?? 'after')`)
	}
	assert.Equal(t, []string{"after"}, fields())
	for kind, want := range map[string][]string{
		"Throttled": {"after"}, "Code": {"code", "after"}, "HTTPStatus": {"status", "after"}, "StringCode": {"reason", "after"},
		"Slow": {"delay"}, "Omit": {"field"}, "LostResponse": {},
	} {
		tab.set("#fault", kind)
		assert.Equal(t, want, fields(), kind)
	}
	tab.set("#operation", "GetUser")
	tab.set("#fault", "HTTPStatus")
	tab.fill("#status", "503")
	tab.run(chromedp.Submit(`[action$="/fault"]`))
	tab.waitForText("#notice", "The fault is queued.")
	assert.Equal(t, "GetUser HTTPStatus 503", evaluate[string](tab, "operation.value + ' ' + fault.value + ' ' + document.querySelector('#status').value"))
	assert.Equal(t, []string{"status", "after"}, fields())
}
