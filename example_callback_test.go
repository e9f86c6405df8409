package dingtalk_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/callback"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/event"
)

// The token and the AES key of a callback, invented.
var (
	callbackToken  = dingtalk.NewSecret("dg7Token2026x")
	callbackAESKey = dingtalk.NewSecret("Qm9vdHN0cmFwRXZlbnRzMDEyMzQ1Njc4OWFiY2RlZmd")
)

// acceptAll returns a handler that accepts every event. The owner of a callback is the corp ID if it was registered, and the
// client ID if it was set in the developer console.
func acceptAll(owner string) http.Handler {
	h, err := callback.NewHandler(callback.Config{
		Token: callbackToken, AESKey: callbackAESKey, Owners: []string{owner},
	}, event.AcceptFunc(func(context.Context, event.Event) error { return nil }))
	if err != nil {
		panic(err)
	}
	return h
}

// DingTalk checks the URL before it is registered: the handler must run already.
func ExampleClient_RegisterCallback() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	client := srv.Client()
	registration := dingtalk.RegisterCallbackRequest{
		CallBackTag: []string{"user_add_org"}, Token: callbackToken, AESKey: callbackAESKey, URL: "https://app.example.com/events",
	}

	srv.HandleCallbacks(http.NotFoundHandler())
	err := client.RegisterCallback(ctx, registration)
	fmt.Println(errors.Is(err, dingtalk.ErrPrecondition))

	srv.HandleCallbacks(acceptAll(srv.CorpID()))
	err = client.RegisterCallback(ctx, registration)
	fmt.Println(err)
	// Output:
	// true
	// <nil>
}

func ExampleClient_UpdateCallback() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	client := srv.Client()
	srv.CallbackTo(acceptAll(srv.ClientID()), dingtalktest.CallbackConfig{Token: callbackToken, AESKey: callbackAESKey})

	srv.HandleCallbacks(acceptAll(srv.CorpID()))
	err := client.UpdateCallback(ctx, dingtalk.UpdateCallbackRequest{
		CallBackTag: []string{"user_add_org", "user_leave_org"}, Token: callbackToken, AESKey: callbackAESKey, URL: "https://app.example.com/events",
	})
	fmt.Println(err, srv.Callback())
	// Output: <nil> https://app.example.com/events
}

func ExampleClient_GetCallback() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	srv.CallbackTo(acceptAll(srv.ClientID()), dingtalktest.CallbackConfig{
		Token: callbackToken, AESKey: callbackAESKey, Types: []string{"user_add_org"},
	})

	registered, err := srv.Client().GetCallback(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(registered.URL, registered.CallBackTag, registered.Token)
	// Output: https://callback.example.com/ [user_add_org] REDACTED
}

func ExampleClient_DeleteCallback() {
	srv := dingtalktest.NewServer()
	defer srv.Close()
	err := srv.Client().DeleteCallback(context.Background())
	fmt.Println(errors.Is(err, dingtalk.ErrNotFound))
	// Output: true
}

// Each call removes what the one before has returned. A callback.Drainer takes care of that.
func ExampleClient_GetFailedCallbacks() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	client := srv.Client()
	srv.EmitFailed("user_add_org", map[string]any{"userId": []string{"zhao.min"}})

	for range 2 {
		res, err := client.GetFailedCallbacks(ctx)
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, element := range res.FailedList {
			e, err := event.DecodeFailed(element)
			if err != nil {
				fmt.Println(err)
				return
			}
			fmt.Println(e.Type, e.Payload.(*event.UserChange).UserIDs)
		}
		fmt.Println(len(res.FailedList), res.HasMore)
	}
	// Output:
	// user_add_org [zhao.min]
	// 1 false
	// 0 false
}
