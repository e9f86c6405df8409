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
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func TestTokenStore_StoresAndDropsATokenUnderItsKeys(t *testing.T) {
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
			ctx := t.Context()
			fence, ok, err := store.Lock(ctx, key, time.Minute)
			require.NoError(t, err)
			require.True(t, ok)
			stored, err := store.Publish(ctx, key, fence, dingtalk.StoredToken{Value: dingtalk.NewSecret("v"), Fingerprint: "f", Life: time.Hour})
			require.NoError(t, err)
			assert.True(t, stored)
			got, err := store.Load(ctx, key)
			require.NoError(t, err)
			assert.Equal(t, "v", got.Value.Reveal())
			assert.Equal(t, "f", got.Fingerprint)
			assert.Greater(t, got.Life, 50*time.Minute)
			require.NoError(t, store.Drop(ctx, key, "f"))
			_, err = store.Load(ctx, key)
			assert.Equal(t, dingtalk.ErrNoToken, err)

			_, ok, err = store.Lock(ctx, key, time.Microsecond)
			require.NoError(t, err)
			assert.True(t, ok, "a lease is at least a millisecond")
			stored, err = store.Publish(ctx, key, "no fence", dingtalk.StoredToken{Value: dingtalk.NewSecret("v"), Life: -time.Second})
			require.NoError(t, err)
			assert.False(t, stored)

			names, err := c.Keys(ctx, "*").Result()
			require.NoError(t, err)
			for _, name := range names {
				assert.True(t, strings.HasPrefix(name, prefix) || name == "k", name)
			}
		})
	}
}

func TestTokenStore_IsWhatTheInterfaceDocuments(t *testing.T) {
	t.Parallel()
	t.Run("on a server", func(t *testing.T) {
		t.Parallel()
		if testing.Short() {
			t.Skip("skipped with -short: takes 17 seconds of real time")
		}
		store := NewTokenStore(connect(t, startRedis(t)))
		dingtalktest.CheckTokenStore(t, func(testing.TB) dingtalk.TokenStore { return store }, func(d time.Duration) {
			<-time.After(d) // the server has its own clock
		})
	})
	t.Run("on miniredis", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			store := NewTokenStore(newFleet(t).client)
			dingtalktest.CheckTokenStore(t, func(testing.TB) dingtalk.TokenStore { return store }, time.Sleep)
		})
	})
}

func TestTokenStore_MakesAFleetFetchOneToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		service := dingtalktest.New(t)
		for range 2 {
			client := service.Client(dingtalk.WithTokenStore(NewTokenStore(f.client)), dingtalk.WithLimiter(f.process()))
			_, err := client.ListSubDepartmentIDs(t.Context(), dingtalk.ListSubDepartmentIDsRequest{DeptID: dingtalk.RootDepartmentID})
			require.NoError(t, err)
			time.Sleep(time.Second)
		}
		assert.Len(t, service.Calls("GetToken"), 1)
	})
}

func TestTokenStore_RejectsTheTokenOfAnExpiredLock(t *testing.T) {
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
		stored, err := store.Publish(ctx, "app", quick, dingtalk.StoredToken{Value: dingtalk.NewSecret("new"), Fingerprint: "n", Life: 2 * time.Hour})
		require.NoError(t, err)
		require.True(t, stored)

		stored, err = store.Publish(ctx, "app", slow, dingtalk.StoredToken{Value: dingtalk.NewSecret("old"), Fingerprint: "o", Life: time.Hour})
		require.NoError(t, err)
		assert.False(t, stored)
		time.Sleep(90 * time.Minute)
		got, err := store.Load(ctx, "app")
		require.NoError(t, err)
		assert.Equal(t, dingtalk.StoredToken{Value: dingtalk.NewSecret("new"), Fingerprint: "n", Life: 30 * time.Minute}, got, "its life has decreased")
	})
}

func TestTokenStore_EndsWithTheContextWhileTheServerHangs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		own := &faults{}
		store := NewTokenStore(&faultyClient{f.client, []*faults{own}, nil})
		own.hang()
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		start := time.Now()
		_, err := store.Load(ctx, "app")
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, 100*time.Millisecond, time.Since(start))
		own.resume()

		_, _, err = store.Lock(ctx, "app", time.Second)
		assert.ErrorIs(t, err, context.DeadlineExceeded, "the context has ended before")
	})
}

func TestTokenStore_ReleasesALockThatComesTooLate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		own := &faults{}
		store := NewTokenStore(&faultyClient{f.client, []*faults{own}, nil})
		for _, key := range []string{"other", "app"} { // the first one loads the scripts
			fence, ok, err := store.Lock(t.Context(), key, time.Minute)
			require.NoError(t, err)
			require.True(t, ok)
			require.NoError(t, store.Unlock(t.Context(), key, fence))
		}
		own.slow(400 * time.Millisecond)
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		_, _, err := store.Lock(ctx, "app", time.Minute)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		own.slow(0)

		time.Sleep(time.Second)
		_, ok, err := store.Lock(t.Context(), "app", time.Minute)
		require.NoError(t, err)
		assert.True(t, ok, "the lock is free")
	})
}

// quotingClient returns errors that quote the arguments.
type quotingClient struct{ redis.Scripter }

type redisError string

func (e redisError) Error() string { return string(e) }
func (redisError) RedisError()     {}

func (quotingClient) EvalSha(ctx context.Context, _ string, _ []string, args ...any) *redis.Cmd {
	return failedCmd(ctx, redisError(fmt.Sprintf("ERR unknown command 'evalsha', with args beginning with: %v", args)))
}

func TestTokenStore_QuotesNoTokenInAnError(t *testing.T) {
	t.Parallel()
	store := NewTokenStore(quotingClient{})
	_, err := store.Publish(t.Context(), "app", "fence", dingtalk.StoredToken{Value: dingtalk.NewSecret("secret"), Life: time.Hour})
	require.Error(t, err)
	assert.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, err), "secret")
	assert.Contains(t, err.Error(), "ERR", "the safe part of the server's error remains")
}
