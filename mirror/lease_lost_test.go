package mirror

import (
	"context"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/event"
)

// losingStore is the store of a process that loses its first lease at a write. It notes the first bytes of the keys that the
// process writes without a lease, and with a lost one.
type losingStore struct {
	Store
	loseAt int // the number of the write; 0: never

	mu      sync.Mutex
	writes  int
	leases  int
	free    string // without a lease
	outlive string // with a lost lease
}

func (s *losingStore) note(to *string, w Writer) Writer { return &notedWriter{w, s, to} }

func (s *losingStore) Update(ctx context.Context, f func(Writer) error) error {
	return s.Store.Update(ctx, func(w Writer) error { return f(s.note(&s.free, w)) })
}

func (s *losingStore) Lead(ctx context.Context) (Lease, error) {
	lease, err := s.Store.Lead(ctx)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leases++
	return &losingLease{lease, s}, nil
}

type losingLease struct {
	Lease
	store *losingStore
}

func (l *losingLease) Update(ctx context.Context, f func(Writer) error) error {
	l.store.mu.Lock()
	l.store.writes++
	lose := l.store.writes == l.store.loseAt
	l.store.mu.Unlock()
	if lose {
		if err := l.Release(ctx); err != nil {
			return err
		}
	}
	select {
	case <-l.Lost():
		return l.Lease.Update(ctx, func(w Writer) error { return f(l.store.note(&l.store.outlive, w)) })
	default:
		return l.Lease.Update(ctx, f)
	}
}

type notedWriter struct {
	Writer
	store *losingStore
	to    *string
}

func (w *notedWriter) note(key []byte) {
	w.store.mu.Lock()
	defer w.store.mu.Unlock()
	if !strings.Contains(*w.to, string(key[:1])) {
		*w.to += string(key[:1])
	}
}

func (w *notedWriter) Put(key, value []byte) error {
	w.note(key)
	return w.Writer.Put(key, value)
}

func (w *notedWriter) Delete(key []byte) error {
	w.note(key)
	return w.Writer.Delete(key)
}

// The first of two processes loses its lease at each of its writes: in the first scan, in reads after events, in details. The
// second one goes on, the first one still accepts events, and leads again when the second has ended.
func TestRun_StepsBackWhereverItsLeaseIsLost(t *testing.T) {
	t.Parallel()
	step, writes := 1, 40
	if testing.Short() {
		step = 13
	}
	for loseAt := 1; loseAt <= writes; loseAt += step {
		synctest.Test(t, func(t *testing.T) { loseLease(t, loseAt) })
	}
}

func loseLease(t *testing.T, loseAt int) {
	t.Helper()
	srv := dingtalktest.New(t)
	srv.AddDepartment(dingtalktest.Department{Name: "Sales"})
	ids := people(srv, 3)
	shared := NewMemoryStore()
	store := &losingStore{Store: shared, loseAt: loseAt}
	lease, err := shared.Lead(t.Context()) // until both wait for it, one after the other
	require.NoError(t, err)
	first, err := Open(t.Context(), srv.Client(), store, seldom)
	require.NoError(t, err)
	run(t, first)
	synctest.Wait()
	second, err := Open(t.Context(), srv.Client(), shared, seldom)
	require.NoError(t, err)
	stopSecond := run(t, second)
	synctest.Wait()
	require.NoError(t, lease.Release(t.Context()))
	require.NoError(t, second.Ready(t.Context()))
	change := func(m *Mirror, title string) {
		for _, id := range ids {
			u, _ := srv.User(id)
			u.Title = title
			srv.SetUser(u)
			require.NoError(t, m.Accept(t.Context(), userEvent(event.UserModifyOrg, id)))
		}
		ids = append(ids, srv.AddUser(dingtalktest.User{}))
		require.NoError(t, m.Accept(t.Context(), userEvent(event.UserAddOrg, ids[len(ids)-1])))
		time.Sleep(time.Minute)
		report, err := second.Verify(t.Context())
		require.NoError(t, err)
		require.Empty(t, report.Differences, "lost at write %d", loseAt)
		require.Zero(t, status(t, m).Dirty)
	}
	change(first, "Manager")
	require.NoError(t, status(t, first).PauseCause)
	change(second, "Director")
	require.Equal(t, store.writes < loseAt, status(t, first).Leading, "lost at write %d", loseAt)
	require.Equal(t, store.writes >= loseAt, status(t, second).Leading, "lost at write %d", loseAt)
	stopSecond()
	change(first, "President")
	require.True(t, status(t, first).Leading)
	require.Empty(t, store.outlive, "lost at write %d", loseAt)
	require.Empty(t, strings.Trim(store.free, string([]byte{prefixDirty, prefixQueue, prefixState})), "only dirty records are written without a lease")
}

// What pauses the leader, and what its removal guard holds back, is in the Status of all processes.
func TestStatus_ShowsTheStateOfTheLeaderElsewhere(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		ids := people(srv, 3)
		store := NewMemoryStore()
		first, err := Open(t.Context(), srv.Client(), store, noDetails)
		require.NoError(t, err)
		stop := run(t, first)
		require.NoError(t, first.Ready(t.Context()))
		time.Sleep(time.Minute)
		second, err := Open(t.Context(), srv.Client(), store, seldom)
		require.NoError(t, err)
		for _, id := range ids {
			srv.Leave(id, dingtalktest.Leave{})
		}
		require.NoError(t, first.Rescan(t.Context()))
		srv.SetMissingScopes(readingScopes...)
		require.NoError(t, second.Accept(t.Context(), userEvent(event.UserModifyOrg, ids[0])))
		time.Sleep(time.Second)
		led, other := status(t, first), status(t, second)
		require.False(t, other.Leading)
		require.Equal(t, map[Kind]int{KindUser: 3}, other.Held)
		require.ErrorIs(t, other.PauseCause, dingtalk.ErrPermission)
		require.EqualError(t, other.PauseCause, led.PauseCause.Error())
		require.Equal(t, led.PausedUntil.UnixMilli(), other.PausedUntil.UnixMilli())

		// A process that leads anew begins without a pause.
		stop()
		srv.SetMissingScopes()
		third, err := Open(t.Context(), srv.Client(), store, seldom)
		require.NoError(t, err)
		run(t, third)
		time.Sleep(time.Second)
		require.NoError(t, status(t, second).PauseCause)
	})
}
