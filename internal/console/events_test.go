package console

import (
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

// receive connects a Stream client, which answers each event with a status and passes it on.
func receive(t *testing.T, s *emulator.Server, status string) <-chan string {
	t.Helper()
	client := &http.Client{Transport: s.Transport()}
	body := `{"clientId":"` + s.ClientID() + `","clientSecret":"` + s.ClientSecret() + `","subscriptions":[{"type":"EVENT","topic":"*"}]}`
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://api.example.com/v1.0/gateway/connections/open", strings.NewReader(body))
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/json")
	res, err := client.Do(r)
	require.NoError(t, err)
	var opened struct {
		Endpoint string `json:"endpoint"`
		Ticket   string `json:"ticket"`
	}
	require.NoError(t, json.Unmarshal([]byte(bodyOf(t, res)), &opened))
	ws, _, err := websocket.Dial(t.Context(), opened.Endpoint+"?ticket="+opened.Ticket, &websocket.DialOptions{HTTPClient: client})
	require.NoError(t, err)
	received, done := make(chan string, 100), make(chan struct{})
	go func() {
		defer close(done)
		for {
			_, text, err := ws.Read(t.Context())
			if err != nil {
				return
			}
			var f struct {
				Headers map[string]string `json:"headers"`
				Data    string            `json:"data"`
			}
			if json.Unmarshal(text, &f) == nil && f.Headers["eventType"] != "" {
				received <- f.Headers["eventType"] + " " + f.Data
				reply, _ := json.Marshal(map[string]any{
					"code": 200, "headers": map[string]string{"messageId": f.Headers["messageId"]}, "data": `{"status":"` + status + `"}`,
				})
				_ = ws.Write(t.Context(), websocket.MessageText, reply)
			}
		}
	}()
	t.Cleanup(func() {
		_ = ws.CloseNow()
		<-done
	})
	return received
}

// sendEventForm submits a form of the page of the events.
func sendEventForm(t *testing.T, h http.Handler, control string, values url.Values, header ...string) *http.Response {
	t.Helper()
	return submitted(t, h, "/console/events/"+control, values, header...)
}

func emit(t *testing.T, s *emulator.Server, typ, body string) {
	t.Helper()
	_, err := s.Emit(typ, json.RawMessage(body))
	require.NoError(t, err)
}

func TestEventsPage_ShowsHowToConnect(t *testing.T) {
	t.Parallel()
	s := newServer(t, emulator.WithBasePath("/base"))
	h := New(s, "/base")
	page := open(t, h, "/base/console/events", "Host", "127.0.0.1:8090")
	command := page.one(t, "pre", "aria-label", "Command").raw()
	assert.Contains(t, command, "DINGTALK_BASE_URL=http://127.0.0.1:8090/base ")
	assert.Contains(t, command, "DINGTALK_CLIENT_ID="+s.ClientID())
	assert.Contains(t, page.one(t, "pre", "aria-label", "Go").raw(), `stream.New("`+s.ClientID()+`"`)
	assert.Contains(t, page.one(t, "section", "id", "feed").text(), "No events yet.")
	assert.Contains(t, get(t, h, "/base/console/events", "Accept-Language", "zh"), "暂无应用连接")
}

func TestEventsPage_ShowsConnections(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t)
		h := New(s, "")
		for range 2 {
			receive(t, s, "SUCCESS")
		}
		conns := s.StreamConnections()
		rows := open(t, h, "/console/events").all("tr", "data-connection")
		require.Len(t, rows, 2)
		for i, row := range rows {
			for _, shown := range []string{"Stream", conns[i].ID(), "127.0.0.1", moment{conns[i].Opened()}.Clock(), "✓ open"} {
				assert.Contains(t, row.text(), shown)
			}
		}
		state := func() string {
			return open(t, h, "/console/events").all("tr", "data-connection")[0].one(t, "span", "class", "bad").text()
		}
		id := formOf("connection", conns[0].ID())
		for control, want := range map[string]emulator.StreamState{"disconnect": emulator.StreamEnding, "freeze": emulator.StreamFrozen} {
			res := sendEventForm(t, h, control, id)
			require.Equal(t, http.StatusSeeOther, res.StatusCode)
			assert.Equal(t, "/console/events?done="+control, res.Header.Get("Location"))
			if want == emulator.StreamFrozen {
				assert.Equal(t, "✗ frozen", state())
			}
		}
		assert.Equal(t, emulator.StreamFrozen, conns[0].State())
		assert.Equal(t, emulator.StreamLive, conns[1].State())
		sendEventForm(t, h, "cut", id)
		synctest.Wait()
		assert.Len(t, s.StreamConnections(), 1)
		res := sendEventForm(t, h, "cut", id)
		assert.Equal(t, http.StatusUnprocessableEntity, res.StatusCode)
		assert.Contains(t, bodyOf(t, res), "The connection has ended already.")
	})
}

