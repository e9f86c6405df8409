package emulator

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// listener is a client of Stream.
type listener struct {
	t      *testing.T
	ws     *websocket.Conn
	events []eventOf     // as they arrived
	system []string      // topics
	done   chan struct{} // closed when the connection has ended
	status atomic.Value  // the string with which events are answered; empty: they are not
}

// eventOf is an event as a client gets it.
type eventOf struct {
	headers map[string]string
	data    string
	at      time.Time
}

func (e eventOf) id() string { return e.headers["eventId"] }

const openPath = "/v1.0/gateway/connections/open"

func (a *app) openBody() string {
	return `{"clientId":"` + a.server.ClientID() + `","clientSecret":"` + a.server.ClientSecret() +
		`","subscriptions":[{"type":"EVENT","topic":"*"}],"ua":"test","localIp":"127.0.0.1"}`
}

// open asks for the address of a connection, with its ticket.
func (a *app) open() string {
	a.t.Helper()
	res, text, err := a.send(http.MethodPost, openPath, "application/json", a.openBody())
	require.NoError(a.t, err)
	require.Equal(a.t, http.StatusOK, res.StatusCode, "%s", text)
	var opened openConnectionResponse
	require.NoError(a.t, json.Unmarshal(text, &opened))
	return opened.Endpoint + "?ticket=" + url.QueryEscape(opened.Ticket)
}

func (a *app) dial(address string) (*websocket.Conn, *http.Response, error) {
	a.t.Helper()
	return websocket.Dial(a.t.Context(), address, &websocket.DialOptions{HTTPClient: a.client})
}

// listen opens a connection, which answers events with a status.
func (a *app) listen(status string) *listener {
	a.t.Helper()
	ws, _, err := a.dial(a.open())
	require.NoError(a.t, err)
	ws.SetReadLimit(2 << 20)
	l := &listener{t: a.t, ws: ws, done: make(chan struct{})}
	l.status.Store(status)
	go l.run()
	a.t.Cleanup(func() {
		_ = ws.CloseNow()
		<-l.done
	})
	return l
}

func (l *listener) run() {
	defer close(l.done)
	for {
		_, text, err := l.ws.Read(context.Background())
		if err != nil {
			return
		}
		var f frame
		if json.Unmarshal(text, &f) != nil {
			l.t.Errorf("not a frame: %s", text)
			return
		}
		switch f.Type {
		case "SYSTEM":
			l.system = append(l.system, f.Headers["topic"])
			l.reply(f, f.Data)
		default:
			l.events = append(l.events, eventOf{f.Headers, f.Data, time.Now()})
			if status := l.status.Load().(string); status != "" {
				l.reply(f, `{"status":"`+status+`"}`)
			}
		}
	}
}

func (l *listener) reply(f frame, data string) {
	text := encode(map[string]any{
		"code": 200, "message": "OK", "data": data,
		"headers": map[string]string{"messageId": f.Headers["messageId"], "contentType": "application/json"},
	})
	_ = l.ws.Write(context.Background(), websocket.MessageText, text)
}

// times returns when events arrived after a time.
func (l *listener) times(after time.Time) []time.Duration {
	var out []time.Duration
	for _, e := range l.events {
		out = append(out, e.at.Sub(after))
	}
	return out
}

// pass lets time pass in a bubble, and everything happen that is due.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// underWay returns how many deliveries have not ended.
func (a *app) underWay() int {
	a.server.mu.Lock()
	defer a.server.mu.Unlock()
	return len(a.server.underWay)
}

// inBubble runs a test in virtual time, which ends with the server.
func inBubble(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, test)
}

