package console

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestForm_LanguageCanBeChosenWithErrors(t *testing.T) {
	t.Parallel()
	h := New(newServer(t), "")
	page := parsePage(t, bodyOf(t, send(t, h, "fault", nil)))
	for _, choice := range page.all("a", "hreflang") {
		target := choice.attr("href")
		assert.True(t, strings.HasPrefix(target, "/console/controls?lang="), "%s: the address of the form takes no GET", target)
		get(t, h, target)
	}
}

func TestForm_ShowsErrorsBesideTheirFields(t *testing.T) {
	t.Parallel()
	fault := func(op, fault, value, times string) url.Values {
		return formOf("operation", op, "fault", fault, faultValues[fault].field, value, "times", times, "after", "1")
	}
	reseed := func(departments, users, seed string) url.Values {
		return formOf("departments", departments, "users", users, "seed", seed)
	}
	const choose, chooseZh = "Choose one.", "请选择一项。"
	b := newBench(t)
	before := b.state(t)
	for _, test := range []struct {
		control, field string
		form           url.Values
		en, zh         string
	}{
		{"fault", "operation", fault("", "Hang", "", "1"), choose, chooseZh},
		{"fault", "operation", fault("GetUsr", "Hang", "", "1"), choose, chooseZh},
		{"fault", "fault", fault("GetUser", "", "", "1"), choose, chooseZh},
		{"fault", "fault", fault("GetUser", "hang", "", "1"), choose, chooseZh},
		{"fault", "fault", fault("GetOAuth2Token", "TokenExpired", "", "1"), "This fault cannot happen to GetOAuth2Token", "GetOAuth2Token 不会出现此故障"},
		{"fault", "times", fault("GetUser", "Hang", "", "0"), "Enter a whole number from 1 to 1000.", "请输入 1 到 1000 之间的整数。"},
		{"fault", "times", fault("GetUser", "Hang", "", "1001"), "from 1 to 1000", "1 到 1000"},
		{"fault", "times", fault("GetUser", "Hang", "", ""), "from 1 to 1000", "1 到 1000"},
		{"fault", "code", fault("GetUser", "Code", "0", "1"), "Enter an errcode other than 0", "非 0 的错误码"},
		{"fault", "code", fault("GetUser", "Code", "x", "1"), "Enter an errcode other than 0", "非 0 的错误码"},
		{"fault", "code", fault("GetUser", "Code", "10000000", "1"), "at most 9999999", "不超过 9999999"},
		{"fault", "code", fault("GetUser", "Code", "-10000000", "1"), "at most 9999999", "不超过 9999999"},
		{"fault", "status", fault("GetUser", "HTTPStatus", "299", "1"), "from 300 to 599", "300 到 599"},
		{"fault", "status", fault("GetUser", "HTTPStatus", "600", "1"), "from 300 to 599", "300 到 599"},
		{"fault", "reason", fault("GetOAuth2Token", "StringCode", "399 x", "1"), "a space and a code", "空格和错误码"},
		{"fault", "reason", fault("GetOAuth2Token", "StringCode", "429", "1"), "a space and a code", "空格和错误码"},
		{"fault", "field", fault("GetUser", "Omit", " ", "1"), "Enter the name of a field", "请输入字段名"},
		{"fault", "delay", fault("GetUser", "Slow", "0", "1"), "at most 600", "不超过 600"},
		{"fault", "delay", fault("GetUser", "Slow", "-1", "1"), "at most 600", "不超过 600"},
		{"fault", "delay", fault("GetUser", "Slow", "601", "1"), "at most 600", "不超过 600"},
		{"fault", "delay", fault("GetUser", "Slow", "Inf", "1"), "at most 600", "不超过 600"},
		{"fault", "delay", fault("GetUser", "Slow", "long", "1"), "at most 600", "不超过 600"},
		{"advance", "seconds", formOf("seconds", "0"), "from 1 to 31622400", "1 到 31622400"},
		{"advance", "seconds", formOf("seconds", "31622401"), "from 1 to 31622400", "1 到 31622400"},
		{"advance", "seconds", formOf("seconds", "1.5"), "from 1 to 31622400", "1 到 31622400"},
		{"advance", "seconds", nil, "from 1 to 31622400", "1 到 31622400"},
		{"limit", "qps", formOf("qps", "-1"), "from 0 to 1000000", "0 到 1000000"},
		{"limit", "qps", formOf("qps", "1000001"), "from 0 to 1000000", "0 到 1000000"},
		{"address-limit", "calls", formOf("calls", "-1"), "from 0 to 100000000", "0 到 100000000"},
		{"jitter", "least", formOf("least", "-1", "most", "5"), "from 0 to 600000", "0 到 600000"},
		{"jitter", "most", formOf("least", "5", "most", "600001"), "from 0 to 600000", "0 到 600000"},
		{"jitter", "most", formOf("least", "5", "most", "4"), "Enter 5 or more.", "不小于 5"},
		{"scope", "scope_departments", formOf("scope_departments", "1, 42"), "No department has the ID 42.", "没有 ID 为 42 的部门"},
		{"scope", "scope_departments", formOf("scope_departments", "1;2"), "No department has the ID 1;2.", "没有 ID 为 1;2 的部门"},
		{"scope", "scope_users", formOf("scope_users", "u1，<script>"), "No person has the userid", "没有 userid 为"},
		{"reseed", "departments", reseed("50001", "1", "1"), "from 0 to 50000", "0 到 50000"},
		{"reseed", "departments", reseed("-1", "1", "1"), "from 0 to 50000", "0 到 50000"},
		{"reseed", "users", reseed("1", "500001", "1"), "from 0 to 500000", "0 到 500000"},
		{"reseed", "seed", reseed("1", "1", "-1"), "Enter a whole number of 0 or more.", "非负整数"},
		{"reseed", "seed", reseed("1", "1", `"><script>`), "Enter a whole number of 0 or more.", "非负整数"},
	} {
		for lang, want := range map[string]string{"en": test.en, "zh": test.zh} {
			res := send(t, b.console, test.control, test.form, "Accept-Language", lang)
			body := bodyOf(t, res)
			assert.Equal(t, http.StatusUnprocessableEntity, res.StatusCode, "%s %v", test.control, test.form)
			assert.Equal(t, "no-store", res.Header.Get("Cache-Control"))
			_, after, found := strings.Cut(body, `id="error-`+test.field+`">`)
			require.True(t, found, "%s %v", test.control, test.form)
			message, _, _ := strings.Cut(after, "<")
			assert.Contains(t, message, want)
			assert.Contains(t, body, `aria-invalid="true" aria-describedby="error-`+test.field+`"`)
			assert.Equal(t, 1, strings.Count(body, `class="error"`))
			assert.Contains(t, body, `role="alert"`)
			assert.NotContains(t, body, "<script>")
		}
	}
	assert.Equal(t, before, b.state(t))
}

