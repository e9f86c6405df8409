package console

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

// crawl reads all pages that links lead to and returns their text.
func crawl(tb testing.TB, h http.Handler, from string) (all string, pages int) {
	tb.Helper()
	links := regexp.MustCompile(`(?:href|src|hx-get|action)="([^"]+)"`)
	var served strings.Builder
	seen, waiting := map[string]bool{}, []string{from}
	for len(waiting) > 0 {
		target := waiting[0]
		waiting = waiting[1:]
		if seen[target] || !strings.HasPrefix(target, "/console/") {
			continue
		}
		seen[target] = true
		body := bodyOf(tb, ask(tb, h, http.MethodGet, target))
		served.WriteString(body)
		if strings.Contains(body, "<html") {
			for _, found := range links.FindAllStringSubmatch(body, -1) {
				waiting = append(waiting, html.UnescapeString(found[1]))
			}
		}
	}
	return served.String(), len(seen)
}

func TestPages_HoldNoSecret(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const password = "tops3cret"
		s := newServer(t)
		h := New(s, "")
		l := listen(t, h, "/console/updates")
		secrets := []string{s.ClientSecret(), url.QueryEscape(s.ClientSecret()), password}
		session := func() {
			token := fetchToken(t, s)
			secrets = append(secrets, token)
			sendRaw(t, s, "/v1.0/oauth2/accessToken", `{"appKey":"`+s.ClientID()+`","appSecret":"`+s.ClientSecret()+`"}`)
			sendRaw(t, s, createPath+"?access_token="+token, `{"name":"N","dept_id_list":"1","exclusive_account":true,`+
				`"exclusive_account_type":"dingtalk","login_id":"n`+token[:4]+`","init_password":"`+password+`"}`)
			sendRaw(t, s, createPath+"?access_token="+token+"&init_password="+password, `{"init_password":"`+password+`"}`)
			sendRaw(t, s, getPath, `{"access_token":"`+token+`"}`)
			code, err := s.IssueCode(s.Users()[0].UserID)
			require.NoError(t, err)
			secrets = append(secrets, code)
			sendRaw(t, s, codePath+"?access_token="+token, `{"code":"`+code+`"}`)
			sendRaw(t, s, codePath+"/"+code+"?access_token="+token+"&code="+code, `{"userid":"`+code+`"}`)
			sendRaw(t, s, "/gettoken/"+token+"?secret="+s.ClientSecret(), `{"secret":"`+s.ClientSecret()+`"}`)
		}
		session()
		for _, f := range []emulator.Fault{emulator.BadJSON, emulator.CutBody} {
			require.NoError(t, s.Fail("GetOAuth2Token", f, 1))
			session()
		}
		require.Len(t, s.Users(), 1)
		receive(t, s, s.ClientSecret())
		emit(t, s, "x", `{"a":"`+s.ClientSecret()+`","ticket":"`+secrets[len(secrets)-2]+`"}`)
		calls, err := s.Calls("GetUserByCode")
		require.NoError(t, err)
		require.Len(t, calls, 3)
		require.Zero(t, calls[0].Code)
		time.Sleep(minUpdateGap)
		synctest.Wait()

		served, pages := crawl(t, h, "/console/")
		require.Greater(t, pages, 20)
		assert.Contains(t, served, "<dt>appsecret</dt><dd>REDACTED</dd>")
		assert.Contains(t, served, `<span class="key">&#34;access_token&#34;:</span> <span class="text">&#34;REDACTED&#34;</span>`)
		assert.Contains(t, served, `<span class="key">&#34;accessToken&#34;:</span> <span class="text">&#34;REDACTED&#34;</span>`)
		assert.Contains(t, served, `<span class="key">&#34;code&#34;:</span> <span class="text">&#34;REDACTED&#34;</span>`)
		assert.Contains(t, served, `<span class="key">&#34;init_password&#34;:</span> <span class="text">&#34;REDACTED&#34;</span>`)
		rows := 0
		for len(l.messages) > 0 {
			served += (<-l.messages).data
			rows++
		}
		require.Greater(t, rows, 15)
		served = html.UnescapeString(served)
		for _, secret := range secrets {
			assert.NotContains(t, served, secret)
		}
	})
}
