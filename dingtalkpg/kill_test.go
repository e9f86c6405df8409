package dingtalkpg

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/crashtest"
	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

var (
	kills       = flag.Int("kills", 20, "how often TestStore_KeepsWhatItAcknowledgedWhenKilled kills a process")
	serverKills = flag.Int("server-kills", 4, "how often TestStore_KeepsWhatItAcknowledgedWhenTheServerIsKilled kills it")

	write      = flag.String("write", "", "write to the store at this URL until the process is killed, instead of testing")
	lead       = flag.String("lead", "", "lead and count in the store at this URL, instead of testing")
	schemaName = flag.String("schema", "", "the schema of -write, -lead and -member")
	leaseTime  = flag.Duration("lease", minLeaseTime, "the lease time of -write, -lead and -member")
)

// TestMain runs the tests, or one of the programs that they start.
func TestMain(m *testing.M) {
	flag.Parse()
	var err error
	switch {
	case *write != "":
		err = withStore(*write, func(ctx context.Context, s mirror.Store) error {
			// On a busy machine a lease of a second is lost now and then.
			retry := func(err error) bool { return errors.Is(err, mirror.ErrLeaseLost) }
			return crashtest.Load{Store: s, Acks: os.Stdout, Retry: retry}.Run(ctx)
		})
	case *lead != "":
		err = withStore(*lead, count)
	case *memberOf != "":
		err = withStore(*memberOf, runMember)
	default:
		code := m.Run()
		stopSharedServer()
		os.Exit(code)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func withStore(url string, f func(ctx context.Context, s mirror.Store) error) error {
	ctx := context.Background()
	pool, err := pgxpool.New(ctx, url)
	if err != nil {
		return err
	}
	defer pool.Close()
	s, err := Open(ctx, pool, WithSchema(*schemaName), WithLeaseTime(*leaseTime))
	if err != nil {
		return err
	}
	return errors.Join(f(ctx, s), s.Close())
}

// count leads and counts, until an Update fails or for a long time.
func count(ctx context.Context, s mirror.Store) error {
	lease, err := s.Lead(ctx)
	if err != nil {
		return err
	}
	for n := range 100_000 {
		if err := lease.Update(ctx, put("count", strconv.Itoa(n))); err != nil {
			return err
		}
		if _, err := fmt.Fprintln(os.Stdout, n); err != nil {
			return err
		}
	}
	return nil
}

// process returns another process of this program.
func process(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	program, err := os.Executable()
	require.NoError(t, err)
	return exec.CommandContext(t.Context(), program, args...)
}

func TestStore_KeepsWhatItAcknowledgedWhenKilled(t *testing.T) {
	t.Parallel()
	n := *kills
	if testing.Short() {
		n = 2
	}
	url, schema, acks := startServer(t).URL(), newSchemaName(), crashtest.Acks{}
	s := openStore(t, url, schema)
	for i := range n {
		require.NoError(t, acks.KillAfter(process(t, "-write="+url, "-schema="+schema), 1+rand.IntN(200)), "kill %d", i+1)
		awaitUpdates(t, s)
		require.NoError(t, acks.Check(t.Context(), s), "kill %d", i+1)
	}
	t.Logf("%d kills, %v Updates of the writers", n, acks)
}

// awaitUpdates waits for the Update of a process that was killed: the server may commit what it has received.
func awaitUpdates(t *testing.T, s mirror.Store) {
	t.Helper()
	require.NoError(t, s.Update(t.Context(), func(mirror.Writer) error { return nil }))
}

// The writers go on while the server is killed, and started again.
func TestStore_KeepsWhatItAcknowledgedWhenTheServerIsKilled(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped with -short: starts a server again and again")
	}
	server := startServer(t)
	s := openStore(t, server.URL(), newSchemaName())
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out, acks, err := os.Pipe()
	require.NoError(t, err)
	var failures atomic.Int32
	load := crashtest.Load{Store: s, Acks: acks, Retry: func(error) bool { failures.Add(1); return true }}
	var group sync.WaitGroup
	group.Go(func() {
		assert.NoError(t, load.Run(ctx))
		assert.NoError(t, acks.Close())
	})
	seen, killed, next := crashtest.Acks{}, 0, 100
	_, err = seen.Read(out, func(read int) error {
		switch {
		case read != next:
			return nil
		case killed == *serverKills:
			cancel()
			return nil
		}
		killed++
		next += 1 + rand.IntN(300)
		sig := []os.Signal{syscall.SIGKILL, syscall.SIGQUIT, syscall.SIGINT}[killed%3]
		return errors.Join(server.Signal(sig), server.Restart(ctx))
	})
	require.NoError(t, err)
	group.Wait()
	awaitUpdates(t, s)
	require.NoError(t, seen.Check(t.Context(), s))
	assert.Positive(t, failures.Load())
	t.Logf("%d kills of the server, %d calls failed, %v Updates of the writers", killed, failures.Load(), seen)
}
