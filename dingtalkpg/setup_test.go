package dingtalkpg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalkpg/internal/pgserver"
	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

// The bounds of require.Eventually.
const (
	waitTimeout  = time.Minute
	waitInterval = 10 * time.Millisecond
)

// shared is the server of all tests that do not stop it.
var shared struct {
	sync.Once
	server  *pgserver.Server
	err     error
	schemas atomic.Int32
}

func stopSharedServer() {
	if shared.server == nil {
		return
	}
	if err := shared.server.Close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
}

// sharedServer returns the server of all tests, whose data needs not be durable.
func sharedServer(tb testing.TB) *pgserver.Server {
	tb.Helper()
	shared.Do(func() { shared.server, shared.err = pgserver.Start(context.WithoutCancel(tb.Context()), "fsync=off") })
	skipIfMissing(tb, shared.err)
	return shared.server
}

func skipIfMissing(tb testing.TB, err error) {
	tb.Helper()
	if errors.Is(err, pgserver.ErrMissing) {
		tb.Skipf("skipped: %v", err)
	}
	require.NoError(tb, err)
}

// startServer returns a server of a test's own, whose data is durable.
func startServer(tb testing.TB) *pgserver.Server {
	tb.Helper()
	s, err := pgserver.Start(tb.Context())
	skipIfMissing(tb, err)
	tb.Cleanup(func() { assert.NoError(tb, s.Close()) })
	return s
}

func newPool(tb testing.TB, url string) *pgxpool.Pool {
	tb.Helper()
	pool, err := pgxpool.New(tb.Context(), url)
	require.NoError(tb, err)
	tb.Cleanup(pool.Close)
	return pool
}

// newSchemaName returns a name that no other test has.
func newSchemaName() string { return fmt.Sprintf(`mirror %d "of a test"`, shared.schemas.Add(1)) }

// openStore opens a store that is closed with the test.
func openStore(tb testing.TB, url, schema string, opts ...Option) mirror.Store {
	tb.Helper()
	s, err := Open(tb.Context(), newPool(tb, url), append(opts, WithSchema(schema))...)
	require.NoError(tb, err)
	tb.Cleanup(func() { assert.NoError(tb, s.Close()) })
	return s
}

func put(key, value string) func(w mirror.Writer) error {
	return func(w mirror.Writer) error { return w.Put([]byte(key), []byte(value)) }
}

// content returns all rows of a store.
func content(tb testing.TB, s mirror.Store) string {
	tb.Helper()
	var b strings.Builder
	require.NoError(tb, s.View(tb.Context(), func(r mirror.Reader) error {
		return r.Range(nil, nil, func(key, value []byte) error {
			fmt.Fprintf(&b, "%s=%s\n", key, value)
			return nil
		})
	}))
	return b.String()
}
