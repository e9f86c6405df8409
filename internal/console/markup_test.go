package console

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

func TestMarkup_IsAccessible(t *testing.T) {
	t.Parallel()
	s := staffed(t)
	h := New(s, "")
	call(t, s, getPath, `{"userid":"boss"}`)
	require.NoError(t, s.Fail("GetUser", emulator.Hang, 1))
	for _, target := range []string{
		"/console/", "/console/departments/20", "/console/users/zhao.min", "/console/users/boss", "/console/search?q=a", "/console/search",
		"/console/log", "/console/log/2", "/console/events", "/console/events?type=user_add_org&event=other", "/console/controls", "/console/controls?done=reset", "/console/users/boss?done=update-user",
		"/console/edit/create-user?department=20", "/console/edit/update-user?userid=zhao.min", "/console/edit/delete-user?userid=boss",
		"/console/edit/create-department", "/console/edit/update-department?dept_id=10", "/console/edit/delete-department?dept_id=10",
	} {
		page := open(t, h, target)
		assert.NotEmpty(t, page.one(t, "html").attr("lang"), target)
		assert.NotEmpty(t, page.one(t, "title").text(), target)
		assert.Len(t, page.all("h1"), 1, target)
		assert.Len(t, page.all("main"), 1, target)
		assert.Len(t, page.all("header"), 1, target)
		assert.Equal(t, "#main", page.one(t, "body").all("a")[0].attr("href"), "%s: the first link skips what all pages have", target)

		ids := map[string]bool{}
		for _, e := range page.all("", "id") {
			assert.False(t, ids[e.attr("id")], "%s: %s is there twice", target, e.attr("id"))
			ids[e.attr("id")] = true
		}
		for _, attr := range []string{"aria-labelledby", "for"} {
			for _, e := range page.all("", attr) {
				assert.True(t, ids[e.attr(attr)], "%s: nothing is %s", target, e.attr(attr))
			}
		}
		for _, e := range append(page.all("nav"), page.all("section")...) {
			assert.NotEmpty(t, e.attr("aria-label")+e.attr("aria-labelledby"), "%s: %s has no name", target, e.Data)
		}
		for _, e := range page.all("th") {
			assert.Contains(t, []string{"col", "row"}, e.attr("scope"), target)
		}
		for _, name := range []string{"input", "select", "textarea"} {
			for _, e := range page.all(name) {
				assert.True(t, e.attr("type") == "hidden" || len(page.all("label", "for", e.attr("id"))) == 1, "%s: %s has no label", target, e.attr("name"))
			}
		}
		level := 0
		for _, e := range page.all("") {
			if len(e.Data) == 2 && e.Data[0] == 'h' && e.Data[1] >= '1' && e.Data[1] <= '6' {
				assert.LessOrEqual(t, int(e.Data[1]-'0'), level+1, "%s: %s", target, e.text())
				level = int(e.Data[1] - '0')
			}
		}
	}
}

// A live page is reloaded when the organization changes, even if what it showed was deleted.
func TestMarkup_PagesFollowTheOrganization(t *testing.T) {
	t.Parallel()
	h := New(staffed(t), "/base")
	for target, live := range map[string]bool{
		"/base/console/departments/20?page=1&lang=zh": true, "/base/console/users/a%2Fb": true, "/base/console/users/boss": true,
		"/base/console/search?q=a+b": true, "/base/console/controls": false,
	} {
		page := parsePage(t, bodyOf(t, ask(t, h, "GET", target)))
		main := page.one(t, "main")
		assert.Equal(t, live, main.has("hx-get"), target)
		if live {
			assert.Equal(t, target, main.attr("hx-get"))
			assert.Equal(t, "sse:organization", main.attr("hx-trigger"))
		}
		assert.True(t, strings.HasPrefix(page.one(t, "body").attr("sse-connect"), "/base/console/updates?after="))
	}
}

// The names are those of custom properties: a text and the backgrounds that it has.
func TestMarkup_HasContrastInBothSchemes(t *testing.T) {
	t.Parallel()
	css, err := assetFiles.ReadFile("assets/console.css")
	require.NoError(t, err)
	light, rest, found := strings.Cut(string(css), "@media (prefers-color-scheme: dark)")
	require.True(t, found)
	dark, _, found := strings.Cut(rest, "\n}\n")
	require.True(t, found)
	for scheme, text := range map[string]string{"light": light, "dark": dark} {
		colors := map[string]string{}
		for _, m := range regexp.MustCompile(`--([\w-]+): (#[0-9a-f]{6});`).FindAllStringSubmatch(text, -1) {
			colors[m[1]] = m[2]
		}
		for front, grounds := range map[string][]string{
			"text": {"ground", "surface", "sunken", "tint"}, "muted": {"ground", "surface", "sunken"},
			"accent": {"ground", "surface", "sunken", "tint"}, "on-accent": {"accent"},
			"good": {"surface", "good-tint", "sunken"}, "warn": {"surface", "warn-tint", "sunken"}, "bad": {"surface", "bad-tint", "sunken"},
		} {
			for _, ground := range grounds {
				require.NotEmpty(t, colors[front], front)
				require.NotEmpty(t, colors[ground], ground)
				assert.GreaterOrEqual(t, contrast(colors[front], colors[ground]), 4.5, "%s: %s on %s", scheme, front, ground)
			}
		}
	}
	circles := regexp.MustCompile(`--circle: (#[0-9a-f]{6});`).FindAllStringSubmatch(string(css), -1)
	require.Len(t, circles, 6)
	for _, m := range circles {
		assert.GreaterOrEqual(t, contrast("#ffffff", m[1]), 4.5, m[1])
	}
}
