package e2e_test

import (
	"context"
	"runtime"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// storeTroubles are what a store may do, to all of its methods or to some.
var storeTroubles = map[string]struct {
	fault   func(context.Context) error
	methods []string
}{
	"refuses":                   {refuses, nil},
	"hangs":                     {hangs, nil},
	"hangs despite its context": {stalls, nil},
	"panics":                    {explodes, nil},
	"ends its goroutine":        {func(context.Context) error { runtime.Goexit(); return nil }, nil},
	"fails to load":             {refuses, []string{"Load"}},
	"fails to lock":             {refuses, []string{"Lock"}},
	"hangs at the lock":         {stalls, []string{"Lock"}},
	"fails to publish":          {refuses, []string{"Publish"}},
	"hangs at publishing":       {hangs, []string{"Publish"}},
	"fails to unlock":           {refuses, []string{"Unlock", "Drop"}},
}

func TestFleet_StartsUnderEveryStoreFault(t *testing.T) {
	t.Parallel()
	for name, trouble := range storeTroubles {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				seeded(srv)
				store := newWatchedStore()
				store.fail(trouble.fault, trouble.methods...)
				clients := fleet(srv, store, 4)
				start := time.Now()
				everybody(t, clients, 16)
				assert.Less(t, time.Since(start), 4*time.Second)
				assert.LessOrEqual(t, len(srv.Calls("GetToken")), len(clients))
				for range 12 {
					start = time.Now()
					everybody(t, clients, 4)
					require.Equal(t, 20*time.Millisecond, time.Since(start), "who has a token never waits for a store")
					time.Sleep(10 * time.Second)
				}
				assert.LessOrEqual(t, len(srv.Calls("GetToken")), len(clients))
				time.Sleep(2 * time.Hour) // for what stalls
			}, dingtalktest.WithLatency(20*time.Millisecond))
		})
	}
}

func TestFleet_SpreadsItsFetchesWithoutAStore(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		store := newWatchedStore()
		store.fail(refuses)
		clients := fleet(srv, store, 40)
		took := make([]time.Duration, len(clients))
		start := time.Now()
		for i, err := range together(len(clients), func(i int) error {
			_, err := clients[i].Token(t.Context())
			took[i] = time.Since(start)
			return err
		}) {
			require.NoError(t, err, i)
		}
		assert.Greater(t, slices.Max(took)-slices.Min(took), time.Second)
		assert.Less(t, slices.Max(took), 2500*time.Millisecond)
		assert.Len(t, srv.Calls("GetToken"), len(clients))
	})
}

func TestFleet_CallsContinueWithoutDelayWhenTheStoreFailsLater(t *testing.T) {
	t.Parallel()
	for name, trouble := range storeTroubles {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				seeded(srv)
				store := newWatchedStore()
				clients := fleet(srv, store, 4)
				everybody(t, clients, 4)
				time.Sleep(time.Hour)
				store.fail(trouble.fault, trouble.methods...)
				for start := time.Now(); time.Since(start) < 70*time.Minute; { // through a renewal
					before := time.Now()
					everybody(t, clients, 1)
					require.Zero(t, time.Since(before), "nobody waits, a renewal under way or not")
					time.Sleep(40 * time.Second)
				}
				fetched := len(srv.Calls("GetToken"))
				assert.Greater(t, fetched, 1)
				assert.LessOrEqual(t, fetched, 1+len(clients))
				time.Sleep(2 * time.Hour) // for what stalls
			})
		})
	}
}

func TestFleet_StoreOutageShorterThanTheRenewalWindowCostsNoFetch(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		store := newWatchedStore()
		clients := fleet(srv, store, 4)
		everybody(t, clients, 1)
		time.Sleep(106 * time.Minute)
		store.fail(refuses)
		for range 2 * 6 { // until eight minutes before its end
			everybody(t, clients, 1)
			time.Sleep(30 * time.Second)
		}
		store.fail(nil)
		for range 10 {
			everybody(t, clients, 1)
			time.Sleep(30 * time.Second)
		}
		assert.Len(t, srv.Calls("GetToken"), 2)
		everybody(t, fleet(srv, store, 4), 1)
		assert.Len(t, srv.Calls("GetToken"), 2)
	})
}

func TestFleet_StoresTheTokenAfterAnOutage(t *testing.T) {
	t.Parallel()
	for name, methods := range map[string][]string{"no store": nil, "no publishing": {"Publish"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				seeded(srv)
				store := newWatchedStore()
				store.fail(refuses, methods...)
				client := fleet(srv, store, 1)
				everybody(t, client, 4)
				time.Sleep(10 * time.Minute)
				everybody(t, client, 4)
				synctest.Wait()
				store.fail(nil)
				time.Sleep(31 * time.Second)
				everybody(t, client, 4)
				synctest.Wait()
				time.Sleep(10 * time.Millisecond)
				_, stored := store.last()
				assert.InDelta(t, 109, stored.Life.Minutes(), 1, "with what is left of its life")
				everybody(t, fleet(srv, store, 4), 4)
				assert.Len(t, srv.Calls("GetToken"), 1)
				calls := store.calls()
				for range 10 {
					time.Sleep(time.Minute)
					everybody(t, client, 4)
				}
				assert.Equal(t, calls, store.calls(), "and then leaves the store in peace")
			})
		})
	}
}

func TestFleet_ReplacesARevokedTokenWithoutLocks(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		store := newWatchedStore()
		clients := fleet(srv, store, 1)
		everybody(t, clients, 1)
		srv.RevokeToken()
		store.fail(refuses, "Lock")
		everybody(t, clients, 4)
		assert.Len(t, srv.Calls("GetToken"), 2)
		everybody(t, fleet(srv, store, 4), 4)
		assert.Len(t, srv.Calls("GetToken"), 2, "what is stored is the new one")
	})
}

func TestFleet_RecoversFromAStoreOutageUnderTokenRotation(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		store := newWatchedStore()
		store.fail(refuses)
		clients := fleet(srv, store, 4)
		for start := time.Now(); time.Since(start) < time.Minute; {
			// Each process's token ends the others'. A call replaces a refused one once, and it may not last.
			together(len(clients), func(i int) error { return getZhaoMin(t.Context(), clients[i]) })
			time.Sleep(time.Second)
		}
		store.fail(nil)
		time.Sleep(10 * time.Second)
		for range 10 {
			together(len(clients), func(i int) error { return getZhaoMin(t.Context(), clients[i]) })
			time.Sleep(time.Second)
		}
		settled := len(srv.Calls("GetToken"))
		for range 60 {
			everybody(t, clients, 1)
			time.Sleep(time.Second)
		}
		assert.Len(t, srv.Calls("GetToken"), settled)
	}, policies["rotate"]...)
}
