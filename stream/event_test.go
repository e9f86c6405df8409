package stream

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/event"
)

func TestClient_AcknowledgesAnEventOnceItWasAccepted(t *testing.T) {
	bubble(t, func(t *testing.T, g *gateway) {
		release := make(chan struct{})
		var got event.Event
		r := g.start(t, event.AcceptFunc(func(_ context.Context, e event.Event) error {
			<-release
			got = e
			return nil
		}), WithConnections(1))
		s := <-g.sessions
		require.NoError(t, s.push("e1"))
		synctest.Wait()
		assert.False(t, s.answered("m-e1"), "it is not accepted yet")
		assert.Equal(t, 1, r.client.State().Handling)
		close(release)
		reply := s.await("m-e1")
		assert.Equal(t, 200, reply.Code)
		assert.Equal(t, "OK", reply.Message)
		assert.Equal(t, map[string]string{"messageId": "m-e1", "contentType": "application/json"}, reply.Headers)
		assert.JSONEq(t, `{"status":"SUCCESS"}`, reply.Data)
		assert.Equal(t, event.UserAddOrg, got.Type)
		assert.Equal(t, "e1", got.ID)
		assert.Equal(t, []string{"zhao.min"}, got.Payload.(*event.UserChange).UserIDs)
		r.stop(t)
	})
}

func TestClient_RequestsATicketForAllEvents(t *testing.T) {
	bubble(t, func(t *testing.T, g *gateway) {
		r := g.start(t, &events{}, WithConnections(1))
		<-g.sessions
		assert.Equal(t, []map[string]any{{
			"clientId": testID, "clientSecret": testSecret, "ua": "dingtalk-go",
			"subscriptions": []any{map[string]any{"type": "EVENT", "topic": "*"}},
			"Accept":        "application/json", "Content-Type": "application/json",
		}}, g.opened)
		r.stop(t)
	})
}

func TestClient_RepliesToSystemFrames(t *testing.T) {
	bubble(t, func(t *testing.T, g *gateway) {
		r := g.start(t, &events{}, WithConnections(1))
		s := <-g.sessions
		for _, topic := range []string{"ping", "KEEPALIVE", "REGISTERED"} {
			require.NoError(t, s.system(topic, "id-"+topic, `{"opaque":"9d1e"}`))
			reply := s.await("id-" + topic)
			assert.Equal(t, 200, reply.Code)
			assert.JSONEq(t, `{"opaque":"9d1e"}`, reply.Data, "the same data")
		}
		require.NoError(t, s.send(`{"type":"CALLBACK","headers":{"topic":"/v1.0/im/bot/messages/get","messageId":"bot"},"data":"{}"}`))
		assert.Equal(t, 404, s.await("bot").Code)
		before := s.count
		for _, message := range []string{
			`{"type":"SYSTEM","headers":{"topic":"CONNECTED"}}`, `{"type":"OTHER","headers":{"messageId":"o"}}`, `{"type":"EV`, `7`, ``, `{"headers":7}`,
		} {
			require.NoError(t, s.send(message))
		}
		require.NoError(t, s.push("after"))
		s.await("m-after")
		assert.Equal(t, before+1, s.count, "what cannot be replied to is ignored")
		assert.NotZero(t, r.client.State().LastFrame)
		r.stop(t)
	})
}

func TestClient_RefusesWithLater(t *testing.T) {
	for name, tt := range map[string]struct {
		accept func(ctx context.Context) error
		log    string
	}{
		"an error":     {func(context.Context) error { return errors.New("no room") }, "no room"},
		"a panic":      {func(context.Context) error { panic("a bug") }, "a bug"},
		"the budget":   {func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }, "deadline exceeded"},
		"a deaf one":   {func(context.Context) error { time.Sleep(9 * time.Second); return nil }, "deadline exceeded"},
		"both at once": {func(context.Context) error { time.Sleep(2 * time.Second); return errors.New("late") }, "was refused"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, g *gateway) {
				r := g.start(t, event.AcceptFunc(func(ctx context.Context, _ event.Event) error { return tt.accept(ctx) }), WithConnections(1))
				s := <-g.sessions
				start := time.Now()
				require.NoError(t, s.push("e1"))
				reply := s.await("m-e1")
				assert.LessOrEqual(t, time.Since(start), 2*time.Second, "DingTalk waits for three")
				assert.Equal(t, 200, reply.Code)
				assert.JSONEq(t, `{"status":"LATER"}`, reply.Data)
				assert.Contains(t, g.logs.String(), tt.log)
				require.NoError(t, s.system("ping", "p", "{}"))
				s.await("p")
				r.stop(t)
			})
		})
	}
}

