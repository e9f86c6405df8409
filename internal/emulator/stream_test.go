package emulator

import (
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

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
