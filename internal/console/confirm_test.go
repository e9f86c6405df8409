package console

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// formIn returns the values of the only form of a page with an action, and the values of its button.
func formIn(tb testing.TB, page element, action string) url.Values {
	tb.Helper()
	form := page.one(tb, "form", "action", action)
	values := url.Values{}
	for _, name := range []string{"input", "button"} {
		for _, e := range form.all(name, "name") {
			values.Add(e.attr("name"), e.attr("value"))
		}
	}
	return values
}

func TestConfirm_ResetAndReseedAskFirst(t *testing.T) {
	t.Parallel()
	for control, form := range map[string]url.Values{
		"reset": nil, "reseed": formOf("departments", "3", "users", "9", "seed", "7"),
	} {
		b := newBench(t)
		before := b.state(t)
		res := send(t, b.console, control, form)
		assert.Equal(t, http.StatusOK, res.StatusCode)
		page := parsePage(t, bodyOf(t, res))
		assert.Equal(t, before, b.state(t), "%s only asked", control)
		assert.Contains(t, page.one(t, "main").text(), "All people (2) and departments (1) are re")
		assert.Equal(t, "/console/controls", page.one(t, "a", "class", "button").attr("href"))

		values := formIn(t, page, "/console/controls/"+control)
		for name := range form {
			assert.Equal(t, form[name], values[name], name)
		}
		require.Equal(t, http.StatusSeeOther, send(t, b.console, control, values).StatusCode)
		assert.NotEqual(t, before, b.state(t))
		assert.Len(t, b.Users(), len(form)*3, "%s was done", control)
	}
}

func TestConfirm_IsInTheLanguageOfTheReader(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	body := bodyOf(t, send(t, b.console, "reset", nil, "Accept-Language", "zh"))
	assert.Contains(t, body, "要重置服务器吗？")
	assert.Contains(t, body, `href="/console/controls?lang=en"`, "the address of the form takes no GET")
}

func TestConfirm_EscapesWhatIsSentAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	form := formOf("departments", "3", "users", "9", "seed", "7", `"><script>alert(1)</script>`, "\u202e<b>🌻", "departments", "4")
	page := parsePage(t, bodyOf(t, send(t, b.console, "reseed", form)))
	assert.Len(t, page.all("script"), len(open(t, b.console, "/console/search").all("script")))
	sent := formIn(t, page, "/console/controls/reseed")
	sent.Del("confirmed")
	assert.Equal(t, form, sent)
}

func TestConfirm_DoesNotAskAboutAFormWithErrors(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	res := send(t, b.console, "reseed", formOf("departments", "x", "users", "9", "seed", "7"))
	assert.Equal(t, http.StatusUnprocessableEntity, res.StatusCode)
	assert.Contains(t, bodyOf(t, res), `id="error-departments"`)
}