func TestClient_RefusesAnEventThatCannotBeDecoded(t *testing.T) {
	bubble(t, func(t *testing.T, g *gateway) {
		a := &events{}
		r := g.start(t, a, WithConnections(1), WithConcurrency(1))
		s := <-g.sessions
		require.NoError(t, s.send(`{"type":"EVENT","headers":{"messageId":"m1","eventType":"user_add_org"},"data":"{\"userId\":[\"zha"}`))
		assert.JSONEq(t, `{"status":"LATER"}`, s.await("m1").Data)
		require.NoError(t, s.send(`{"type":"EVENT","headers":{"messageId":7},"data":"{}"}`))
		assert.JSONEq(t, `{"status":"LATER"}`, s.await("7").Data)
		require.NoError(t, s.push("e1"))
		assert.JSONEq(t, `{"status":"SUCCESS"}`, s.await("m-e1").Data, "the handler is free again")
		assert.Equal(t, []string{"e1"}, a.list())
		assert.NotContains(t, g.logs.String(), "zha")
		r.stop(t)
	})
}

func TestClient_StopsReadingWhileAllHandlersAreBusy(t *testing.T) {
	bubble(t, func(t *testing.T, g *gateway) {
		release := make(chan struct{})
		a := &events{}
		r := g.start(t, event.AcceptFunc(func(ctx context.Context, e event.Event) error {
			<-release
			return a.Accept(ctx, e)
		}), WithConnections(1), WithConcurrency(2), WithBudget(time.Hour))
		s := <-g.sessions
		sent := make(chan string, 10)
		go func() {
			defer close(sent)
			for _, id := range []string{"e1", "e2", "e3", "e4", "e5"} {
				if s.push(id) == nil {
					sent <- id
				}
			}
		}()
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		assert.Len(t, sent, 3, "two are in progress, one has been read and waits, and the others are not read")
		assert.Equal(t, 2, r.client.State().Handling)
		assert.Equal(t, 1, r.client.State().Connections, "a pong that is not read is not missed")
		close(release)
		for _, id := range []string{"e1", "e2", "e3", "e4", "e5"} {
			assert.JSONEq(t, `{"status":"SUCCESS"}`, s.await("m-"+id).Data)
		}
		assert.ElementsMatch(t, []string{"e1", "e2", "e3", "e4", "e5"}, a.list())
		time.Sleep(5 * time.Minute)
		assert.True(t, s.alive())
		assert.Contains(t, g.logs.String(), "all handlers are busy")
		r.stop(t)
	})
}

func TestClient_TakesFramesOfOneMebibyte(t *testing.T) {
	bubble(t, func(t *testing.T, g *gateway) {
		a := &events{}
		r := g.start(t, a, WithConnections(1))
		s := <-g.sessions
		empty := len(eventFrame("e1", "user_add_org", 0))
		require.NoError(t, s.send(eventFrame("e1", "user_add_org", 1<<20-empty)))
		assert.JSONEq(t, `{"status":"SUCCESS"}`, s.await("m-e1").Data)
		_ = s.send(eventFrame("e2", "user_add_org", 1<<20-empty+1))
		<-s.ended
		next := <-g.sessions
		require.NoError(t, next.push("e3"))
		next.await("m-e3")
		assert.Equal(t, []string{"e1", "e3"}, a.list())
		r.stop(t)
	})
}

func TestClient_LogsNoSecretAndNoContent(t *testing.T) {
	bubble(t, func(t *testing.T, g *gateway) {
		g.fail(
			refuse(503, "text/html", "<html>"+testSecret), refuse(400, "text/html", testSecret),
			refuse(200, "application/json", `{"endpoint":"ws://127.0.0.1/connect","ticket":"`+testTicket+`"}`),
			refuse(200, "application/json", `{"endpoint":"ws://127.0.0.1/nowhere","ticket":"`+testTicket+`"}`),
			refuse(200, "application/json", `{"endpoint":"ws://127.0.0.1/abort","ticket":"`+testTicket+`"}`),
			refuse(200, "application/json", `{"endpoint":"ws://gateway.example.com/connect","ticket":"`+testTicket+`"}`),
			refuse(200, "application/json", `{"endpoint":"http://127.0.0.1/%zz","ticket":"`+testTicket+`"}`),
			refuse(307, "text/plain", ""), refuse(429, "application/json", `{"code":"x","message":"`+testSecret+`"}`),
		)
		r := g.start(t, event.AcceptFunc(func(_ context.Context, e event.Event) error {
			if e.ID == "e2" {
				return errors.New("no room")
			}
			return nil
		}), WithConnections(1))
		s := <-g.sessions
		for _, id := range []string{"e1", "e2"} {
			require.NoError(t, s.push(id))
			s.await("m-" + id)
		}
		g.setDown(true)
		_ = s.ws.CloseNow()
		time.Sleep(time.Minute)
		err := r.client.State().Err
		require.Error(t, err)
		r.stop(t)
		for _, secret := range []string{testSecret, "secret/ticket", "secret%2Fticket", "ticket=", "zhao.min"} {
			assert.NotContains(t, g.logs.String()+err.Error(), secret)
		}
		assert.GreaterOrEqual(t, strings.Count(g.logs.String(), "could be opened"), 9)
	})
}
