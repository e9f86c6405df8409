package dingtalkredis

import (
	"os"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalkredis/internal/redisserver"
)

func TestMain(m *testing.M) {
	logging.Disable() // go-redis logs each attempt to dial a server that was killed
	os.Exit(m.Run())
}

var logOnce sync.Once

// startRedis starts a server for this test alone.
func startRedis(t *testing.T, args ...string) *redisserver.Server {
	t.Helper()
	if !redisserver.Available() {
		logOnce.Do(func() { t.Log("there is no redis-server in the PATH: miniredis replaces it") })
	}
	s, err := redisserver.Start(t.TempDir(), args...)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// testClientID is the client ID of all limiters whose tests need no other.
const testClientID = "ding1"

// keyBase is the beginning of all keys of the app.
var keyBase = defaultPrefix + "{" + digest(testClientID) + "}:"

func newLimiter(t *testing.T, client redis.Scripter, opts ...LimiterOption) *Limiter {
	t.Helper()
	l, err := NewLimiter(client, testClientID, opts...)
	require.NoError(t, err)
	return l
}

func connect(t *testing.T, s *redisserver.Server) *redis.Client {
	t.Helper()
	c := redis.NewClient(&redis.Options{Addr: s.Addr})
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// startCluster starts a cluster of one node, which refuses scripts with keys in different slots.
func startCluster(t *testing.T) *redis.ClusterClient {
	t.Helper()
	s := startRedis(t, "--cluster-enabled", "yes")
	if redisserver.Available() {
		c := connect(t, s)
		require.NoError(t, c.ClusterAddSlotsRange(t.Context(), 0, 16383).Err())
		require.Eventually(t, func() bool {
			return c.Set(t.Context(), "k", "", 0).Err() == nil
		}, pollTimeout, pollInterval)
	}
	c := redis.NewClusterClient(&redis.ClusterOptions{Addrs: []string{s.Addr}})
	t.Cleanup(func() { _ = c.Close() })
	return c
}

const (
	pollTimeout  = time.Minute
	pollInterval = 5 * time.Millisecond
)
