package dingtalkredis

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

func TestTokenStore(t *testing.T) {
	t.Parallel()
	clients := map[string]func(t *testing.T) redis.UniversalClient{
		"on a server":    func(t *testing.T) redis.UniversalClient { return connect(t, startRedis(t)) },
		"in a cluster":   func(t *testing.T) redis.UniversalClient { return startCluster(t) },
		"with odd names": func(t *testing.T) redis.UniversalClient { return startCluster(t) },
	}
	for name, client := range clients {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := client(t)
			store, prefix, key := NewTokenStore(c), "dingtalk:v1:", "app"
			if name == "with odd names" {
				store, prefix, key = NewTokenStore(c, WithPrefix("{}test{")), "()test(", "{}"
			}
			checkTokenStore(t, store, key)

			names, err := c.Keys(t.Context(), "*").Result()
			require.NoError(t, err)
			for _, name := range names {
				assert.True(t, strings.HasPrefix(name, prefix) || name == "k0", name)
			}
		})
	}
}

func checkTokenStore(t *testing.T, store dingtalk.TokenStore, key string) {
	t.Helper()
	ctx := t.Context()
	token := func(name string) dingtalk.StoredToken {
		return dingtalk.StoredToken{Value: "value of " + name, Fingerprint: "fp of " + name, Life: time.Hour}
	}
	holds := func(name string) {
		t.Helper()
		got, err := store.Load(ctx, key)
		require.NoError(t, err)
		assert.Equal(t, "value of "+name, got.Value)
		assert.Equal(t, "fp of "+name, got.Fingerprint)
		assert.LessOrEqual(t, got.Life, time.Hour)
		assert.Greater(t, got.Life, 50*time.Minute)
	}

	_, err := store.Load(ctx, key)
	assert.Equal(t, dingtalk.ErrNoToken, err)

	fence, ok, err := store.Lock(ctx, key, time.Minute)
	require.NoError(t, err)
	assert.True(t, ok)
	assert.NotEmpty(t, fence)
	_, ok, err = store.Lock(ctx, key, time.Minute)
	require.NoError(t, err)
	assert.False(t, ok, "somebody has it")
	_, ok, err = store.Lock(ctx, "another"+key, time.Minute)
	require.NoError(t, err)
	assert.True(t, ok, "keys know nothing of each other")

	require.NoError(t, store.Unlock(ctx, key, "another fence"))
	_, ok, err = store.Lock(ctx, key, time.Minute)
	require.NoError(t, err)
	assert.False(t, ok, "a foreign fence opens nothing")
	require.NoError(t, store.Unlock(ctx, key, fence))
	second, ok, err := store.Lock(ctx, key, time.Minute)
	require.NoError(t, err)
	assert.True(t, ok)
	assert.NotEqual(t, fence, second)

	stored, err := store.Publish(ctx, key, second, token("a"))
	require.NoError(t, err)
	assert.True(t, stored)
	holds("a")
	third, ok, err := store.Lock(ctx, key, time.Minute)
	require.NoError(t, err)
	assert.True(t, ok, "publishing gives the lock back")

	stored, err = store.Publish(ctx, key, second, token("late"))
	require.NoError(t, err)
	assert.False(t, stored, "the lock is somebody else's, and there is a token")
	holds("a")
	_, ok, err = store.Lock(ctx, key, time.Minute)
	require.NoError(t, err)
	assert.False(t, ok, "nor does it give the other's lock back")

	stored, err = store.Publish(ctx, key, third, token("b"))
	require.NoError(t, err)
	assert.True(t, stored, "the holder of the lock replaces a token")
	holds("b")

	require.NoError(t, store.Drop(ctx, key, "fp of a"))
	holds("b")
	require.NoError(t, store.Drop(ctx, key, "fp of b"))
	_, err = store.Load(ctx, key)
	assert.Equal(t, dingtalk.ErrNoToken, err)

	stored, err = store.Publish(ctx, key, "no fence", token("c"))
	require.NoError(t, err)
	assert.True(t, stored, "without a lock where there is none")
	holds("c")

	short := token("short")
	short.Life = time.Millisecond
	fence, ok, err = store.Lock(ctx, key, time.Minute)
	require.NoError(t, err)
	require.True(t, ok)
	_, err = store.Publish(ctx, key, fence, short)
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		_, err := store.Load(ctx, key)
		return err == dingtalk.ErrNoToken //nolint:errorlint // identity is promised
	}, patientWait, pollGap, "a token ends by itself")

	expired := token("expired")
	expired.Life = -time.Second
	stored, err = store.Publish(ctx, key, "no fence", expired)
	require.NoError(t, err)
	assert.False(t, stored)
	_, err = store.Load(ctx, key)
	assert.Equal(t, dingtalk.ErrNoToken, err)

	_, ok, err = store.Lock(ctx, key, time.Microsecond)
	require.NoError(t, err)
	require.True(t, ok)
	require.Eventually(t, func() bool {
		_, ok, err := store.Lock(ctx, key, time.Minute)
		return err == nil && ok
	}, patientWait, pollGap, "a lock ends by itself")
}

func TestAHolderWhoseLockHasExpiredDoesNotReplaceANewerToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		ctx, store := t.Context(), NewTokenStore(f.client)
		slow, ok, err := store.Lock(ctx, "app", 10*time.Second)
		require.NoError(t, err)
		require.True(t, ok)
		time.Sleep(10*time.Second + time.Millisecond)
		quick, ok, err := store.Lock(ctx, "app", 10*time.Second)
		require.NoError(t, err)
		require.True(t, ok)
		stored, err := store.Publish(ctx, "app", quick, dingtalk.StoredToken{Value: "new", Fingerprint: "n", Life: 2 * time.Hour})
		require.NoError(t, err)
		require.True(t, stored)

		stored, err = store.Publish(ctx, "app", slow, dingtalk.StoredToken{Value: "old", Fingerprint: "o", Life: time.Hour})
		require.NoError(t, err)
		assert.False(t, stored)
		time.Sleep(90 * time.Minute)
		got, err := store.Load(ctx, "app")
		require.NoError(t, err)
		assert.Equal(t, dingtalk.StoredToken{Value: "new", Fingerprint: "n", Life: 30 * time.Minute}, got, "life is counted down")
	})
}

func TestATokenStoreObeysTheContextWhileTheServerHangs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		own := &trouble{}
		store := NewTokenStore(&wire{f.client, []*trouble{own}})
		own.hang()
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		start := time.Now()
		_, err := store.Load(ctx, "app")
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, 100*time.Millisecond, time.Since(start))
		own.resume()

		_, _, err = store.Lock(ctx, "app", time.Second)
		assert.ErrorIs(t, err, context.DeadlineExceeded, "and is not asked when it has ended")
	})
}

// quoting is a server that quotes the arguments of what it refuses.
type quoting struct{ redis.Scripter }

type refusal string

func (r refusal) Error() string { return string(r) }
func (refusal) RedisError()     {}

func (quoting) EvalSha(ctx context.Context, _ string, _ []string, args ...any) *redis.Cmd {
	return failed(ctx, refusal(fmt.Sprintf("ERR unknown command 'evalsha', with args beginning with: %v", args)))
}

func TestNoErrorOfATokenStoreQuotesTheToken(t *testing.T) {
	t.Parallel()
	store := NewTokenStore(quoting{})
	_, err := store.Publish(t.Context(), "app", "fence", dingtalk.StoredToken{Value: "secret", Life: time.Hour})
	require.Error(t, err)
	assert.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, err), "secret")
	assert.Contains(t, err.Error(), "ERR", "but says what the server said, as far as that is safe")
}