func TestStream_DeliversAnEvent(t *testing.T) {
	for name, connect := range map[string]func(*app) *app{
		"in memory": func(a *app) *app { return a }, "over a port": (*app).listening,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := connect(newApp(t, WithStreamPing(0))) // a ping could come first
			arrived := make(chan eventOf, 1)
			ws, _, err := a.dial(a.open())
			require.NoError(t, err)
			defer func() { _ = ws.CloseNow() }()
			_, err = a.server.AddUser(directory.User{UserID: "zhao.min"})
			require.NoError(t, err)
			_, text, err := ws.Read(t.Context())
			require.NoError(t, err)
			var f frame
			require.NoError(t, json.Unmarshal(text, &f))
			arrived <- eventOf{headers: f.Headers, data: f.Data}

			want := a.server.Events()[0]
			got := <-arrived
			for name, value := range map[string]string{
				"topic": "*", "contentType": "application/json", "eventType": "user_add_org", "eventId": want.ID,
				"eventBornTime": millisText(want.Time), "eventCorpId": directory.CorpID, "appId": a.server.unifiedAppID(),
				"connectionId": a.server.StreamConnections()[0].ID(), "eventUnifiedAppId": a.server.unifiedAppID(),
			} {
				assert.Equal(t, value, got.headers[name], name)
			}
			assert.Regexp(t, "^[0-9a-f]+_[0-9a-f]+_[0-9a-f]+_[0-9a-f]+$", got.headers["messageId"])
			assert.JSONEq(t, string(withEventID(want.Body, want.ID)), got.data)
			assert.Contains(t, got.data, `"eventId":"`+want.ID+`"`)
		})
	}
}

func TestStream_TheRecordShowsTheAcknowledgement(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a := newApp(t)
		l := a.listen("SUCCESS")
		id, err := a.server.Emit("x", struct{}{})
		require.NoError(t, err)
		pass(5 * time.Minute)
		require.Len(t, l.events, 1)
		assert.Equal(t, id, l.events[0].id())
		deliveries := a.server.Deliveries("x")
		require.Len(t, deliveries, 1)
		assert.Equal(t, Delivery{
			EventID: id, Type: "x", Transport: "stream", Connection: l.events[0].headers["connectionId"],
			MessageID: l.events[0].headers["messageId"], Attempt: 1, Time: l.events[0].at, Outcome: Accepted,
			Answer: "SUCCESS", Ended: l.events[0].at,
		}, deliveries[0])
		assert.Zero(t, a.underWay())
	})
}

func TestStream_RepeatsWhatIsNotAcknowledged(t *testing.T) {
	for name, tc := range map[string]struct {
		status, answer string
		opts           []Option
		want           []time.Duration
	}{
		"no reply":         {"", "no reply in time", nil, []time.Duration{0, 15 * time.Second, 75 * time.Second}},
		"LATER":            {"LATER", "LATER", nil, []time.Duration{0, 15 * time.Second, 75 * time.Second}},
		"other retries":    {"LATER", "LATER", []Option{WithStreamRetries(time.Second)}, []time.Duration{0, time.Second}},
		"no retry":         {"LATER", "LATER", []Option{WithStreamRetries()}, []time.Duration{0}},
		"more time for it": {"", "no reply in time", []Option{WithStreamAck(20 * time.Second)}, []time.Duration{0, 20 * time.Second, 80 * time.Second}},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				a := newApp(t, tc.opts...)
				l := a.listen(tc.status)
				begun := time.Now()
				id, err := a.server.Emit("x", struct{}{})
				require.NoError(t, err)
				pass(time.Hour)
				assert.Equal(t, tc.want, l.times(begun))
				messages := map[string]bool{}
				for i, d := range a.server.Deliveries() {
					assert.Equal(t, id, l.events[i].id())
					assert.Equal(t, i+1, d.Attempt)
					assert.Equal(t, Refused, d.Outcome)
					assert.Equal(t, tc.answer, d.Answer)
					messages[d.MessageID] = true
				}
				assert.Len(t, messages, len(tc.want))
				assert.Zero(t, a.underWay())
			})
		})
	}
}

func TestStream_ALateAcknowledgementCounts(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a := newApp(t)
		l := a.listen("")
		_, err := a.server.Emit("x", struct{}{})
		require.NoError(t, err)
		pass(10 * time.Second)
		f := frame{Headers: l.events[0].headers}
		l.reply(f, `{"status":"SUCCESS"}`)
		pass(time.Hour)
		assert.Len(t, l.events, 1)
		assert.Equal(t, Accepted, a.server.Deliveries()[0].Outcome)
	})
}

