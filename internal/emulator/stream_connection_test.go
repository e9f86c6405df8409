package emulator

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

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
