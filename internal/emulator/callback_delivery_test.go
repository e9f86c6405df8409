package emulator

import (
	"encoding/json"
	"net/http"
	"net/url"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// newCallbackApp returns an app whose callback is a receiver in memory.
func newCallbackApp(t *testing.T, change func(*Callback)) (*app, *receiver) {
	t.Helper()
	a := newApp(t, WithCredentials("dingk3yexample9q7w", "s3cret"))
	c := newReceiver(t, "dingk3yexample9q7w")
	cb := Callback{URL: "https://app.example.com/events", Handler: c}
	if change != nil {
		change(&cb)
	}
	require.NoError(t, a.server.SetCallback(t.Context(), cb, testToken, testAESKey))
	c.mu.Lock()
	defer c.mu.Unlock()
	c.messages, c.queries = nil, nil
	return a, c
}

// received returns the messages that a receiver got, as JSON.
func (c *receiver) received(t *testing.T) []jsonBody {
	t.Helper()
	var out []jsonBody
	for _, m := range c.texts() {
		out = append(out, parse(t, []byte(m)))
	}
	return out
}

func TestCallbackDelivery_TakesThePlaceOfStream(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a, c := newCallbackApp(t, nil)
		l := a.listen("SUCCESS")
		emit := func(typ string) {
			_, err := a.server.Emit(typ, struct{}{})
			require.NoError(t, err)
			synctest.Wait()
		}
		emit("org_change")
		assert.Len(t, c.texts(), 1)
		assert.Empty(t, l.events)
		assert.Len(t, a.server.Deliveries(), 1)
		assert.Equal(t, "0", a.get("/call_back/delete_call_back", url.Values{"access_token": {a.token}}).code())
		emit("org_remove")
		assert.Len(t, c.texts(), 1)
		assert.Len(t, l.events, 1)
	})
}

func TestCallbackDelivery_PostsTheDocumentedForm(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, c := newCallbackApp(t, nil)
		a.seed(directory.User{UserID: "zhao.min"})
		_, err := a.server.Emit("inner_app_status_change", map[string]any{"eventId": "4d1f", "status": "disable"})
		require.NoError(t, err)
		_, err = a.server.Emit("broken", json.RawMessage(`[7]`))
		require.NoError(t, err)
		synctest.Wait()
		got := map[any]jsonBody{}
		for _, m := range c.texts() {
			if m == "[7]" {
				continue
			}
			body := parse(t, []byte(m))
			got[body["EventType"]] = body
		}
		assert.Contains(t, c.texts(), "[7]")
		e := a.server.Events("user_add_org")[0]
		ms := json.Number(millisText(e.Time))
		assert.Equal(t, jsonBody{
			"EventType": "user_add_org", "EventTime": ms, "CorpId": directory.CorpID, "BizId": ms.String(), "eventId": e.ID,
			"timeStamp": millisText(e.Time.Add(-changeLead)), "userId": []any{"zhao.min"},
		}, got["user_add_org"])
		assert.Equal(t, "4d1f", got["inner_app_status_change"]["eventId"])
		for _, d := range a.server.Deliveries() {
			assert.Equal(t, Accepted, d.Outcome, d.Answer)
			assert.Equal(t, "http", d.Transport)
		}
	})
}

func TestCallbackDelivery_PostsTheFormSeenLive(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, c := newCallbackApp(t, func(cb *Callback) { cb.Live, cb.SignatureNames = true, []string{"signature"} })
		a.seed(directory.User{UserID: "zhao.min"})
		_, err := a.server.Emit("label_user_change", map[string]any{"userIdList": []string{"zhao.min"}, "labelIdList": []int64{7}, "action": "add"})
		require.NoError(t, err)
		synctest.Wait()
		for _, m := range c.received(t) {
			assert.NotContains(t, m, "eventId")
			assert.Regexp(t, `^[0-9]{12,13}$`, m["TimeStamp"])
			if m["EventType"] == "label_user_change" {
				assert.Equal(t, "add", m["action"])
				assert.Equal(t, []any{"zhao.min"}, m["UserIdList"])
				assert.Equal(t, []any{json.Number("7")}, m["LabelIdList"])
			} else {
				assert.Equal(t, []any{"zhao.min"}, m["UserId"])
			}
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		require.Len(t, c.queries, 2)
		assert.False(t, c.queries[0].Has("msg_signature"))
		assert.True(t, c.queries[0].Has("signature"))
	})
}

func TestCallbackDelivery_SendsSubscribedTypesAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, c := newCallbackApp(t, func(cb *Callback) { cb.Types = []string{"org_dept_create"} })
		a.seed(directory.User{UserID: "zhao.min"})
		a.department(directory.Department{Name: "Sales"})
		synctest.Wait()
		got := c.received(t)
		require.Len(t, got, 1)
		assert.Equal(t, "org_dept_create", got[0]["EventType"])
	})
}