func TestStream_WithoutAConnectionEventsAreGivenUpOrKept(t *testing.T) {
	for name, tc := range map[string]struct {
		opts  []Option
		after time.Duration // the time without a connection
		want  []time.Duration
	}{
		"between two attempts": {nil, 5 * time.Second, []time.Duration{15 * time.Second}},
		"too long":             {nil, 5 * time.Minute, nil},
		"kept":                 {[]Option{WithEventRetention(10 * time.Minute)}, 5 * time.Minute, []time.Duration{5 * time.Minute}},
		"kept too short":       {[]Option{WithEventRetention(2 * time.Minute)}, 5 * time.Minute, nil},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				a := newApp(t, tc.opts...)
				_, err := a.server.Emit("before", struct{}{})
				require.NoError(t, err)
				first := a.listen("SUCCESS")
				synctest.Wait()
				a.server.StreamConnections()[0].Cut()
				<-first.done
				synctest.Wait()
				require.Empty(t, a.server.StreamConnections())
				begun := time.Now()
				_, err = a.server.Emit("x", struct{}{})
				require.NoError(t, err)
				pass(tc.after)
				second := a.listen("SUCCESS")
				pass(time.Hour)
				assert.Equal(t, tc.want, second.times(begun))
				assert.Empty(t, first.events, "what happened before the first connection is never sent")
				assert.Zero(t, a.underWay())
			})
		})
	}
}

func TestStream_ChoosesAConnectionAtRandom(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a := newApp(t)
		listeners := []*listener{a.listen("SUCCESS"), a.listen("SUCCESS"), a.listen("SUCCESS")}
		for range 300 {
			_, err := a.server.Emit("x", struct{}{})
			require.NoError(t, err)
		}
		synctest.Wait()
		total := 0
		for _, l := range listeners {
			assert.Greater(t, len(l.events), 60)
			total += len(l.events)
		}
		assert.Equal(t, 300, total)
	})
}

func TestStream_PingsAndCounts(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a := newApp(t)
		l := a.listen("SUCCESS")
		pass(95 * time.Second)
		assert.Equal(t, []string{"ping", "ping", "ping"}, l.system)
		sent, answered := a.server.StreamConnections()[0].Pings()
		assert.Equal(t, []int{3, 3}, []int{sent, answered})
		a.server.Advance(time.Hour)
		synctest.Wait()
		assert.Len(t, l.system, 4, "one is due")
	})
}

func TestStream_AnnouncesTheEndOfAConnection(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a := newApp(t, WithStreamAge(time.Hour), WithStreamPing(0))
		begun := time.Now()
		first, second := a.listen("SUCCESS"), a.listen("SUCCESS")
		conn := a.server.StreamConnections()[0]
		conn.Disconnect()
		conn.Disconnect()
		for range 20 {
			_, err := a.server.Emit("x", struct{}{})
			require.NoError(t, err)
		}
		synctest.Wait()
		assert.Equal(t, []string{"disconnect"}, first.system)
		assert.Empty(t, first.events)
		assert.Len(t, second.events, 20)
		<-first.done
		assert.Equal(t, 10*time.Second, time.Since(begun))
		<-second.done
		assert.Equal(t, time.Hour+10*time.Second, time.Since(begun))
		synctest.Wait()
		assert.Empty(t, a.server.StreamConnections())
	})
}

func TestStream_ConnectionsFail(t *testing.T) {
	for name, fail := range map[string]func(*StreamConnection){
		"frozen": (*StreamConnection).Freeze, "without a network": (*StreamConnection).LoseNetwork,
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				a := newApp(t)
				l := a.listen("SUCCESS")
				conn := a.server.StreamConnections()[0]
				fail(conn)
				_, err := a.server.Emit("x", struct{}{})
				require.NoError(t, err)
				pass(time.Hour)
				assert.Empty(t, l.events)
				assert.Empty(t, l.system)
				assert.Len(t, a.server.Deliveries(), 3)
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				err = l.ws.Ping(ctx)
				assert.Equal(t, name == "frozen", err == nil, "only a frozen connection answers")
			})
		})
	}
}

