package console

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

func TestLogPage_FiltersCalls(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	h := New(s, "")
	_, err := s.AddUser(directory.User{UserID: "赵 <敏>"})
	require.NoError(t, err)
	token := fetchToken(t, s)
	sendRaw(t, s, getPath+"?access_token="+token, `{"userid":"赵 <敏>"}`)
	sendRaw(t, s, getPath+"?access_token="+token, `{"userid":"absent"}`)
	require.NoError(t, s.Fail("ListSubDepartmentIDs", emulator.LostResponse, 1))
	sendRaw(t, s, subPath+"?access_token="+token, `{"dept_id":1}`)
	id := s.Log(emulator.LogFilter{Op: "GetUser"}, 0, 1)[0].RequestID
	const own, absent, lost = "2 GetUser 0", "3 GetUser 60121", "4 ListSubDepartmentIDs 0"
	for _, test := range []struct {
		query url.Values
		want  []string
	}{
		{url.Values{"op": {"GetUser"}}, []string{absent, own}},
		{url.Values{"failed": {"1"}}, []string{lost, absent}},
		{url.Values{"failed": {"1"}, "op": {"GetUser"}}, []string{absent}},
		{url.Values{"userid": {"赵 <敏>"}}, []string{own}},
		{url.Values{"userid": {" absent "}}, []string{absent}},
		{url.Values{"userid": {"absent"}, "op": {""}, "request_id": {""}}, []string{absent}},
		{url.Values{"request_id": {" " + id + " "}}, []string{absent}},
		{url.Values{"request_id": {"<script>"}}, nil},
		{url.Values{"userid": {"absent"}, "request_id": {"x-x"}}, nil},
	} {
		body := get(t, h, "/console/log?"+test.query.Encode())
		assert.Equal(t, test.want, calls(body), "%v", test.query)
		page := parsePage(t, body)
		assert.Equal(t, fmt.Sprint("Matching requests: ", len(test.want)), page.one(t, "", "id", "count").text())
		assert.Equal(t, "/console/log", page.one(t, "form", "class", "filter").one(t, "a").attr("href"), "the filter can be cleared")
		assert.Equal(t, strings.TrimSpace(test.query.Get("userid")), page.one(t, "input", "id", "userid").attr("value"))
		assert.Equal(t, strings.TrimSpace(test.query.Get("request_id")), page.one(t, "input", "id", "request_id").attr("value"))
		assert.Equal(t, test.query.Has("failed"), page.one(t, "input", "id", "failed").has("checked"))

		events, err := url.Parse(page.one(t, "body").attr("sse-connect"))
		require.NoError(t, err)
		for name, values := range test.query {
			assert.Equal(t, strings.TrimSpace(values[0]), strings.TrimSpace(events.Query().Get(name)), "the events have the filter of the page")
		}
	}
	assert.Contains(t, get(t, h, "/console/log?userid=x"), "No request matches the filter.")
	assert.Contains(t, get(t, h, "/console/log?userid=x", "Accept-Language", "zh"), "没有符合条件的请求。")
	assert.Empty(t, open(t, h, "/console/log").one(t, "form", "class", "filter").all("a"))
}

func TestLogPage_MarksWhatWasMadeInTheConsole(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	h := New(s, "")
	_, refused := s.Administer(t.Context(), "CreateDepartment", map[string]any{"name": "A", "parent_id": 1})
	require.Nil(t, refused)
	assert.Contains(t, get(t, h, "/console/log"), `<span class="badge accent">made in the console</span>`)
	assert.Contains(t, get(t, h, "/console/log/1", "Accept-Language", "zh"), `<span class="badge accent">在控制台操作</span>`)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://oapi.example.com"+subPath, strings.NewReader(`{}`))
	require.NoError(t, err)
	res, err := s.AdminTransport().RoundTrip(r)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	body := get(t, h, "/console/log")
	assert.Equal(t, 1, strings.Count(body, "made in the console"))
	assert.Contains(t, body, `<span class="badge accent">administrator</span>`)
}
