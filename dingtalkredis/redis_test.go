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

var sayOnce sync.Once

// startRedis starts one of the test's own.
func startRedis(t *testing.T, args ...string) *redisserver.Server {
	t.Helper()
	if !redisserver.Available() {
		sayOnce.Do(func() { t.Log("there is no redis-server in the PATH: miniredis stands in") })
	}
	s, err := redisserver.Start(t.TempDir(), args...)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
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
		}, patientWait, pollGap)
	}
	c := redis.NewClusterClient(&redis.ClusterOptions{Addrs: []string{s.Addr}})
	t.Cleanup(func() { _ = c.Close() })
	return c
}

const (
	patientWait = 20 * time.Second
	pollGap     = 5 * time.Millisecond
)
