package console

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

// oddTexts holds texts that would harm a page which did not escape them, or that run from right to left.
var oddTexts = []string{
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `'/><svg onload='alert(1)'>`, `</textarea><script>`, `javascript:alert(1)`,
	"{{.Name}}", "🌻👩‍👩‍👧", "شركة", "\u202egnp.exe", "a\u0000b", "\n<b>\n",
}

// A form that was refused shows each text as it was entered.
func TestEdit_EscapesWhatWasEntered(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	h := New(s, "")
	empty := open(t, h, "/console/search")
	for _, text := range oddTexts {
		for _, action := range []string{newPerson, newDept} {
			values := url.Values{}
			for name := range formOn(t, open(t, h, action), action) {
				values.Set(name, text)
			}
			page := parsePage(t, bodyOf(t, submitted(t, h, action, values)))
			assert.Len(t, page.all("script"), len(empty.all("script")), "%q", text)
			assert.Len(t, page.all("img"), len(empty.all("img")), "%q", text)
			assert.Empty(t, page.all("svg"), "%q", text)
			for _, e := range page.all("") {
				for _, a := range e.Attr {
					assert.False(t, strings.HasPrefix(a.Key, "on") || a.Key == "style", "%q: %s", text, a.Key)
				}
			}
			shown := text
			if strings.Contains(text, "\u0000") {
				shown = strings.ReplaceAll(text, "\u0000", "\ufffd") // HTML has no such character
			}
			assert.Equal(t, shown, page.one(t, "input", "id", "name").attr("value"))
			area := map[string]string{newPerson: "remark", newDept: "brief"}[action]
			assert.Equal(t, shown, page.one(t, "textarea", "id", area).raw())
		}
	}
	assert.Empty(t, s.Users())
}

// What is stored comes back unchanged from a form that is saved as it is.
func TestEdit_ShowsWhatIsStored(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	h := New(s, "")
	for i, text := range oddTexts {
		if strings.Contains(text, "\u0000") {
			continue
		}
		userid := "u" + text
		_, err := s.AddUser(directory.User{UserID: userid, Name: text, Title: text, Remark: text, Email: text, Extension: `{"x":"\u003c/textarea\u003e<script>"}`})
		require.NoError(t, err)
		page := editPerson + "?" + url.Values{"userid": {userid}}.Encode()
		require.Equal(t, http.StatusSeeOther, submitted(t, h, editPerson, filled(t, h, page, editPerson)).StatusCode, "%q", text)
		assert.Equal(t, map[string]any{"userid": userid}, sent(t, s), "%q", text)

		question := open(t, h, deletePerson+"?"+url.Values{"userid": {userid}}.Encode())
		assert.Equal(t, userid, question.one(t, "section", "class", "question").all("code")[0].raw())
		values := formOn(t, question, deletePerson)
		values.Set("confirmed", "1")
		require.Equal(t, http.StatusSeeOther, submitted(t, h, deletePerson, values).StatusCode)
		require.Empty(t, s.Users(), i)
	}
}

func TestEdit_WorksForAnyUserID(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"", "/a b"} {
		s := newServer(t)
		h := New(s, base)
		prefix := (&url.URL{Path: base}).EscapedPath()
		for _, userid := range []string{"a/b", ".", "..", "/", "%2F", "a b", "?", "#", "a,b", "赵敏", "&x=y", `"`, "🌻"} {
			values := url.Values{"userid": {userid}, "name": {"N"}, "mobile": {"13900000000"}, "dept_id_list": {"1"}}
			res := submitted(t, h, prefix+newPerson, values)
			require.Equal(t, http.StatusSeeOther, res.StatusCode, "%q: %s", userid, res.Header.Get("Location"))
			_, found := s.User(userid)
			require.True(t, found, userid)
			key := url.Values{"userid": {userid}}
			assert.Equal(t, userid, open(t, h, prefix+editPerson+"?"+key.Encode()).all("input", "name", "userid")[0].attr("value"))
			key.Set("name", "M")
			res = submitted(t, h, prefix+editPerson, key)
			require.Equal(t, http.StatusSeeOther, res.StatusCode, userid)
			to, err := res.Location()
			require.NoError(t, err)
			assert.True(t, strings.HasPrefix(to.Path, base+"/console/users/"), to)
			assert.Equal(t, "update-user", to.Query().Get("done"))
			key.Set("confirmed", "1")
			require.Equal(t, http.StatusSeeOther, submitted(t, h, prefix+deletePerson, key).StatusCode, userid)
			require.Empty(t, s.Users())
		}
	}
}

func TestEdit_RefusesOtherSites(t *testing.T) {
	t.Parallel()
	s := staffed(t)
	h := New(s, "")
	users, departments := s.Users(), s.Departments()
	forms := map[string]url.Values{
		newPerson:    {"name": {"N"}, "mobile": {"13900000001"}, "dept_id_list": {"1"}},
		editPerson:   {"userid": {"boss"}, "title": {"T"}},
		deletePerson: {"userid": {"boss"}, "confirmed": {"1"}},
		newDept:      {"name": {"N"}, "parent_id": {"1"}},
		editDept:     {"dept_id": {"10"}, "name": {"N"}},
		deleteDept:   {"dept_id": {"30"}, "confirmed": {"1"}},
	}
	require.Len(t, forms, len(editForms()))
	for target, form := range forms {
		for _, header := range [][]string{
			{"Sec-Fetch-Site", "cross-site", "Origin", "http://evil.example"}, {"Sec-Fetch-Site", "same-site"},
			{"Origin", "http://evil.example"}, {"Origin", "null"},
		} {
			assert.Equal(t, http.StatusForbidden, submitted(t, h, target, form, header...).StatusCode, "%s %q", target, header)
		}
		ask(t, h, http.MethodGet, target+"?"+form.Encode())
		assert.Equal(t, http.StatusMethodNotAllowed, ask(t, h, http.MethodPut, target).StatusCode)
	}
	assert.Equal(t, users, s.Users())
	assert.Equal(t, departments, s.Departments())
	assert.Zero(t, s.CountLog(emulator.LogFilter{}))
}
