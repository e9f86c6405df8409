package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/callback"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/event"
)

var callbackKey = callback.Key{
	Token: dingtalk.NewSecret("dg7Token2026x"), AESKey: dingtalk.NewSecret("Qm9vdHN0cmFwRXZlbnRzMDEyMzQ1Njc4OWFiY2RlZmd"),
}

// accepted is an acceptor that keeps the users of events, and refuses all while it is full.
type accepted struct {
	mu    sync.Mutex
	full  bool
	users map[string]int
}

func (a *accepted) Accept(_ context.Context, e event.Event) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.full {
		return errors.New("the disk is full")
	}
	for _, id := range e.Payload.(*event.UserChange).UserIDs {
		a.users[id]++
	}
	return nil
}

func (a *accepted) setFull(full bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.full = full
}

// withCallback sends the events of a server to an acceptor.
func withCallback(t *testing.T, srv *dingtalktest.Server, to event.Acceptor) {
	t.Helper()
	h, err := callback.NewHandler(callback.Config{Token: callbackKey.Token, AESKey: callbackKey.AESKey, Owners: []string{srv.ClientID()}}, to)
	require.NoError(t, err)
	srv.CallbackTo(h, dingtalktest.CallbackConfig{Token: callbackKey.Token, AESKey: callbackKey.AESKey})
}

func newDrainer(t *testing.T, srv *dingtalktest.Server, to event.Acceptor) *callback.Drainer {
	t.Helper()
	d, err := callback.NewDrainer(srv.Client(), to)
	require.NoError(t, err)
	return d
}

// An outage of the acceptor, and messages that others have forged or DingTalk has damaged, lose no event that is sent.
func TestCallback_EachEventIsAcceptedByTheHandlerOrDrained(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, to := dingtalktest.New(t), &accepted{users: map[string]int{}}
		withCallback(t, srv, to)
		srv.Disturb(7, dingtalktest.Disturbance{WrongSignature: 0.3, WrongOwner: 0.3, OtherPadding: 0.5, NoAck: 0.3, Double: 0.2, Delay: time.Minute})
		for i := range 300 {
			to.setFull(i >= 50 && i < 280)
			srv.AddUser(dingtalktest.User{UserID: fmt.Sprint("user", i)})
			time.Sleep(100 * time.Millisecond) // of the bubble
		}
		to.setFull(true)
		time.Sleep(5 * time.Minute) // of the bubble
		d := newDrainer(t, srv, to)
		_, err := d.Drain(t.Context())
		require.EqualError(t, err, "the disk is full")
		to.setFull(false)
		_, err = d.Drain(t.Context())
		require.NoError(t, err)
		assert.Len(t, to.users, 300)
	})
}

// DingTalk removes what it has returned with the next call, of whatever process. A process that is killed between a read and
// the acceptance loses that page, and nothing else.
func TestDrain_AKillLosesThePageThatWasReadAndNotAccepted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, to := dingtalktest.New(t), &accepted{full: true, users: map[string]int{}}
		for i := range 450 {
			srv.EmitFailed("user_add_org", map[string]any{"userId": []string{fmt.Sprint("user", i)}})
		}
		_, err := newDrainer(t, srv, to).Drain(t.Context())
		require.Error(t, err)
		to.setFull(false) // and the process is killed: another Drainer knows nothing of the page
		n, err := newDrainer(t, srv, to).Drain(t.Context())
		require.NoError(t, err)
		assert.Equal(t, 250, n)
		assert.NotContains(t, to.users, "user199")
		assert.Contains(t, to.users, "user200")
	})
}
