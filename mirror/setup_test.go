package mirror

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/event"
)

// inBubble runs a test in virtual time.
func inBubble(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, f)
}

// running returns a mirror that runs until the test ends, and has made its first scan.
func running(t *testing.T, client *dingtalk.Client, store Store, opts ...Option) *Mirror {
	t.Helper()
	m, err := Open(t.Context(), client, store, append([]Option{seldom}, opts...)...)
	require.NoError(t, err)
	run(t, m)
	require.NoError(t, m.Ready(t.Context()))
	return m
}

// seldom has the details of one user a minute read again, so that hours pass in no time.
func seldom(o *options) { o.detailEvery = time.Minute }

// run runs a mirror until the test ends, or until the returned function is called.
func run(t *testing.T, m *Mirror) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- m.Run(ctx) }()
	stopped := false
	stop = func() {
		if cancel(); !stopped {
			stopped = true
			require.ErrorIs(t, <-done, context.Canceled)
		}
	}
	t.Cleanup(stop)
	return stop
}

// sees returns a user of the mirror, and whether it has the user.
func sees(t *testing.T, m *Mirror, id string) (u User, found bool) {
	t.Helper()
	require.NoError(t, m.View(t.Context(), func(v *View) (err error) {
		u, err = v.User(id)
		if found = err == nil; !found {
			require.ErrorIs(t, err, dingtalk.ErrNotFound)
		}
		return nil
	}))
	return u, found
}

func userEvent(typ event.Type, ids ...string) event.Event {
	return event.Event{Type: typ, ID: "e1", Payload: &event.UserChange{UserIDs: ids}}
}

// people adds n users and returns their IDs.
func people(srv *dingtalktest.Server, n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = srv.AddUser(dingtalktest.User{})
	}
	return ids
}

func status(t *testing.T, m *Mirror) Status {
	t.Helper()
	s, err := m.Status(t.Context())
	require.NoError(t, err)
	return s
}
