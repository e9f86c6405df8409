package dingtalkpg

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/event"
	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

// runMirror runs a mirror until stop is called.
func runMirror(t *testing.T, srv *dingtalktest.Server, s mirror.Store) (m *mirror.Mirror, stop func()) {
	t.Helper()
	m, err := mirror.Open(t.Context(), srv.Client(dingtalk.WithRateLimit(dingtalk.NoRateLimit)), s)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- m.Run(ctx) }()
	return m, func() {
		cancel()
		assert.ErrorIs(t, <-done, context.Canceled)
	}
}

// follow reads changes after a revision until the name of a user is this, and returns the revision.
func follow(t *testing.T, m *mirror.Mirror, after mirror.Revision, userID, name string) mirror.Revision {
	t.Helper()
	for c, err := range m.Changes(t.Context(), after) {
		require.NoError(t, err)
		if u, ok := c.After.(mirror.User); ok && u.UserID == userID && u.Name == name {
			return c.Revision
		}
	}
	return 0
}

// names returns the users of a mirror, and the latest revision.
func names(t *testing.T, m *mirror.Mirror) (names map[string]string, revision mirror.Revision) {
	t.Helper()
	names = map[string]string{}
	require.NoError(t, m.View(t.Context(), func(v *mirror.View) error {
		revision = v.Revision()
		for u, err := range v.Users() {
			if err != nil {
				return err
			}
			names[u.UserID] = u.Name
		}
		return nil
	}))
	return names, revision
}

// Two processes accept and read; the second one leads when the first has ended.
func TestMirror_GoesOnInAnotherProcess(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t, dingtalktest.WithSampleOrg(10, 100, 1))
	want := map[string]string{}
	for _, u := range srv.Users() {
		want[u.UserID] = u.Name
	}
	url, schema := sharedServer(t).URL(), newSchemaName()
	first, stopFirst := runMirror(t, srv, openStore(t, url, schema))
	require.NoError(t, first.Ready(t.Context()))
	second, stopSecond := runMirror(t, srv, openStore(t, url, schema))
	defer stopSecond()
	got, revision := names(t, second)
	require.Equal(t, want, got)

	change := func(to string, accepts *mirror.Mirror) {
		id := srv.AddUser(dingtalktest.User{Name: to})
		want[id] = to
		e := event.Event{Type: event.UserAddOrg, Payload: &event.UserChange{UserIDs: []string{id}}}
		require.NoError(t, accepts.Accept(t.Context(), e))
		revision = follow(t, second, revision, id, to)
	}
	change("Zhao Min", second)
	change("Zhao Mei", first)
	stopFirst()
	change("Zhao Ying", first) // it still accepts
	got, _ = names(t, second)
	assert.Equal(t, want, got)
}
