package callback_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/callback"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/event"
)

// receive is the code of the README: it returns the handler of the URL in the developer console.
func receive(token, aesKey dingtalk.Secret, clientID string, queue chan<- event.Event) (http.Handler, error) {
	return callback.NewHandler(callback.Config{
		Token:  token,
		AESKey: aesKey,
		Owners: []string{clientID}, // whose events are accepted
	}, event.AcceptFunc(func(ctx context.Context, e event.Event) error {
		select {
		case queue <- e: // in your program: a database, or a queue on disk
			return nil // it is acknowledged
		case <-ctx.Done():
			return ctx.Err() // it is sent again
		}
	}))
}

func TestReceive_TakesTheEventsOfAnOrganization(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, queue := dingtalktest.New(t), make(chan event.Event)
		secret := dingtalktest.CallbackConfig{Token: dingtalk.NewSecret(token), AESKey: dingtalk.NewSecret(aesKey)}
		handler, err := receive(secret.Token, secret.AESKey, srv.ClientID(), queue)
		require.NoError(t, err)
		srv.CallbackTo(handler, secret)
		srv.AddUser(dingtalktest.User{UserID: "zhao.min"})
		e := <-queue
		assert.Equal(t, event.UserAddOrg, e.Type)
		assert.Equal(t, []string{"zhao.min"}, e.Payload.(*event.UserChange).UserIDs)
	})
}
