package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/event"
)

// openConnection is the operation that returns the address and the ticket of a connection:
// https://open.dingtalk.com/document/development/configure-stream-push
var openConnection = dingtalk.Operation{
	Name: "OpenConnection", Path: "/v1.0/gateway/connections/open", Required: []string{"endpoint", "ticket"},
}

// push is one attempt of the service to deliver an event.
type push struct {
	at         time.Time
	connection string // headers.connectionId, or a number of ours
	messageID  string
	event      event.Event
}

// The replies to an event.
const (
	accepted = `{"status":"SUCCESS"}`
	later    = `{"status":"LATER"}`
	silence  = "" // no reply at all
)

// ending is the end of a connection that the probe did not end.
type ending struct {
	age    time.Duration
	reason string // that was announced; empty without an announcement
}

// receiver holds Stream connections. It is used in place of package stream, because it shows each push, and can leave one
// without a reply.
type receiver struct {
	client     *dingtalk.Client
	id, secret string
	handle     func(push) (reply string)

	stop func()
	work sync.WaitGroup

	mu      sync.Mutex
	opened  int
	endings []ending
	pings   []time.Duration // between two pings of a connection
}

// connect holds a number of connections until disconnect. It returns when they are open, or with the first error.
func (r *receiver) connect(ctx context.Context, connections int) error {
	live, cancel := context.WithCancel(ctx)
	r.stop = cancel
	for range connections {
		ws, err := r.open(ctx)
		if err != nil {
			r.disconnect()
			return err
		}
		r.work.Go(func() { r.hold(live, ws) })
	}
	return nil
}

// disconnect ends all connections.
func (r *receiver) disconnect() {
	r.stop()
	r.work.Wait()
}

func (r *receiver) open(ctx context.Context) (*websocket.Conn, error) {
	body := map[string]any{
		"clientId": r.id, "clientSecret": r.secret, "ua": "dingtalk-go-eventprobe",
		"subscriptions": []map[string]string{{"type": "EVENT", "topic": "*"}},
	}
	var ticket struct {
		Endpoint string `json:"endpoint"`
		Ticket   string `json:"ticket"`
	}
	if err := r.client.Do(ctx, openConnection, body, &ticket); err != nil {
		return nil, err
	}
	at, err := url.Parse(ticket.Endpoint)
	if err != nil || at.Scheme != "wss" && !strings.HasPrefix(r.client.APIBaseURL(), "http:") {
		return nil, errors.New("the gateway named an endpoint that is not one of wss")
	}
	query := at.Query()
	query.Set("ticket", ticket.Ticket)
	at.RawQuery = query.Encode()
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	ws, res, err := websocket.Dial(ctx, at.String(), &websocket.DialOptions{HTTPClient: &http.Client{Transport: r.client.HTTPClient().Transport}}) //nolint:bodyclose // Dial has closed it
	switch {
	case err != nil && res != nil:
		return nil, fmt.Errorf("the gateway refused the WebSocket connection with HTTP status %d", res.StatusCode)
	case err != nil:
		return nil, errors.New("there is no WebSocket connection to the gateway") // err quotes the ticket
	}
	ws.SetReadLimit(1 << 20)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.opened++
	return ws, nil
}

// reopenDelay is the time between attempts to replace a connection.
const reopenDelay = 5 * time.Second

// hold serves a connection, or one that it opens, and those that replace it, until the end of ctx.
func (r *receiver) hold(ctx context.Context, ws *websocket.Conn) {
	for {
		for ws == nil {
			if ws, _ = r.open(ctx); ws == nil && !sleep(ctx, reopenDelay) {
				return
			}
		}
		began := time.Now()
		reason := r.serve(ctx, ws)
		_ = ws.CloseNow()
		if ctx.Err() != nil {
			return
		}
		r.mu.Lock()
		r.endings = append(r.endings, ending{time.Since(began), reason})
		r.mu.Unlock()
		if reason != "" {
			return // the next one is held since the announcement
		}
		ws = nil
	}
}

// frame is a message of the gateway.
type frame struct {
	Type    string          `json:"type"`
	Headers map[string]any  `json:"headers"`
	Data    json.RawMessage `json:"data"`
}

// header returns a header, which is documented to be a string.
func (f *frame) header(name string) string {
	text, _ := f.Headers[name].(string)
	return text
}

// serve reads a connection until it ends, and returns the reason that was announced. After the announcement the connection
// gets no events, so that another one takes its place.
func (r *receiver) serve(ctx context.Context, ws *websocket.Conn) (reason string) {
	var pinged time.Time
	for {
		_, message, err := ws.Read(ctx)
		if err != nil {
			return reason
		}
		at := time.Now()
		var f frame
		if json.Unmarshal(message, &f) != nil {
			continue
		}
		switch {
		case f.Type == "EVENT":
			r.work.Go(func() { r.receive(ctx, ws, at, &f, message) })
			continue
		case f.header("topic") == "disconnect":
			if reason == "" {
				r.work.Go(func() { r.hold(ctx, nil) })
			}
			reason = announced(f.Data)
		case f.header("topic") == "ping":
			if !pinged.IsZero() {
				r.mu.Lock()
				r.pings = append(r.pings, at.Sub(pinged))
				r.mu.Unlock()
			}
			pinged = at
		}
		respond(ctx, ws, &f, f.Data)
	}
}

// receive handles an event.
func (r *receiver) receive(ctx context.Context, ws *websocket.Conn, at time.Time, f *frame, message []byte) {
	e, err := event.Decode(message)
	if err != nil {
		return
	}
	if reply := r.handle(push{at, f.header("connectionId"), f.header("messageId"), e}); reply != silence {
		data, _ := json.Marshal(reply) // JSON in a string
		respond(ctx, ws, f, data)
	}
}

// respond sends the reply to a frame. If it does not arrive, the service repeats the frame.
func respond(ctx context.Context, ws *websocket.Conn, f *frame, data json.RawMessage) {
	reply, err := json.Marshal(map[string]any{
		"code": http.StatusOK, "message": "OK", "data": data,
		"headers": map[string]string{"messageId": f.header("messageId"), "contentType": "application/json"},
	})
	if err == nil {
		_ = ws.Write(ctx, websocket.MessageText, reply)
	}
}

// announced returns the reason in the data of a disconnect frame, which is JSON in a string.
func announced(data json.RawMessage) string {
	var text string
	var body struct {
		Reason string `json:"reason"`
	}
	if json.Unmarshal(data, &text) != nil || json.Unmarshal([]byte(text), &body) != nil || body.Reason == "" {
		return "announced without a reason"
	}
	return body.Reason
}

// sleep waits, and reports whether the time has passed before the end of ctx.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
