package matrix_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/callback"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/event"
)

// callbackURL is the URL of a callback that is registered.
const callbackURL = "https://app.example.com/events"

var (
	callbackToken  = dingtalk.NewSecret("dg7Token2026x")
	callbackAESKey = dingtalk.NewSecret("Qm9vdHN0cmFwRXZlbnRzMDEyMzQ1Njc4OWFiY2RlZmd")
)

// acceptAll returns a handler that accepts every event.
func acceptAll(t *testing.T, srv *dingtalktest.Server) http.Handler {
	t.Helper()
	h, err := callback.NewHandler(callback.Config{
		Token: callbackToken, AESKey: callbackAESKey, Owners: []string{srv.ClientID(), srv.CorpID()},
	}, event.AcceptFunc(func(context.Context, event.Event) error { return nil }))
	require.NoError(t, err)
	return h
}

// seedCallback sets the callback of the app, unless that is the operation to test.
func seedCallback(t *testing.T, srv *dingtalktest.Server, op string) {
	t.Helper()
	h := acceptAll(t, srv)
	srv.HandleCallbacks(h)
	if op != "RegisterCallback" {
		srv.CallbackTo(h, dingtalktest.CallbackConfig{Token: callbackToken, AESKey: callbackAESKey, Types: []string{"check_in"}}) // which nothing sends
	}
}

// callbackIs returns a function that reports whether the app has the callback; the empty URL is none.
func callbackIs(url string) func(*dingtalktest.Server) bool {
	return func(srv *dingtalktest.Server) bool { return srv.Callback() == url }
}

// callbackOperations are the operations on the callback of the app.
var callbackOperations = map[string]operation{
	"RegisterCallback": {creates, func(ctx context.Context, c *dingtalk.Client) error {
		return c.RegisterCallback(ctx, dingtalk.RegisterCallbackRequest{
			CallBackTag: []string{"user_add_org"}, Token: callbackToken, AESKey: callbackAESKey, URL: callbackURL,
		})
	}, callbackIs(callbackURL)},
	"UpdateCallback": {updates, func(ctx context.Context, c *dingtalk.Client) error {
		return c.UpdateCallback(ctx, dingtalk.UpdateCallbackRequest{
			CallBackTag: []string{"user_add_org"}, Token: callbackToken, AESKey: callbackAESKey, URL: callbackURL,
		})
	}, callbackIs(callbackURL)},
	"GetCallback":    {reads, func(ctx context.Context, c *dingtalk.Client) error { return errorOf(c.GetCallback(ctx)) }, nil},
	"DeleteCallback": {deletes, func(ctx context.Context, c *dingtalk.Client) error { return c.DeleteCallback(ctx) }, callbackIs("")},
	"GetFailedCallbacks": {creates, func(ctx context.Context, c *dingtalk.Client) error {
		return errorOf(c.GetFailedCallbacks(ctx))
	}, nil}, // what it removes is seen in the next call alone
}