// refuse makes a receiver refuse the next n requests.
func (c *receiver) refuse(n int) {
	left := int64(n)
	c.answer = func(w http.ResponseWriter, _ *http.Request) {
		if atomic.AddInt64(&left, -1) < 0 {
			c.acknowledge(w, "success")
			return
		}
		w.WriteHeader(http.StatusServiceUnavailable)
	}
}

func TestCallbackDelivery_RepeatsAfter10And30Seconds(t *testing.T) {
	t.Parallel()
	for refused := range 4 {
		synctest.Test(t, func(t *testing.T) {
			a, c := newCallbackApp(t, nil)
			c.refuse(refused)
			begun := time.Now()
			a.seed(directory.User{UserID: "zhao.min"})
			time.Sleep(time.Minute) // of the bubble
			var at []time.Duration
			deliveries := a.server.Deliveries()
			for _, d := range deliveries {
				at = append(at, d.Time.Sub(begun))
			}
			assert.Equal(t, []time.Duration{0, 10 * time.Second, 40 * time.Second}[:min(refused+1, 3)], at)
			messages := c.received(t)
			for _, m := range messages {
				assert.Equal(t, messages[0]["eventId"], m["eventId"])
			}
			list := a.get(failedPath, url.Values{"access_token": {a.token}})["failed_list"].([]any)
			if refused < 3 {
				assert.Empty(t, list)
				return
			}
			assert.Equal(t, Refused, deliveries[2].Outcome)
			assert.Contains(t, deliveries[2].Answer, "HTTP status 503")
			e := a.server.Events()[0]
			assert.Equal(t, []any{map[string]any{
				"user_add_org":  map[string]any{"userid": []any{"zhao.min"}, "corpid": directory.CorpID},
				"call_back_tag": "user_add_org", "event_time": json.Number(millisText(e.Time)),
			}}, list)
		})
	}
}

func TestCallbackDelivery_FollowsTheServersClock(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, c := newCallbackApp(t, nil)
		c.refuse(3)
		a.department(directory.Department{Name: "Sales"})
		for _, wait := range []time.Duration{10 * time.Second, 30 * time.Second} {
			synctest.Wait()
			a.server.Advance(wait)
		}
		synctest.Wait()
		list := a.get(failedPath, url.Values{"access_token": {a.token}})["failed_list"].([]any)
		require.Len(t, list, 1)
		assert.Contains(t, list[0].(map[string]any)["org_dept_create"], "callbackData")
		assert.Len(t, c.texts(), 3)
	})
}

func TestCallbackDelivery_EndsWithTheServer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, c := newCallbackApp(t, nil)
		c.answer = func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
		a.seed(directory.User{UserID: "zhao.min"})
		synctest.Wait()
		begun := time.Now()
		a.server.Close()
		assert.Zero(t, time.Since(begun))
	})
}

func TestCallbackDelivery_IsDisturbed(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		disturbance Disturbance
		attempts    int
		message     string // of the first attempt
	}{
		"wrong signature": {Disturbance{WrongSignature: 1}, 3, `{`},
		"wrong owner":     {Disturbance{WrongOwner: 1}, 3, `broken: encrypt is of the owner`},
		"other padding":   {Disturbance{OtherPadding: 1}, 1, `{`},
		"lost responses":  {Disturbance{NoAck: 1}, 3, `{`},
		"twice":           {Disturbance{Double: 1}, 2, `{`},
		"lost":            {Disturbance{Lose: 1}, 0, ``},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				a, c := newCallbackApp(t, nil)
				c.strict = true
				require.NoError(t, a.server.Disturb(1, tt.disturbance))
				a.seed(directory.User{UserID: "zhao.min"})
				time.Sleep(time.Minute) // of the bubble
				require.Len(t, c.texts(), tt.attempts)
				if tt.attempts > 0 {
					assert.Regexp(t, "^"+tt.message, c.texts()[0])
				}
				list := a.get(failedPath, url.Values{"access_token": {a.token}})["failed_list"].([]any)
				assert.Equal(t, tt.attempts == 3, len(list) == 1)
			})
		})
	}
}

func TestCallbackDelivery_OmitsTheID(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, c := newCallbackApp(t, nil)
		require.NoError(t, a.server.Disturb(1, Disturbance{OmitID: 1}))
		a.seed(directory.User{UserID: "zhao.min"})
		synctest.Wait()
		assert.NotContains(t, c.received(t)[0], "eventId")
	})
}
