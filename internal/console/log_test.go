package console

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

// sendRaw makes a call in memory and ignores its result.
func sendRaw(tb testing.TB, s *emulator.Server, target, body string) {
	tb.Helper()
	r, err := http.NewRequestWithContext(tb.Context(), http.MethodPost, "https://oapi.example.com"+target, strings.NewReader(body))
	if err != nil {
		tb.Error(err) // it may run beside the test
		return
	}
	r.Header.Set("Content-Type", "application/json")
	if res, err := s.Transport().RoundTrip(r); err == nil {
		_ = res.Body.Close()
	}
}

// fetchToken fetches a token.
func fetchToken(tb testing.TB, s *emulator.Server) string {
	tb.Helper()
	query := url.Values{"appkey": {s.ClientID()}, "appsecret": {s.ClientSecret()}}
	r, err := http.NewRequestWithContext(tb.Context(), http.MethodGet, "https://oapi.example.com/gettoken?"+query.Encode(), nil)
	require.NoError(tb, err)
	res, err := s.Transport().RoundTrip(r)
	require.NoError(tb, err)
	_, after, _ := strings.Cut(bodyOf(tb, res), `"access_token":"`)
	value, _, _ := strings.Cut(after, `"`)
	require.Len(tb, value, 32)
	return value
}

const (
	getPath    = "/topapi/v2/user/get"
	createPath = "/topapi/v2/user/create"
	codePath   = "/topapi/v2/user/getuserinfo"
	subPath    = "/topapi/v2/department/listsubid"
)

var dataCall = regexp.MustCompile(`data-call="(\d+)" data-op="(\w*)" data-code="(-?\d+)"`)

// calls returns the number, the operation and the code of each call on a page.
func calls(body string) []string {
	var out []string
	for _, found := range dataCall.FindAllStringSubmatch(body, -1) {
		out = append(out, strings.Join(found[1:], " "))
	}
	return out
}

func TestLogPage_ShowsCallsNewestFirst(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	h := New(s, "")
	assert.Contains(t, get(t, h, "/console/log"), "No calls yet.")
	token := fetchToken(t, s)
	sendRaw(t, s, getPath+"?access_token="+token, `{"userid":"absent"}`)
	sendRaw(t, s, "/topapi/<b>nowhere", `{}`)
	require.NoError(t, s.Fail("ListSubDepartmentIDs", emulator.Throttled, 1))
	sendRaw(t, s, subPath+"?access_token="+token, `{}`)

	body := get(t, h, "/console/log")
	assert.Equal(t, []string{"4 ListSubDepartmentIDs 90018", "3  22", "2 GetUser 60121", "1 GetToken 0"}, calls(body))
	line := s.Log(emulator.LogFilter{Op: "GetUser"}, 0, 1)[0]
	for _, shown := range []string{
		strings.ReplaceAll(line.Time.Local().Format(`15:04:05.000 <span class="line muted">2006-01-02 -07:00</span></time>`), "+", "&#43;"), "找不到该用户", line.RequestID, "127.0.0.1",
		`<a class="open" href="/console/log/2">GetUser</a> <code class="line endpoint">POST /topapi/v2/user/get</code>`, "POST /topapi/&lt;b&gt;nowhere",
		"fault: rate limit exceeded (90018)", "⚠ throttled", "✓ ok", "✗ refused",
	} {
		assert.Contains(t, body, shown)
	}
	assert.Contains(t, body, `sse-swap="count">Requests: 4</p>`)
	assert.Contains(t, get(t, h, "/console/log", "Accept-Language", "zh"), `sse-swap="count">请求数：4</p>`)
	assert.Equal(t, []string{"2 GetUser 60121"}, calls(get(t, h, "/console/log?op=GetUser")))
	assert.Contains(t, get(t, h, "/console/log?op=GetUser"), `<option selected>GetUser</option>`)
	assert.Empty(t, calls(get(t, h, "/console/log?op=Get%3Cscript%3E")))
}

var olderLink = regexp.MustCompile(`href="(/console/log\?[^"]*before=[^"]*)"`)

func TestLogPage_IsPagedToTheBeginning(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	h := New(s, "")
	for range 2*callsPerPage + 10 {
		sendRaw(t, s, getPath, `{}`)
		sendRaw(t, s, subPath, `{}`)
	}
	var seen []string
	pages, target := 0, "/console/log?op=GetUser"
	for target != "" {
		body := get(t, h, target)
		assert.Equal(t, pages == 0, strings.Contains(body, `sse-swap="call"`), "the latest page alone grows")
		seen = append(seen, calls(body)...)
		found := olderLink.FindStringSubmatch(body)
		target = ""
		if pages++; found != nil {
			target = strings.ReplaceAll(found[1], "&amp;", "&")
		}
	}
	assert.Equal(t, 3, pages)
	var want []string
	for number := 4*callsPerPage + 19; number > 0; number -= 2 {
		want = append(want, fmt.Sprintf("%d GetUser 40000", number))
	}
	assert.Equal(t, want, seen)
	for _, odd := range []string{"x", "-1", "99999999999999999999"} {
		assert.Contains(t, get(t, h, "/console/log?before="+odd), "data-call=\"420\"", odd)
	}
}

