package mirror

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// interrupted has a mirror of a server make its first scan, lets change change the server, and ends the process in the middle of
// the next scan. It returns the mirror of the next process, which does not run yet. Each of their calls takes a second.
func interrupted(t *testing.T, srv *dingtalktest.Server, change func()) *Mirror {
	t.Helper()
	store := NewMemoryStore()
	slow := func(next dingtalk.Invoker) dingtalk.Invoker {
		return func(ctx context.Context, call *dingtalk.Call) error {
			time.Sleep(time.Second)
			return next(ctx, call)
		}
	}
	inSteps := func(o *options) { o.scanStep, o.concurrency, o.detailEvery = 4, 1, 24*time.Hour }
	open := func(s Store) *Mirror {
		m, err := Open(t.Context(), srv.Client(dingtalk.WithMiddleware(slow)), s, inSteps)
		require.NoError(t, err)
		return m
	}
	process := &crashStore{Store: store}
	m := open(process)
	stop := run(t, m)
	require.NoError(t, m.Ready(t.Context()))
	time.Sleep(5 * time.Minute) // for the details
	change()
	rescan, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- m.Rescan(rescan) }()
	time.Sleep(25 * time.Second)
	cancel()
	require.ErrorIs(t, <-ended, context.Canceled, "the scan is under way")
	process.dead.Store(true)
	stop()
	return open(store)
}

// A scan that was interrupted goes on after a restart, and finds what an uninterrupted one would.
func TestScan_GoesOnAfterARestart(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t, dingtalktest.WithSampleOrg(40, 80, 1))
		users := srv.Users()
		began := time.Now()
		m := interrupted(t, srv, func() {
			for _, u := range users[:10] {
				srv.Leave(u.UserID, dingtalktest.Leave{})
			}
			began = time.Now()
		})
		before, last := len(srv.Calls("ListUsers")), status(t, m).LastScan
		run(t, m)
		require.NoError(t, m.await(t.Context(), func(r Reader) (bool, error) {
			record, err := readScanRecord(r)
			return record.Ended > last.UnixMilli(), err
		}))
		read := len(srv.Calls("ListUsers")) - before
		require.Less(t, read, len(srv.Departments())-10, "it began anew")
		require.WithinDuration(t, began, status(t, m).LastScanBegan, 5*time.Second)
		for _, u := range users[:10] {
			_, found := sees(t, m, u.UserID)
			require.False(t, found, "who left before a department was read is a candidate after the restart as well")
		}
		time.Sleep(10 * time.Minute)
		require.Greater(t, len(srv.Calls("ListUsers"))-before-read, len(srv.Departments())-1, "events may have been missed since")
	})
}

func TestScan_BeginsAnewAfterARestartThatComesTooLate(t *testing.T) {
	for name, between := range map[string]func(ctx context.Context, m *Mirror) error{
		"an hour": func(context.Context, *Mirror) error { time.Sleep(time.Hour); return nil },
		"another scan is wanted": func(ctx context.Context, m *Mirror) error {
			_, err := m.markScan(ctx)
			return err
		},
		"a user was forgotten": func(ctx context.Context, m *Mirror) error { return m.Forget(ctx, "no.such.user") },
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				srv := dingtalktest.New(t, dingtalktest.WithSampleOrg(40, 80, 1))
				m := interrupted(t, srv, func() {})
				require.NoError(t, between(t.Context(), m))
				before, last := len(srv.Calls("ListUsers")), status(t, m).LastScan
				run(t, m)
				require.NoError(t, m.await(t.Context(), func(r Reader) (bool, error) {
					record, err := readScanRecord(r)
					return record.Ended > last.UnixMilli(), err
				}))
				require.GreaterOrEqual(t, len(srv.Calls("ListUsers"))-before, len(srv.Departments()))
			})
		})
	}
}
