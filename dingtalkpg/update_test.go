package dingtalkpg

import (
	"errors"
	"runtime"
	"strconv"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

// terminate ends the connection of a transaction.
func terminate(t *testing.T, s *store, tx pgx.Tx) {
	t.Helper()
	pid := tx.Conn().PgConn().PID()
	_, err := s.views.Exec(t.Context(), "select pg_terminate_backend($1)", pid)
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		var left int
		err := s.views.QueryRow(t.Context(), "select count(*) from pg_stat_activity where pid = $1", pid).Scan(&left)
		return err == nil && left == 0
	}, waitTimeout, waitInterval)
}

func TestUpdate_RunsAgainAfterALostConnection(t *testing.T) {
	t.Parallel()
	s := openStore(t, sharedServer(t).URL(), newSchemaName()).(*store)
	require.NoError(t, s.Update(t.Context(), put("count", "1")))
	calls := 0
	require.NoError(t, s.Update(t.Context(), func(w mirror.Writer) error {
		calls++
		values, err := w.Get([]byte("count"))
		if err != nil {
			return err
		}
		n, err := strconv.Atoi(string(values[0]))
		if err != nil {
			return err
		}
		if calls == 1 {
			terminate(t, s, w.(*writer).tx)
		}
		return errors.Join(w.Put([]byte("count"), []byte(strconv.Itoa(n+1))), w.Put([]byte("call"), []byte(strconv.Itoa(calls))))
	}))
	assert.Equal(t, "call=2\ncount=2\n", content(t, s))
}

// A connection that is lost again and again is an error, and changes nothing.
func TestUpdate_GivesUpAfterSomeLostConnections(t *testing.T) {
	t.Parallel()
	s := openStore(t, sharedServer(t).URL(), newSchemaName()).(*store)
	calls := 0
	err := s.Update(t.Context(), func(w mirror.Writer) error {
		calls++
		terminate(t, s, w.(*writer).tx)
		return w.Put([]byte("a"), []byte("1"))
	})
	require.ErrorContains(t, err, "dingtalkpg: cannot update: ")
	assert.Equal(t, attempts, calls)
	assert.Empty(t, content(t, s))
	require.NoError(t, s.Update(t.Context(), put("a", "2")))
}

// A user whose transactions are not durable by default still gets those of a store.
func TestUpdate_IsDurableWhateverTheDefault(t *testing.T) {
	t.Parallel()
	url := sharedServer(t).URL() + "&synchronous_commit=off"
	s := openStore(t, url, newSchemaName())
	var setting string
	require.NoError(t, s.Update(t.Context(), func(w mirror.Writer) error {
		return w.(*writer).tx.QueryRow(t.Context(), "show synchronous_commit").Scan(&setting)
	}))
	assert.Equal(t, "on", setting)
}

// Each function of a group sees what the former wrote, but not what one that failed wrote.
func TestUpdate_SharesATransaction(t *testing.T) {
	t.Parallel()
	s := openStore(t, sharedServer(t).URL(), newSchemaName()).(*store)
	const callers = 8
	var mu sync.Mutex
	transactions := map[pgx.Tx]bool{}
	var group sync.WaitGroup
	require.NoError(t, s.Update(t.Context(), func(mirror.Writer) error {
		for i := range callers {
			group.Go(func() {
				failure := errors.New("of the function")
				err := s.Update(t.Context(), func(w mirror.Writer) error {
					mu.Lock()
					transactions[w.(*writer).tx] = true
					mu.Unlock()
					n := 0
					err := w.Range(nil, nil, func(_, _ []byte) error { n++; return nil })
					err = errors.Join(err, w.Put([]byte("row "+strconv.Itoa(n)), []byte("1")))
					if i%2 == 1 {
						return errors.Join(err, w.Delete([]byte("row 0")), failure)
					}
					return err
				})
				if i%2 == 1 {
					assert.ErrorIs(t, err, failure)
				} else {
					assert.NoError(t, err)
				}
			})
		}
		for s.queue.Waiting() < callers {
			runtime.Gosched()
		}
		return nil
	}))
	group.Wait()
	assert.Len(t, transactions, 1)
	assert.Equal(t, "row 0=1\nrow 1=1\nrow 2=1\nrow 3=1\n", content(t, s))
}
