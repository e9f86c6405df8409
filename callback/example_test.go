package callback_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/callback"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/event"
)

// keys returns the configuration of a handler and of the test server that sends to it.
func keys() (callback.Config, dingtalktest.CallbackConfig) {
	t, k := dingtalk.NewSecret(token), dingtalk.NewSecret(aesKey)
	return callback.Config{Token: t, AESKey: k}, dingtalktest.CallbackConfig{Token: t, AESKey: k}
}

// A handler acknowledges what the acceptor has taken. The test server sends it the events of an organization.
func ExampleNewHandler() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	cfg, sender := keys()
	cfg.Owners = []string{srv.ClientID()} // of a callback that is set in the developer console

	taken := make(chan event.Event)
	handler, err := callback.NewHandler(cfg, event.AcceptFunc(func(ctx context.Context, e event.Event) error {
		select {
		case taken <- e: // stored, in a program
			return nil
		case <-ctx.Done(): // DingTalk sends it again
			return ctx.Err()
		}
	}))
	if err != nil {
		fmt.Println(err)
		return
	}
	http.NewServeMux().Handle("POST /dingtalk/events", handler)

	srv.CallbackTo(handler, sender)
	srv.AddUser(dingtalktest.User{UserID: "zhao.min"})
	e := <-taken
	fmt.Println(e.Type, e.Payload.(*event.UserChange).UserIDs)
	// Output: user_add_org [zhao.min]
}

// The server limits the time in which a request must arrive.
func ExampleHandler_ServeHTTP() {
	cfg, _ := keys()
	cfg.Owners = []string{clientID}
	handler, err := callback.NewHandler(cfg, event.AcceptFunc(func(context.Context, event.Event) error { return nil }))
	if err != nil {
		fmt.Println(err)
		return
	}
	mux := http.NewServeMux()
	mux.Handle("POST /dingtalk/events", handler)
	server := &http.Server{Addr: ":8080", Handler: mux, ReadTimeout: 5 * time.Second}
	fmt.Println(server.Addr)
	// Output: :8080
}

// A server ends gracefully: what it has accepted is acknowledged, and what comes later is sent again by DingTalk.
func ExampleHandler_Shutdown() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	cfg, sender := keys()
	cfg.Owners = []string{srv.ClientID()}
	handler, err := callback.NewHandler(cfg, event.AcceptFunc(func(context.Context, event.Event) error { return nil }))
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	fmt.Println(handler.Shutdown(ctx))
	fmt.Println(srv.CallbackURL("http://127.0.0.1:1/", sender) != nil) // nothing listens any more
	// Output:
	// <nil>
	// true
}

// A codec opens messages for a framework other than net/http.
func ExampleCodec_Open() {
	codec, err := callback.NewCodec(token, aesKey, clientID)
	if err != nil {
		fmt.Println(err)
		return
	}
	sent := codec.Seal([]byte(`{"EventType":"check_url"}`), "1793347200123", "aB3dE5gH") // as DingTalk does

	message, err := codec.Open(sent.Signature, sent.Timestamp, sent.Nonce, sent.Encrypt) // of the request's URL and body
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(string(message.Text), message.Owner)
	_, err = codec.Open(sent.Signature, sent.Timestamp, "another", sent.Encrypt)
	fmt.Println(errors.Is(err, callback.ErrSignature))
	// Output:
	// {"EventType":"check_url"} dingk3yexample9q7w
	// true
}

// The response to a message is JSON with the encrypted word success.
func ExampleMessage_Acknowledge() {
	codec, err := callback.NewCodec(token, aesKey, clientID)
	if err != nil {
		fmt.Println(err)
		return
	}
	sent := codec.Seal([]byte(`{"EventType":"check_url"}`), "1793347200123", "aB3dE5gH")
	message, err := codec.Open(sent.Signature, sent.Timestamp, sent.Nonce, sent.Encrypt)
	if err != nil {
		fmt.Println(err)
		return
	}
	response, err := json.Marshal(message.Acknowledge("1793347200456", "aB3dE5gH"))
	if err != nil {
		fmt.Println(err)
		return
	}
	var fields map[string]string
	err = json.Unmarshal(response, &fields)
	fmt.Println(err, fields["timeStamp"], fields["nonce"], len(fields["msg_signature"]), len(fields["encrypt"]))
	// Output: <nil> 1793347200456 aB3dE5gH 40 88
}

// Messages of several owners are opened: of the callback in the developer console, and of a registered one.
func ExampleNewCodec() {
	codec, err := callback.NewCodec(token, aesKey, clientID, corpID)
	fmt.Println(codec, err)
	_, err = callback.NewCodec(token, "too short", clientID)
	fmt.Println(err)
	// Output:
	// callback.Codec of ["dingk3yexample9q7w" "ding5example0corp1"] <nil>
	// callback: the AES key must have 43 letters and digits
}

// A test sends a message to a receiver as DingTalk does.
func ExampleCodec_Seal() {
	codec, err := callback.NewCodec(token, aesKey, clientID)
	if err != nil {
		fmt.Println(err)
		return
	}
	sent := codec.Seal([]byte(`{"EventType":"check_url"}`), "1793347200123", "aB3dE5gH")
	fmt.Println(sent.Timestamp, sent.Nonce, len(sent.Signature), len(sent.Encrypt))
	// Output: 1793347200123 aB3dE5gH 40 88
}

// Two keys are valid while the key in the developer console is changed.
func ExampleCodec_WithKey() {
	before, err := callback.NewCodec(token, aesKey, clientID)
	if err != nil {
		fmt.Println(err)
		return
	}
	after, err := callback.NewCodec(newToken, newAESKey, clientID)
	if err != nil {
		fmt.Println(err)
		return
	}
	both, err := after.WithKey(token, aesKey)
	if err != nil {
		fmt.Println(err)
		return
	}
	sent := before.Seal([]byte(`{}`), "1793347200123", "aB3dE5gH")
	m, err := both.Open(sent.Signature, sent.Timestamp, sent.Nonce, sent.Encrypt)
	fmt.Println(err, string(m.Text))
	// Output: <nil> {}
}

// What the acceptor has not taken comes again.
func ExampleNewDrainer() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.EmitFailed("org_change", map[string]any{})

	full := true
	drainer, err := callback.NewDrainer(srv.Client(), event.AcceptFunc(func(context.Context, event.Event) error {
		if full {
			return errors.New("the disk is full")
		}
		return nil
	}))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(drainer.Drain(ctx))
	full = false
	fmt.Println(drainer.Drain(ctx))
	// Output:
	// 0 the disk is full
	// 1 <nil>
}

// A Drainer reads what could not be delivered, at the start of a program and some minutes after each outage.
func ExampleDrainer_Drain() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.EmitFailed("user_leave_org", map[string]any{"userId": []string{"zhao.min"}})

	drainer, err := callback.NewDrainer(srv.Client(), event.AcceptFunc(func(_ context.Context, e event.Event) error {
		fmt.Println(e.Type, e.Payload.(*event.UserChange).UserIDs)
		return nil
	}))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(drainer.Drain(ctx))
	// Output:
	// user_leave_org [zhao.min]
	// 1 <nil>
}