func TestStream_CutsAFrame(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	for _, over := range []*app{a, a.listening()} {
		ws, _, err := over.dial(over.open())
		require.NoError(t, err)
		conns := a.server.StreamConnections()
		conns[len(conns)-1].CutNextFrame()
		_, err = a.server.Emit("x", struct{}{})
		require.NoError(t, err)
		_, _, err = ws.Read(t.Context())
		assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
		require.NoError(t, ws.CloseNow())
		for wait := 0; len(a.server.StreamConnections()) > 0 && wait < 1000; wait++ {
			time.Sleep(10 * time.Millisecond) // over a real connection there is no virtual time
		}
	}
}

func TestStream_TicketsAreGoodOnceAndFor90Seconds(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a := newApp(t)
		refused := func(address string) {
			t.Helper()
			_, res, err := a.dial(address)
			require.Error(t, err)
			require.NotNil(t, res)
			assert.Equal(t, http.StatusUnauthorized, res.StatusCode)
		}
		address := a.open()
		ws, _, err := a.dial(address)
		require.NoError(t, err)
		defer func() { _ = ws.CloseNow() }()
		refused(address)
		refused("wss://oapi.example.com/connect?ticket=unknown")
		refused("wss://oapi.example.com/connect")
		address = a.open()
		a.server.Advance(streamTicketLife - 1)
		other, _, err := a.dial(address)
		require.NoError(t, err)
		defer func() { _ = other.CloseNow() }()
		address = a.open()
		a.server.Advance(streamTicketLife)
		refused(address)
		a.open()
		synctest.Wait()
		assert.Len(t, a.server.stream.tickets, 1, "expired tickets are dropped")
		res, _, err := a.send(http.MethodGet, "/connect?ticket=x", "", "")
		require.NoError(t, err)
		assert.Equal(t, http.StatusUpgradeRequired, res.StatusCode)
	})
}

func TestOpenConnection_RefusesAsTheServiceDoes(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	good := a.openBody()
	for name, tc := range map[string]struct {
		body   string
		status int
		code   string
	}{
		"another secret": {`{"clientId":"` + a.server.ClientID() + `","clientSecret":"x","subscriptions":[{"type":"EVENT","topic":"*"}]}`, 401, "authFailed"},
		"another client": {`{"clientId":"x","clientSecret":"x","subscriptions":[{"type":"EVENT","topic":"*"}]}`, 401, "authFailed"},
		"no secret":      {`{"clientId":"x","subscriptions":[{"type":"EVENT","topic":"*"}]}`, 400, "MissingclientSecret"},
		"no subscription": {`{"clientId":"` + a.server.ClientID() + `","clientSecret":"` + a.server.ClientSecret() +
			`","subscriptions":[]}`, 400, "Missingsubscriptions"},
		"no body": {"", 400, "Missingbody"},
	} {
		res, text, err := a.send(http.MethodPost, openPath, "application/json", tc.body)
		require.NoError(t, err)
		assert.Equal(t, tc.status, res.StatusCode, name)
		var refused map[string]any
		require.NoError(t, json.Unmarshal(text, &refused), name)
		assert.Equal(t, tc.code, refused["code"], name)
		assert.NotEmpty(t, refused["requestid"], name)
	}
	for fault, status := range map[Fault]int{
		HTTPStatus(503): 503, PortalPage: 200, StringCode(401, "authFailed"): 401, Code(90018): 403,
	} {
		require.NoError(t, a.server.Fail("OpenConnection", fault, 1))
		res, _, err := a.send(http.MethodPost, openPath, "application/json", good)
		require.NoError(t, err)
		assert.Equal(t, status, res.StatusCode)
	}
	require.NoError(t, a.server.Fail("ConnectStream", HTTPStatus(503), 1))
	_, res, err := a.dial(a.open())
	require.Error(t, err)
	assert.Equal(t, 503, res.StatusCode)

	calls, err := a.server.Calls("OpenConnection")
	require.NoError(t, err)
	for _, c := range calls {
		if secret, sent := c.Body["clientSecret"]; sent {
			assert.Equal(t, redacted, secret)
		}
	}
	calls, err = a.server.Calls("ConnectStream")
	require.NoError(t, err)
	assert.Equal(t, redacted, calls[0].Query.Get("ticket"))
}