func TestOutcome_HasATextBesidesTheColor(t *testing.T) {
	t.Parallel()
	entry := func(status, code int) emulator.LogEntry {
		return emulator.LogEntry{Ended: true, HTTPStatus: status, Code: code}
	}
	for _, test := range []struct {
		entry emulator.LogEntry
		want  outcome
	}{
		{emulator.LogEntry{}, outcome{"…", "accent", "log.outcome.pending"}},
		{entry(0, 0), outcome{"✗", "bad", "log.outcome.lost"}},
		{entry(200, 0), outcome{"✓", "good", "log.outcome.ok"}},
		{entry(502, 0), outcome{"✗", "bad", "log.outcome.broken"}},
		{emulator.LogEntry{Ended: true, HTTPStatus: 200, Broken: true}, outcome{"✗", "bad", "log.outcome.broken"}},
		{entry(200, -1), outcome{"✗", "bad", "log.outcome.busy"}},
		{entry(403, 90018), outcome{"⚠", "warn", "log.outcome.throttled"}},
		{entry(200, 40014), outcome{"⚠", "warn", "log.outcome.token"}},
		{entry(200, 60011), outcome{"⚠", "warn", "log.outcome.permission"}},
		{entry(200, 60121), outcome{"✗", "bad", "log.outcome.refused"}},
		{entry(404, 404), outcome{"✗", "bad", "log.outcome.refused"}},
	} {
		assert.Equal(t, test.want, logRow{test.entry}.Outcome())
		assert.Contains(t, allMessages(), test.want.Text)
	}
}

func TestTook_HasAFittingUnit(t *testing.T) {
	t.Parallel()
	for want, d := range map[string]time.Duration{
		"0 µs": 0, "999 µs": 999 * time.Microsecond, "1.0 ms": time.Millisecond, "12.3 ms": 12345 * time.Microsecond,
		"1.00 s": time.Second, "61.50 s": 61500 * time.Millisecond,
	} {
		assert.Equal(t, want, logRow{emulator.LogEntry{Ended: true, Duration: d}}.Took())
	}
	assert.Empty(t, logRow{}.Took(), "it goes on")
}

func TestRequestPage_ShowsRequestAndResponse(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	sendRaw(t, s, subPath, `{}`)
	h := New(s, "")
	token := fetchToken(t, s)
	sendRaw(t, s, createPath+"?access_token="+token+"&odd=%3Cb%3E", `{"name":"<script>","mobile":"13900000000","dept_id_list":"1"}`)
	require.NoError(t, s.Fail("GetUser", emulator.LostResponse, 1))
	sendRaw(t, s, getPath, `no JSON`)

	body := get(t, h, "/console/log/3")
	for _, shown := range []string{
		`<h1 id="title">CreateUser</h1>`, "<strong>POST</strong> <code>/topapi/v2/user/create</code>",
		"<dt>access_token</dt><dd>REDACTED</dd>", "<dt>odd</dt><dd>&lt;b&gt;</dd>",
		`<span class="key">&#34;name&#34;:</span> <span class="text">&#34;&lt;script&gt;&#34;</span>`,
		`<span class="key">&#34;errcode&#34;:</span> <span class="literal">0</span>`,
		`href="/console/log/2"`, `href="/console/log/4"`,
	} {
		assert.Contains(t, body, shown)
	}
	assert.NotContains(t, body, "<script>")

	body = get(t, h, "/console/log/1")
	assert.Contains(t, body, "This call ended before the console began to record responses.")
	assert.NotContains(t, body, "/console/log/0")
	body = get(t, h, "/console/log/4")
	assert.Contains(t, body, "No response was sent.")
	assert.Contains(t, body, "There is no body, or it cannot be read.")
	assert.NotContains(t, body, "/console/log/5")
	for _, target := range []string{"/console/log/0", "/console/log/5", "/console/log/x", "/console/log/-1"} {
		assert.Equal(t, http.StatusNotFound, ask(t, h, http.MethodGet, target).StatusCode, target)
	}
}

func TestRequestPage_OfADroppedCall(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	h := New(s, "")
	const size = 4<<20 - 1000 // sixteen are all that is remembered, and this one takes a while to be read
	sendRaw(t, s, getPath, `{"x":"`+strings.Repeat("x", size)+`"}`)
	blank := strings.Repeat(" ", size)
	for range 15 {
		sendRaw(t, s, getPath, blank)
	}
	_, there := s.JournalEntry(1)
	require.True(t, there)
	var calls sync.WaitGroup
	calls.Go(func() {
		for range 4 {
			sendRaw(t, s, getPath, blank)
		}
	})
	assert.NotPanics(t, func() { ask(t, h, http.MethodGet, "/console/log/1") })
	calls.Wait()
}

func TestRequestPage_CutsALongBody(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	h := New(s, "")
	sendRaw(t, s, getPath, `{"xx":"`+strings.Repeat("长", maxText/3)+`","z":"end"}`)
	body := get(t, h, "/console/log/1")
	assert.Contains(t, body, "The rest is omitted.")
	assert.NotContains(t, body, "end&#34;")
	assert.True(t, utf8.ValidString(body), "it is not cut within a letter")
	assert.Less(t, len(body), maxText+20_000)
}
