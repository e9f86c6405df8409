package dingtalktest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/callback"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/event"
)

// The token and the AES key of a callback, invented.
var callbackKeys = dingtalktest.CallbackConfig{
	Token: dingtalk.NewSecret("dg7Token2026x"), AESKey: dingtalk.NewSecret("Qm9vdHN0cmFwRXZlbnRzMDEyMzQ1Njc4OWFiY2RlZmd"),
}

// receiveUsers returns a handler of an owner's events, and a channel with the users that they name.
func receiveUsers(owner string) (*callback.Handler, <-chan []string) {
	users := make(chan []string, 1)
	h, err := callback.NewHandler(callback.Config{
		Token: callbackKeys.Token, AESKey: callbackKeys.AESKey, Owners: []string{owner},
	}, event.AcceptFunc(func(_ context.Context, e event.Event) error {
		users <- e.Payload.(*event.UserChange).UserIDs
		return nil
	}))
	if err != nil {
		panic(err)
	}
	return h, users
}

// Events of every write go to the handler, in memory.
func ExampleServer_CallbackTo() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	handler, users := receiveUsers(srv.ClientID())
	srv.CallbackTo(handler, callbackKeys)

	srv.AddUser(dingtalktest.User{UserID: "zhao.min"})
	fmt.Println(<-users)
	// Output: [zhao.min]
}

// Events go to a server over the network.
func ExampleServer_CallbackURL() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	handler, users := receiveUsers(srv.ClientID())
	app := httptest.NewServer(handler)
	defer app.Close()
	if err := srv.CallbackURL(app.URL, callbackKeys); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(srv.Callback() == app.URL)

	srv.AddUser(dingtalktest.User{UserID: "zhao.min"})
	fmt.Println(<-users)
	// Output:
	// true
	// [zhao.min]
}

// A program registers its URL itself; the test has no URL.
func ExampleServer_HandleCallbacks() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	handler, users := receiveUsers(srv.CorpID())
	srv.HandleCallbacks(handler)
	err := srv.Client().RegisterCallback(context.Background(), dingtalk.RegisterCallbackRequest{
		CallBackTag: []string{"user_add_org"}, Token: callbackKeys.Token, AESKey: callbackKeys.AESKey, URL: "https://app.example.com/events",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	srv.AddUser(dingtalktest.User{UserID: "zhao.min"})
	fmt.Println(<-users)
	// Output: [zhao.min]
}

// An event that could not be delivered waits on the list of failed events.
func ExampleServer_EmitFailed() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.EmitFailed("user_add_org", map[string]any{"userId": []string{"zhao.min"}})

	full := true
	drainer, err := callback.NewDrainer(srv.Client(), event.AcceptFunc(func(_ context.Context, e event.Event) error {
		if full {
			return errors.New("the queue is full")
		}
		fmt.Println(e.Type, e.Payload.(*event.UserChange).UserIDs)
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
	// 0 the queue is full
	// user_add_org [zhao.min]
	// 1 <nil>
}