func TestEventsPage_ShowsEventsAndTheirDeliveries(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := staffed(t)
		h := New(s, "")
		assert.Contains(t, open(t, h, "/console/events").all("tr", "data-event", "user_add_org")[0].text(), "not sent over any connection")
		receive(t, s, "LATER")
		emit(t, s, "user_modify_org", `{"UserId":["zhao.min","ghost"],"deptId":[20,99],"labelIdList":[2100000005,7],"optStaffId":"boss","a":9007199254740993}`)
		synctest.Wait()
		latest := func() element { return open(t, h, "/console/events").all("tr", "data-event")[0] }
		row := latest()
		e := s.Events("user_modify_org")[0]
		for _, shown := range []string{
			"user_modify_org", e.ID, "赵敏", "ghost (does not exist)", "Lab & <Co>", "99 (does not exist)", "role Fire warden", "role 7", "by Li Lei",
			`"a": 9007199254740993`, "✗ not acknowledged", "LATER", "attempt 1", "Stream", "on " + s.StreamConnections()[0].ID()[:8],
			"next attempt at " + moment{e.Time.Add(15 * time.Second)}.Clock(),
		} {
			assert.Contains(t, row.text(), shown)
		}
		assert.Equal(t, "/console/users/zhao.min", row.all("a")[0].attr("href"))
		time.Sleep(20 * time.Second)
		assert.Len(t, latest().all("li", "data-outcome", "refused"), 2)
		assert.Equal(t, 1, strings.Count(latest().text(), "next attempt at"))

		require.NoError(t, s.Disturb(1, emulator.Disturbance{Types: []string{"lost"}, Lose: 1}, emulator.Disturbance{Reorder: 1}))
		emit(t, s, "lost", `{}`)
		assert.Contains(t, latest().text(), "✗ lost, never sent")
		emit(t, s, "held", `{}`)
		now, _ := s.Clock()
		assert.Contains(t, latest().text(), "‖ held back Stream until "+moment{now.Add(time.Second)}.Clock())
	})
}

func TestEventsPage_ShowsWhyThereIsNoAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t)
		h := New(s, "")
		receive(t, s, "SUCCESS")
		conn := s.StreamConnections()[0]
		conn.Freeze()
		emit(t, s, "x", `{}`)
		first := func(header ...string) string {
			return open(t, h, "/console/events", header...).one(t, "tr", "data-event", "x").text()
		}
		assert.Contains(t, first(), "… waiting")
		time.Sleep(4 * time.Second)
		assert.Contains(t, first(), "no reply in time")
		assert.Contains(t, first("Accept-Language", "zh"), "超时未响应")
		conn.Cut()
		time.Sleep(20 * time.Second)
		assert.Contains(t, first(), "no connection")
	})
}

func TestEventsPage_FiltersAndPages(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	h := New(s, "")
	for range eventsPerPage + 3 {
		emit(t, s, "x", `{}`)
		emit(t, s, "y", `{}`)
	}
	page := open(t, h, "/console/events?type=x")
	assert.Len(t, page.all("tr", "data-event", "x"), eventsPerPage)
	assert.Empty(t, page.all("tr", "data-event", "y"))
	assert.Equal(t, "53", page.one(t, "span", "id", "count").text())
	assert.Equal(t, "x", page.one(t, "select", "id", "type").one(t, "option", "selected").text())
	feed := page.one(t, "section", "id", "feed")
	assert.Equal(t, "/console/events?type=x", feed.attr("hx-get"), "an update has the filter")
	older := page.one(t, "a", "rel", "next").attr("href")
	page = open(t, h, older)
	assert.Len(t, page.all("tr", "data-event", "x"), 3)
	assert.Equal(t, older, page.one(t, "section", "id", "feed").attr("hx-get"))
	assert.Empty(t, page.all("a", "rel", "next"))
	assert.Contains(t, get(t, h, "/console/events?type=%3Cb%3E"), "No event is of this type.")
}

