package mirror

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// The time package compares times that have monotonic readings by these, which a clock that is set does not change. So the mirror
// would not notice that it was.
func TestMirror_ComparesTimesByTheClockThatMayBeSet(t *testing.T) {
	t.Parallel()
	m, err := Open(t.Context(), dingtalktest.New(t).Client(), NewMemoryStore())
	require.NoError(t, err)
	require.NotContains(t, m.opt.now().String(), "m=", "a monotonic reading")
	require.NotContains(t, m.opened.String(), "m=", "a monotonic reading")
}

// A clock that is set forward does not make the feed forget: the time that has passed does.
func TestFeed_IsKeptWhenTheClockIsSetForward(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv, store := dingtalktest.New(t, dingtalktest.WithSampleOrg(5, 20, 1)), NewMemoryStore()
		var ahead atomic.Int64
		clock := func(o *options) { o.now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) } }
		m, err := Open(t.Context(), srv.Client(), store, seldom, clock, WithRetention(2*time.Hour, 1000))
		require.NoError(t, err)
		stop := run(t, m)
		require.NoError(t, m.Ready(t.Context()))
		time.Sleep(time.Minute)
		ahead.Store(int64(30 * 24 * time.Hour))
		time.Sleep(time.Hour)
		changes, err := changesNow(t, m, 0)
		require.NoError(t, err)
		require.NotEmpty(t, changes)
		time.Sleep(2 * time.Hour)
		_, err = changesNow(t, m, 0)
		require.ErrorIs(t, err, ErrCompacted, "older than two hours by now")

		// A process that begins with a wrong clock cannot know. Its readers are told, and the mirror is as it was.
		last := srv.AddUser(dingtalktest.User{})
		require.NoError(t, m.Refresh(t.Context(), UserKey(last)))
		revision := status(t, m).Revision
		stop()
		ahead.Add(int64(30 * 24 * time.Hour))
		run(t, m)
		time.Sleep(2 * time.Second)
		_, err = changesNow(t, m, revision-1)
		require.ErrorIs(t, err, ErrCompacted)
		_, err = changesNow(t, m, revision)
		require.NoError(t, err)
		_, found := sees(t, m, last)
		require.True(t, found)
	})
}
