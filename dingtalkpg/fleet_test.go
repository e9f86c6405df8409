package dingtalkpg

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// awaitClosed waits until a channel is closed.
func awaitClosed(t *testing.T, ch <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-ch:
	case <-time.After(waitTimeout):
		require.FailNow(t, "waited in vain for "+what)
	}
}

func TestStore_TellsOtherProcessesOfUpdates(t *testing.T) {
	t.Parallel()
	url, schema := sharedServer(t).URL(), newSchemaName()
	first, second := openStore(t, url, schema), openStore(t, url, schema)
	for _, value := range []string{"1", "2", "3"} {
		changed := second.Changed()
		require.NoError(t, first.Update(t.Context(), put("a", value)))
		awaitClosed(t, changed, "Changed")
		assert.Equal(t, "a="+value+"\n", content(t, second))
	}
}

// Notifications arrive again after their connection was lost, which itself counts as a change.
func TestStore_ListensAgainAfterALostConnection(t *testing.T) {
	t.Parallel()
	url, schema := sharedServer(t).URL(), newSchemaName()
	s := openStore(t, url, schema).(*store)
	pool := newPool(t, url)
	listeners := func() (pids []int32) {
		rows, err := pool.Query(t.Context(), "select pid from pg_stat_activity where query = 'listen \"' || $1 || '\"'", s.schema.channel)
		require.NoError(t, err)
		defer rows.Close()
		for rows.Next() {
			var pid int32
			require.NoError(t, rows.Scan(&pid))
			pids = append(pids, pid)
		}
		return pids
	}
	var former []int32
	require.Eventually(t, func() bool { former = listeners(); return len(former) == 1 }, waitTimeout, waitInterval)
	_, err := pool.Exec(t.Context(), "select pg_terminate_backend($1)", former[0])
	require.NoError(t, err)
	require.Eventually(t, func() bool { now := listeners(); return len(now) == 1 && now[0] != former[0] }, waitTimeout, waitInterval)
	changed := s.Changed()
	require.NoError(t, openStore(t, url, schema).Update(t.Context(), put("a", "1")))
	awaitClosed(t, changed, "Changed")
}

func TestLease_GoesToAnotherProcessOnRelease(t *testing.T) {
	t.Parallel()
	url, schema := sharedServer(t).URL(), newSchemaName()
	first, second := openStore(t, url, schema, WithLeaseTime(time.Hour)), openStore(t, url, schema, WithLeaseTime(time.Hour))
	former, err := first.Lead(t.Context())
	require.NoError(t, err)
	var group sync.WaitGroup
	defer group.Wait()
	group.Go(func() {
		present, err := second.Lead(t.Context())
		if assert.NoError(t, err) {
			assert.NoError(t, present.Update(t.Context(), put("a", "2")))
			assert.NoError(t, second.Close()) // releases it
		}
	})
	require.NoError(t, former.Update(t.Context(), put("a", "1")))
	require.NoError(t, former.Release(t.Context()))
	third, err := first.Lead(t.Context())
	require.NoError(t, err)
	require.NoError(t, third.Release(t.Context()))
}