func TestEventsPage_IsToldOfChanges(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t)
		h := New(s, "")
		address := open(t, h, "/console/events").one(t, "body").attr("sse-connect")
		told, other := listen(t, h, address), listen(t, h, "/console/updates?only=organization")
		for _, change := range []func(){
			func() { emit(t, s, "x", `{}`) },
			func() { receive(t, s, "SUCCESS") },
			func() { s.StreamConnections()[0].Freeze() },
			func() { require.NoError(t, s.Disturb(1)) },
		} {
			time.Sleep(minUpdateGap)
			change()
			time.Sleep(minUpdateGap)
			assert.Equal(t, []string{"event"}, told.heard())
		}
		assert.Empty(t, other.heard())
		foreign := listen(t, h, "/console/updates?events=1&only=organization", "Last-Event-ID", "other-1")
		assert.Equal(t, []string{"restart", "organization", "event"}, foreign.heard())
	})
}

func TestEmit_SendsTheEvent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := staffed(t)
		h := New(s, "")
		received := receive(t, s, "SUCCESS")
		for _, typ := range emulator.EventTypes() {
			body := open(t, h, "/console/events?event="+typ).one(t, "textarea").raw()
			require.NotEmpty(t, body)
			res := sendEventForm(t, h, "emit", formOf("event", typ, "other", "ignored", "body", strings.ReplaceAll(body, "\n", "\r\n")))
			require.Equal(t, http.StatusSeeOther, res.StatusCode, typ)
			assert.Equal(t, "/console/events?done=emit&event="+typ, res.Header.Get("Location"), "the choice is kept")
			assert.True(t, strings.HasPrefix(<-received, typ+" {"))
		}
		assert.Contains(t, open(t, h, "/console/events?event=user_leave_org").one(t, "textarea").raw(), `"boss"`, "an ID of the organization")
		res := sendEventForm(t, h, "emit", formOf("event", otherType, "other", " org_pet_adopt ", "body", `[1, {"n": 9007199254740993}]`))
		require.Equal(t, http.StatusSeeOther, res.StatusCode)
		assert.Equal(t, `org_pet_adopt [1, {"n": 9007199254740993}]`, <-received, "as it was entered")
		page := open(t, h, res.Header.Get("Location"))
		assert.Equal(t, "org_pet_adopt", page.one(t, "input", "id", "other").attr("value"))
		assert.Equal(t, "{}", page.one(t, "textarea").raw())
		assert.Equal(t, "✓ The event was sent.", page.one(t, "p", "id", "notice").text())
	})
}

func TestEmit_RefusesWhatIsNoEvent(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	h := New(s, "")
	for _, test := range []struct{ event, other, body, field, en, zh string }{
		{"", "", "{}", "event", "Choose one.", "请选择一项。"},
		{"other", " ", "{}", "other", "Enter the name of a type.", "请输入类型名称。"},
		{"x", "", " \n", "body", "Enter JSON, such as {}.", "请输入 JSON"},
		{"x", "", "{\r\n  \"赵\": \"x\",\r\n  \"敏\" 5\r\n}", "body", "Line 3, column 7:", "第 3 行第 7 列"},
		{"x", "", "{", "body", "Line 1, column", "第 1 行"},
		{"x", "", "{} {}", "body", "Line 1, column 4:", "第 1 行第 4 列"},
	} {
		for lang, want := range map[string]string{"en": test.en, "zh": test.zh} {
			res := sendEventForm(t, h, "emit", formOf("event", test.event, "other", test.other, "body", test.body), "Accept-Language", lang)
			require.Equal(t, http.StatusUnprocessableEntity, res.StatusCode, test)
			page := parsePage(t, bodyOf(t, res))
			assert.Contains(t, page.one(t, "p", "id", "error-"+test.field).text(), want, test)
			assert.Equal(t, "true", page.one(t, "", "id", test.field).attr("aria-invalid"), test)
			assert.Equal(t, strings.ReplaceAll(test.body, "\r\n", "\n"), page.one(t, "textarea").raw(), "what was entered remains")
		}
	}
	assert.Empty(t, s.Events())
}

