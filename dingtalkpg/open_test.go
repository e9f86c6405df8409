package dingtalkpg

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalkpg/internal/pgserver"
)

func TestOpen_NamesEveryFaultOfItsArguments(t *testing.T) {
	t.Parallel()
	_, err := Open(t.Context(), nil, WithSchema(""), WithLeaseTime(time.Millisecond), nil)
	require.EqualError(t, err, "dingtalkpg: cannot open the store: the pool is nil; WithSchema: a name has 1 to 63 bytes; "+
		"WithLeaseTime: the time is at least 1 s")
	_, err = Open(t.Context(), nil, WithSchema(strings.Repeat("x", 64)))
	require.ErrorContains(t, err, "WithSchema: a name has 1 to 63 bytes")
}

func TestOpen_PrintsNoPassword(t *testing.T) {
	t.Parallel()
	url := strings.Replace(sharedServer(t).URL(), pgserver.Password, "secret-and-wrong", 1)
	_, err := Open(t.Context(), newPool(t, url))
	require.Error(t, err)
	assert.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, err), "secret-and-wrong")
	assert.Contains(t, err.Error(), "password authentication failed")

	s := openStore(t, sharedServer(t).URL(), newSchemaName())
	assert.Equal(t, "dingtalkpg.store dingtalkpg.store dingtalkpg.store", fmt.Sprintf("%v %+v %#v", s, s, s))
}

func TestOpen_RefusesTablesOfANewerRelease(t *testing.T) {
	t.Parallel()
	url, schema := sharedServer(t).URL(), newSchemaName()
	old := openStore(t, url, schema).(*store)
	require.NoError(t, old.Update(t.Context(), put("a", "1")))
	_, err := newPool(t, url).Exec(t.Context(), "update "+old.schema.head+" set version = 2")
	require.NoError(t, err)
	_, err = Open(t.Context(), newPool(t, url), WithSchema(schema))
	require.ErrorContains(t, err, "are of a newer release: version 2, and this one knows 1")
	require.ErrorContains(t, old.Update(t.Context(), put("a", "2")), "are of a newer release", "of a process that runs")
	assert.Equal(t, "a=1\n", content(t, old))
}

// A user who may create nothing else gets along with a schema that an administrator created.
func TestOpen_NeedsOnlyItsSchema(t *testing.T) {
	t.Parallel()
	url := sharedServer(t).URL()
	admin := newPool(t, url)
	for _, statement := range []string{
		"create role directory login password 'directory-password'",
		"create schema directory authorization directory",
	} {
		_, err := admin.Exec(t.Context(), statement)
		require.NoError(t, err)
	}
	url = strings.Replace(url, "postgres:"+pgserver.Password, "directory:directory-password", 1)
	_, err := Open(t.Context(), newPool(t, url))
	require.ErrorContains(t, err, "permission denied")
	s := openStore(t, url, "directory")
	require.NoError(t, s.Update(t.Context(), put("a", "1")))
	assert.Equal(t, "a=1\n", content(t, s))
}

func TestOpen_AtOnceCreatesTheTablesOnce(t *testing.T) {
	t.Parallel()
	url, schema := sharedServer(t).URL(), newSchemaName()
	opened := make(chan error)
	const processes = 4
	for range processes {
		pool := newPool(t, url)
		go func() {
			s, err := Open(t.Context(), pool, WithSchema(schema))
			if err == nil {
				err = s.Close()
			}
			opened <- err
		}()
	}
	for range processes {
		require.NoError(t, <-opened)
	}
}

// The settings of the user's pool are the caller's, even a pool of one connection.
func TestStore_UpdatesWhileViewsUseThePool(t *testing.T) {
	t.Parallel()
	config, err := pgxpool.ParseConfig(sharedServer(t).URL())
	require.NoError(t, err)
	config.MaxConns = 1
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	s, err := Open(t.Context(), pool, WithSchema(newSchemaName()))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	tx, err := pool.Begin(t.Context()) // a View that does not end
	require.NoError(t, err)
	lease, err := s.Lead(t.Context())
	require.NoError(t, err)
	require.NoError(t, lease.Update(t.Context(), put("a", "1")))
	require.NoError(t, tx.Rollback(t.Context()))
	assert.Equal(t, "a=1\n", content(t, s))
}
