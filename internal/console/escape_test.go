package console

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// hostile is a text that breaks out of HTML where it is not escaped.
const hostile = `"'><script>alert(1)</script><img src=x onerror=alert(1)>{{.}}<!--`

func TestEscape_StoredTextIsShownAndNotRun(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	_, err := s.AddDepartment(directory.Department{
		ID: 10, Name: strings.ReplaceAll(hostile, "-", ""), Brief: hostile, Telephone: hostile, Code: hostile, SourceIdentifier: hostile,
		Tags: hostile, Extension: `{"<b>` + `":"[<i>](javascript:alert(1))"}`, OrgDeptOwner: hostile, DeptManagerUserIDList: []string{hostile, "x"},
		CreateDeptGroup: true,
	})
	require.NoError(t, err)
	for _, id := range []string{hostile, "x"} {
		_, err = s.AddUser(directory.User{
			UserID: id, Name: hostile, UnionID: id + hostile, Avatar: "javascript:alert(1)", StateCode: "86", Telephone: hostile + id,
			JobNumber: hostile, Title: hostile, Email: hostile + id, OrgEmail: hostile, OrgEmailType: hostile, LoginEmail: hostile,
			WorkPlace: hostile, Remark: hostile, Extension: `{"</pre><script>":"</script>","u":"[x](javascript:alert(1))","v":"[<b>](https://a.example/\"><script>)"}`,
			ExtensionI18n: `{"<b>":{"<i>":"<script>"}}`, DeptIDList: []int64{10},
			DeptTitleList:    []directory.DeptTitle{{DeptID: 10, Title: hostile}},
			DeptPositionList: []directory.DeptPosition{{DeptID: 10, Title: hostile, WorkPlace: hostile}},
			RoleList:         []directory.Role{{Name: hostile, GroupName: hostile}},
			UnionEmpExt: &directory.UnionEmpExt{
				UserID: hostile, CorpID: hostile, UnionEmpMapList: []directory.UnionEmpMap{{UserID: hostile, CorpID: hostile}},
			},
			ExclusiveAccount: true, ExclusiveAccountType: hostile, LoginID: hostile + id, Nickname: hostile,
			ExclusiveAccountCorpName: hostile, ExclusiveAccountCorpID: hostile, AvatarMediaID: hostile,
		})
		require.NoError(t, err)
	}
	h := New(s, "")
	empty := open(t, h, "/console/search")
	for _, target := range []string{
		"/console/", "/console/departments/10", "/console/users/x", "/console/users/" + url.PathEscape(hostile),
		"/console/search?q=" + url.QueryEscape(hostile), "/console/search?q=alert&lang=%22%3E%3Cscript%3E",
	} {
		page := open(t, h, target)
		assert.Len(t, page.all("script"), len(empty.all("script")), target)
		assert.Len(t, page.all("img"), len(empty.all("img")), target)
		for _, e := range page.all("") {
			for _, a := range e.Attr {
				assert.False(t, strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "srcdoc", "%s: %s", target, a.Key)
			}
		}
		for _, a := range page.all("a") {
			address, err := url.Parse(a.attr("href"))
			require.NoError(t, err, target)
			assert.Contains(t, []string{"", "https", "mailto"}, address.Scheme, "%s: %s", target, a.attr("href"))
			if address.Scheme == "https" {
				assert.Equal(t, "noopener noreferrer", a.attr("rel"))
			}
		}
	}
	page := open(t, h, "/console/users/x")
	for _, field := range []string{"name", "title", "remark", "nickname", "work_place", "role_list.name", "dept_position_list.title"} {
		assert.Equal(t, hostile, page.field(t, field).raw(), field)
	}
	assert.Equal(t, "javascript:alert(1)", page.field(t, "avatar").text())
	assert.Contains(t, page.field(t, "extension").text(), "u x (javascript:alert(1))")
}

// Browsers resolve dots in the paths of links, escaped or not, before they follow them.
func TestUserLink_WorksForAnyUserID(t *testing.T) {
	t.Parallel()
	userids := []string{
		"manager4220", "a/b", "/", "//", "a//b", "..", ".", "...", "../../console", "a/../b", "./", "%", "%2F", "%2e%2e", "100%25", "a b", " ", "+", "a+b",
		"?", "a?b=c", "#", "a#b", "赵敏", "é", "a;b", "a:b", "a@b", "&", "=", "\\", "\"", "'", "<", "~", "*", "users", "$", "{x}", "🌻", "a\tb", "\u202e",
	}
	for _, base := range []string{"", "/dingtalk/x"} {
		s := newServer(t)
		for _, id := range userids {
			_, err := s.AddUser(directory.User{UserID: id, Name: "named " + id})
			require.NoError(t, err)
		}
		h := New(s, base)
		home, err := url.Parse((&url.URL{Path: base}).EscapedPath() + "/console/departments/1")
		require.NoError(t, err)
		rows := open(t, h, home.String()).all("tr", "data-userid")
		require.Len(t, rows, len(userids))
		for _, row := range rows {
			id := row.attr("data-userid")
			link, err := url.Parse(row.all("a")[0].attr("href"))
			require.NoError(t, err, id)
			link.RawPath = strings.NewReplacer("%2e", ".", "%2E", ".").Replace(link.EscapedPath())
			res := ask(t, h, http.MethodGet, home.ResolveReference(link).String())
			require.Equal(t, http.StatusOK, res.StatusCode, "%q at %s", id, link)
			assert.Equal(t, id, parsePage(t, bodyOf(t, res)).field(t, "userid").raw())
		}
	}
}