func TestForm_KeepsTheInputWithErrors(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	body := bodyOf(t, send(t, b.console, "fault",
		formOf("operation", "DeleteUser", "fault", "Slow", "delay", "<soon>", "times", "0", "after", "1")))
	for _, kept := range []string{
		"<option selected>DeleteUser</option>", `<option value="Slow" data-value="delay" data-applied selected>`, `value="&lt;soon&gt;"`,
		`required value="0"`, `value="1" checked`,
	} {
		assert.Contains(t, body, kept)
	}
	assert.Equal(t, 2, strings.Count(body, `class="error"`), "both errors are shown")
	assert.Contains(t, body, `name="seconds" type="number" min="1" max="31622400" required value="60"`, "other forms begin as ever")
	assert.Contains(t, body, `name="qps" type="number" min="0" max="1000000" required value="40"`)
}

// A fault is often injected several times in a row.
func TestForm_OfFaultsKeepsItsChoice(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	res := send(t, b.console, "fault", formOf("operation", "DeleteUser", "fault", "HTTPStatus", "status", "503", "times", "4", "after", "1"))
	require.Equal(t, http.StatusSeeOther, res.StatusCode)
	page := open(t, b.console, res.Header.Get("Location"))
	var chosen []string
	for _, option := range page.all("option", "selected") {
		chosen = append(chosen, option.text())
	}
	assert.Equal(t, []string{"DeleteUser", "HTTP status of your choice, from a proxy"}, chosen)
	assert.Equal(t, "503", page.one(t, "input", "id", "status").attr("value"))
	assert.Equal(t, "4", page.one(t, "input", "id", "times").attr("value"))
	assert.True(t, page.one(t, "input", "id", "after").has("checked"))
	assert.Empty(t, page.all("p", "class", "error"))
	require.Equal(t, http.StatusSeeOther, send(t, b.console, "fault", choiceOf(t, page)).StatusCode)
	assert.Equal(t, 8, b.Faults()[1].Times, "it is injected again")

	other := open(t, b.console, "/console/controls?done=limit&operation=DeleteUser&qps=9")
	assert.Empty(t, other.all("option", "selected"), "other forms show what holds")
	assert.Equal(t, "40", other.one(t, "input", "id", "qps").attr("value"))
}

// choiceOf returns the values of the form of faults.
func choiceOf(t *testing.T, page element) url.Values {
	t.Helper()
	form := page.one(t, "form", "action", "/console/controls/fault")
	values := url.Values{}
	for _, e := range form.all("input", "name") {
		if e.attr("type") != "checkbox" || e.has("checked") {
			values.Add(e.attr("name"), e.attr("value"))
		}
	}
	for _, e := range form.all("select") {
		selected := e.one(t, "option", "selected")
		value := selected.attr("value")
		if !selected.has("value") {
			value = selected.text()
		}
		values.Add(e.attr("name"), value)
	}
	return values
}