func TestDisturb_SetsAndEndsDisturbances(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	h := New(s, "")
	values := formOf("types", "x, y", "lose", "1", "double", "2", "reorder", "3", "omit_id", "4", "no_ack", "5", "break", "100",
		"wrong_signature", "6", "wrong_owner", "8", "other_padding", "9", "hold", "1500", "seed", "7")
	res := sendEventForm(t, h, "disturb", values)
	require.Equal(t, http.StatusSeeOther, res.StatusCode)
	seed, disturbances := s.Disturbances()
	assert.Equal(t, uint64(7), seed)
	assert.Equal(t, []emulator.Disturbance{{
		Types: []string{"x", "y"}, Lose: .01, Double: .02, Reorder: .03, OmitID: .04, NoAck: .05, Break: 1, Delay: 1500 * time.Millisecond,
		WrongSignature: .06, WrongOwner: .08, OtherPadding: .09,
	}}, disturbances)
	page := open(t, h, "/console/events")
	for name := range values {
		assert.Equal(t, values.Get(name), page.one(t, "input", "id", name).attr("value"), name)
	}
	now := page.one(t, "div", "id", "disturbances").text()
	for _, shown := range []string{"x", "y", "Lost 1 %", "Sent twice 2 %", "Stream: connection breaks 100 %", "HTTP: wrong owner 8 %", "Delayed by at most 1.50 s"} {
		assert.Contains(t, now, shown)
	}
	for field, wrong := range map[string]string{"lose": "101", "hold": "-1", "seed": "x"} {
		changed := formOf()
		for name := range values {
			changed.Set(name, values.Get(name))
		}
		changed.Set(field, wrong)
		res := sendEventForm(t, h, "disturb", changed)
		assert.Equal(t, http.StatusUnprocessableEntity, res.StatusCode, field)
		parsePage(t, bodyOf(t, res)).one(t, "p", "id", "error-"+field)
	}
	require.Equal(t, http.StatusSeeOther, sendEventForm(t, h, "calm", nil).StatusCode)
	_, disturbances = s.Disturbances()
	assert.Empty(t, disturbances)
	assert.Contains(t, get(t, h, "/console/events"), "Nothing is disturbed.")
}

func TestEventForms_RefuseOtherSites(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	h := New(s, "")
	receive(t, s, "SUCCESS")
	forms := map[string]url.Values{
		"emit": formOf("event", "x", "body", "{}"), "disturb": formOf("lose", "100"), "calm": nil,
		"disconnect": formOf("connection", s.StreamConnections()[0].ID()), "freeze": nil, "cut": formOf("connection", s.StreamConnections()[0].ID()),
	}
	require.Len(t, (&console{}).eventActions(), len(forms))
	for control, values := range forms {
		assert.Equal(t, http.StatusForbidden, sendEventForm(t, h, control, values, "Sec-Fetch-Site", "cross-site", "Origin", "http://evil.example").StatusCode, control)
		assert.Equal(t, http.StatusMethodNotAllowed, ask(t, h, http.MethodGet, "/console/events/"+control+"?"+values.Encode()).StatusCode, control)
	}
	assert.Equal(t, http.StatusNotFound, sendEventForm(t, h, "explode", nil).StatusCode)
	assert.Empty(t, s.Events())
	assert.Equal(t, emulator.StreamLive, s.StreamConnections()[0].State())
}

func TestEventsPage_EscapesWhatItShows(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t)
		_, err := s.AddUser(directory.User{UserID: hostile, Name: hostile})
		require.NoError(t, err)
		_, err = s.AddDepartment(directory.Department{ID: 9, Name: strings.ReplaceAll(hostile, "-", "")})
		require.NoError(t, err)
		h := New(s, "")
		empty := open(t, h, "/console/search")
		receive(t, s, `<script>`)
		quoted, err := json.Marshal(hostile)
		require.NoError(t, err)
		emit(t, s, hostile, `{"userId":[`+string(quoted)+`],"deptId":[9],"optStaffId":`+string(quoted)+`,"operatorUnionId":`+string(quoted)+`}`)
		emit(t, s, "x", "</pre><script>")
		synctest.Wait()
		require.NoError(t, s.Disturb(1, emulator.Disturbance{Types: []string{hostile}, Lose: 1}))
		for _, target := range []string{
			"/console/events", "/console/events?type=" + url.QueryEscape(hostile), "/console/events?event=other&other=" + url.QueryEscape(hostile),
		} {
			page := open(t, h, target)
			assert.Len(t, page.all("script"), len(empty.all("script"))+1, target)
			assert.Len(t, page.all("img"), len(empty.all("img")), target)
			assert.Contains(t, page.one(t, "section", "id", "feed").raw(), hostile)
		}
		res := sendEventForm(t, h, "emit", formOf("event", "x", "body", "</textarea><script>"))
		assert.Len(t, parsePage(t, bodyOf(t, res)).all("script"), len(empty.all("script"))+1)
	})
}

func TestEventsPage_CutsLongData(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	emit(t, s, "x", `{"a":"`+strings.Repeat("x", maxData)+`","b":1}`)
	var many []string
	for range 20 {
		many = append(many, `"ghost"`)
	}
	emit(t, s, "y", `{"userId":[`+strings.Join(many, ",")+`]}`)
	body := html.UnescapeString(get(t, New(s, ""), "/console/events"))
	assert.Contains(t, body, "The rest is omitted.")
	assert.NotContains(t, body, `"b"`)
	assert.Contains(t, body, "and 14 more")
}
