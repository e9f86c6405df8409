package console

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLanguage_FollowsTheBrowser(t *testing.T) {
	t.Parallel()
	h := New(newServer(t), "")
	for accept, want := range map[string]string{
		"":                                 "en",
		"fr-FR,fr;q=0.9":                   "en",
		"zh-CN,zh;q=0.9,en;q=0.8":          "zh-CN",
		"en-US,en;q=0.9,zh-CN;q=0.8":       "en",
		"fr, en;q=0.4, zh-Hant-TW;q=0.5":   "zh-CN",
		"ZH":                               "zh-CN",
		"zh;q=0, en;q=0.1":                 "en",
		"zh;q=x,":                          "en",
		"zhx, english":                     "en",
		"en;q=0.5 , zh ; q=0.7, *;q=0.001": "zh-CN",
	} {
		assert.Contains(t, get(t, h, "/console/", "Accept-Language", accept), `<html lang="`+want+`">`, accept)
	}
}

func TestLanguage_ChoiceIsKept(t *testing.T) {
	t.Parallel()
	h := New(newServer(t), "/base")
	res := ask(t, h, http.MethodGet, "/base/console/search?lang=zh&q=a")
	body := bodyOf(t, res)
	assert.Contains(t, body, `<html lang="zh-CN">`)
	assert.Contains(t, body, `href="?lang=en&amp;q=a"`, "it leads to the same page in the other language")
	require.Len(t, res.Cookies(), 1)
	cookie := res.Cookies()[0]
	assert.Equal(t, "/base/console/", cookie.Path)
	assert.True(t, cookie.HttpOnly)

	chosen := cookie.Name + "=" + cookie.Value
	assert.Contains(t, get(t, h, "/base/console/", "Cookie", chosen), `<html lang="zh-CN">`)
	assert.Contains(t, get(t, h, "/base/console/?lang=en", "Cookie", chosen), `<html lang="en">`)
	assert.Contains(t, get(t, h, "/base/console/?lang=fr", "Cookie", chosen), `<html lang="zh-CN">`)
	assert.Empty(t, ask(t, h, http.MethodGet, "/base/console/?lang=fr").Cookies())
	assert.Empty(t, ask(t, h, http.MethodGet, "/base/console/").Cookies())
}
