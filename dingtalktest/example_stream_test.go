package dingtalktest_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/coder/websocket"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// connect opens a Stream connection as any client does.
func connect(ctx context.Context, srv *dingtalktest.Server) (*websocket.Conn, error) {
	client := &http.Client{Transport: srv.Transport()}
	body, err := json.Marshal(map[string]any{
		"clientId": srv.ClientID(), "clientSecret": srv.ClientSecret(),
		"subscriptions": []map[string]string{{"type": "EVENT", "topic": "*"}},
	})
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://api.dingtalk.io/v1.0/gateway/connections/open", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	var opened struct {
		Endpoint string `json:"endpoint"`
		Ticket   string `json:"ticket"`
	}
	if err := json.NewDecoder(res.Body).Decode(&opened); err != nil {
		return nil, err
	}
	ws, _, err := websocket.Dial(ctx, opened.Endpoint+"?ticket="+opened.Ticket, &websocket.DialOptions{HTTPClient: client})
	return ws, err
}

// acknowledge reads a frame, acknowledges it and returns the type of the event, or the topic of a system frame.
func acknowledge(ctx context.Context, ws *websocket.Conn) (string, error) {
	_, text, err := ws.Read(ctx)
	if err != nil {
		return "", err
	}
	var frame struct {
		Headers map[string]string `json:"headers"`
	}
	if err := json.Unmarshal(text, &frame); err != nil {
		return "", err
	}
	reply, err := json.Marshal(map[string]any{
		"code": 200, "headers": map[string]string{"messageId": frame.Headers["messageId"]}, "data": `{"status":"SUCCESS"}`,
	})
	if err != nil {
		return "", err
	}
	return cmp.Or(frame.Headers["eventType"], frame.Headers["topic"]), ws.Write(ctx, websocket.MessageText, reply)
}

// An event reaches a client over Stream, in memory.
func ExampleServer_StreamConnections() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	ws, err := connect(ctx, srv)
	if err != nil {
		fmt.Println(err)
		return
	}
	srv.AddUser(dingtalktest.User{UserID: "zhao.min"})
	fmt.Println(acknowledge(ctx, ws))

	for _, conn := range srv.StreamConnections() {
		fmt.Println(len(conn.ID()), time.Since(conn.Opened()) < time.Hour)
		fmt.Println(conn.Pings())
		conn.Disconnect() // announces the end
		fmt.Println(acknowledge(ctx, ws))
		conn.Freeze()       // carries nothing any more, but answers
		conn.LoseNetwork()  // and now it does not answer
		conn.CutNextFrame() // if there were one
		conn.Cut()
	}
	_, err = acknowledge(ctx, ws)
	fmt.Println(err != nil)
	// Output:
	// user_add_org <nil>
	// 36 true
	// 0 0
	// disconnect <nil>
	// true
}

// Nothing is lost without a record.
func ExampleServer_Disturb() {
	ctx := context.Background()
	srv := dingtalktest.NewServer(
		dingtalktest.WithStreamAck(10*time.Second),     // instead of 3 seconds
		dingtalktest.WithStreamRetries(30*time.Second), // once, instead of after 15 and 60 seconds
		dingtalktest.WithEventRetention(time.Hour),     // while nothing is connected, instead of giving up
		dingtalktest.WithStreamPing(0),                 // no pings
		dingtalktest.WithStreamAge(6*time.Hour),        // ends connections
	)
	defer srv.Close()
	if _, err := connect(ctx, srv); err != nil {
		fmt.Println(err)
		return
	}
	srv.Disturb(1, dingtalktest.Disturbance{Types: []string{"user_leave_org"}, Lose: 1})
	srv.AddUser(dingtalktest.User{UserID: "zhao.min"})
	srv.Leave("zhao.min", dingtalktest.Leave{})
	for _, d := range srv.Deliveries() {
		fmt.Println(d.Type, d.Transport, d.Outcome)
	}
	// Output:
	// user_add_org stream waiting
	// user_leave_org stream lost
}