func TestStream_TheAddressIsThatOfTheCaller(t *testing.T) {
	t.Parallel()
	s := newServer(t, WithBasePath("/dingtalk"))
	a := &app{t: t, server: s, client: &http.Client{Transport: s.Transport()}, base: "https://proxy.example.com/dingtalk"}
	assert.Regexp(t, `^wss://proxy\.example\.com/dingtalk/connect\?ticket=`, a.open())
	over := a.listening()
	assert.Regexp(t, `^ws://127\.0\.0\.1:[0-9]+/dingtalk/connect\?ticket=`, over.open())
	ws, _, err := over.dial(over.open())
	require.NoError(t, err)
	require.NoError(t, ws.CloseNow())
}

func TestStream_SubscribersOnly(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a := newApp(t)
		res, text, err := a.send(http.MethodPost, openPath, "application/json",
			`{"clientId":"`+a.server.ClientID()+`","clientSecret":"`+a.server.ClientSecret()+`","subscriptions":[{"type":"CALLBACK","topic":"/v1.0/im/bot/messages/get"}]}`)
		require.NoError(t, err)
		require.Equal(t, 200, res.StatusCode)
		ws, _, err := a.dial("wss://x/connect?ticket=" + parse(t, text)["ticket"].(string))
		require.NoError(t, err)
		defer func() { _ = ws.CloseNow() }()
		_, err = a.server.Emit("x", struct{}{})
		require.NoError(t, err)
		assert.Empty(t, a.server.Deliveries(), "no connection has asked for events")
		l := a.listen("SUCCESS")
		for range 10 {
			_, err = a.server.Emit("x", struct{}{})
			require.NoError(t, err)
		}
		synctest.Wait()
		assert.Len(t, l.events, 10)
	})
}

func TestStreamFrame_TheDataHasTheIDOfTheEvent(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{}`:                    `{"eventId":"id"}`,
		` {"deptId":[1]} `:      `{"deptId":[1],"eventId":"id"}`,
		`{"eventId":"another"}`: `{"eventId":"another"}`,
		`{"broken":`:            `{"broken":`,
		`null`:                  `null`,
		`[1]`:                   `[1]`,
	} {
		assert.Equal(t, want, string(withEventID(json.RawMessage(body), "id")), body)
	}
}

// The client may know of a connection before the server does. What happens in between is sent over it.
func TestStream_DeliversWhatHappensDuringAHandshake(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a := newApp(t)
		a.locked(func() { a.server.stream.begin(true) })
		_, err := a.server.Emit("x", struct{}{})
		require.NoError(t, err)
		require.Equal(t, Waiting, a.server.Deliveries()[0].Outcome)
		l := a.listen("SUCCESS")
		a.locked(func() { a.server.stream.begun(true) })
		synctest.Wait()
		require.Len(t, l.events, 1)
	})
}

func TestStream_SettlesWhatWaitedForAHandshakeThatFailed(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a := newApp(t)
		a.locked(func() { a.server.stream.begin(true) })
		_, err := a.server.Emit("x", struct{}{})
		require.NoError(t, err)
		a.locked(func() { a.server.stream.begun(true) })
		require.Equal(t, NoConnection, a.server.Deliveries()[0].Answer)
	})
}

func (a *app) locked(f func()) {
	a.server.mu.Lock()
	defer a.server.mu.Unlock()
	f()
}
