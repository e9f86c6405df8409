package emulator

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"
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

func (a *app) locked(f func()) {
	a.server.mu.Lock()
	defer a.server.mu.Unlock()
	f()
}
