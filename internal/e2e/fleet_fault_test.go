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

// storeFaults are the faults of a store, in all of its methods or in some.
var storeFaults = map[string]struct {
	fault   func(context.Context) error
	methods []string
}{
	"refuses":                   {failsToConnect, nil},
	"hangs":                     {hangs, nil},
	"hangs despite its context": {ignoresContext, nil},
	"panics":                    {panics, nil},
	"ends its goroutine":        {func(context.Context) error { runtime.Goexit(); return nil }, nil},
	"fails to load":             {failsToConnect, []string{"Load"}},
	"fails to lock":             {failsToConnect, []string{"Lock"}},
	"hangs at the lock":         {ignoresContext, []string{"Lock"}},
	"fails to publish":          {failsToConnect, []string{"Publish"}},
	"hangs at publishing":       {hangs, []string{"Publish"}},
	"fails to unlock":           {failsToConnect, []string{"Unlock", "Drop"}},
}

func TestFleet_StartsUnderEveryStoreFault(t *testing.T) {
	t.Parallel()
	for name, tt := range storeFaults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				seeded(srv)
				store := newRecordingStore()
				store.fail(tt.fault, tt.methods...)
				clients := fleet(srv, store, 4)
				start := time.Now()
				callAll(t, clients, 16)
				assert.Less(t, time.Since(start), 4*time.Second)
				assert.LessOrEqual(t, len(srv.Calls("GetToken")), len(clients))
				for range 12 {
					start = time.Now()
					callAll(t, clients, 4)
					require.Equal(t, 20*time.Millisecond, time.Since(start), "a process with a token never waits for the store")
					time.Sleep(10 * time.Second)
				}
				assert.LessOrEqual(t, len(srv.Calls("GetToken")), len(clients))
				time.Sleep(2 * time.Hour) // for the calls that ignore their context
			}, dingtalktest.WithLatency(20*time.Millisecond))
		})
	}
}

func TestFleet_SpreadsItsFetchesWithoutAStore(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		store := newRecordingStore()
		store.fail(failsToConnect)
		clients := fleet(srv, store, 40)
		took := make([]time.Duration, len(clients))
		start := time.Now()
		for i, err := range concurrently(len(clients), func(i int) error {
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
	for name, tt := range storeFaults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				seeded(srv)
				store := newRecordingStore()
				clients := fleet(srv, store, 4)
				callAll(t, clients, 4)
				time.Sleep(time.Hour)
				store.fail(tt.fault, tt.methods...)
				for start := time.Now(); time.Since(start) < 70*time.Minute; { // includes a renewal
					before := time.Now()
					callAll(t, clients, 1)
					require.Zero(t, time.Since(before), "no call waits, during a renewal or not")
					time.Sleep(40 * time.Second)
				}
				fetched := len(srv.Calls("GetToken"))
				assert.Greater(t, fetched, 1)
				assert.LessOrEqual(t, fetched, 1+len(clients))
				time.Sleep(2 * time.Hour) // for the calls that ignore their context
			})
		})
	}
}

func TestFleet_StoreOutageShorterThanTheRenewalWindowCostsNoFetch(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		store := newRecordingStore()
		clients := fleet(srv, store, 4)
		callAll(t, clients, 1)
		time.Sleep(106 * time.Minute)
		store.fail(failsToConnect)
		for range 2 * 6 { // until eight minutes before the token expires
			callAll(t, clients, 1)
			time.Sleep(30 * time.Second)
		}
		store.fail(nil)
		for range 10 {
			callAll(t, clients, 1)
			time.Sleep(30 * time.Second)
		}
		assert.Len(t, srv.Calls("GetToken"), 2)
		callAll(t, fleet(srv, store, 4), 1)
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
				store := newRecordingStore()
				store.fail(failsToConnect, methods...)
				client := fleet(srv, store, 1)
				callAll(t, client, 4)
				time.Sleep(10 * time.Minute)
				callAll(t, client, 4)
				synctest.Wait()
				store.fail(nil)
				time.Sleep(31 * time.Second)
				callAll(t, client, 4)
				synctest.Wait()
				time.Sleep(10 * time.Millisecond)
				_, stored := store.last()
				assert.InDelta(t, 109, stored.Life.Minutes(), 1, "with its remaining lifetime")
				callAll(t, fleet(srv, store, 4), 4)
				assert.Len(t, srv.Calls("GetToken"), 1)
				calls := store.calls()
				for range 10 {
					time.Sleep(time.Minute)
					callAll(t, client, 4)
				}
				assert.Equal(t, calls, store.calls(), "and then it does not call the store")
			})
		})
	}
}

func TestFleet_ReplacesARevokedTokenWithoutLocks(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		store := newRecordingStore()
		clients := fleet(srv, store, 1)
		callAll(t, clients, 1)
		srv.RevokeToken()
		store.fail(failsToConnect, "Lock")
		callAll(t, clients, 4)
		assert.Len(t, srv.Calls("GetToken"), 2)
		callAll(t, fleet(srv, store, 4), 4)
		assert.Len(t, srv.Calls("GetToken"), 2, "the new token is stored")
	})
}

func TestFleet_RecoversFromAStoreOutageUnderTokenRotation(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		store := newRecordingStore()
		store.fail(failsToConnect)
		clients := fleet(srv, store, 4)
		for start := time.Now(); time.Since(start) < time.Minute; {
			// Each process's token ends the others'. A call replaces a refused token once, and the new one may be ended too.
			concurrently(len(clients), func(i int) error { return getZhaoMin(t.Context(), clients[i]) })
			time.Sleep(time.Second)
		}
		store.fail(nil)
		time.Sleep(10 * time.Second)
		for range 10 {
			concurrently(len(clients), func(i int) error { return getZhaoMin(t.Context(), clients[i]) })
			time.Sleep(time.Second)
		}
		settled := len(srv.Calls("GetToken"))
		for range 60 {
			callAll(t, clients, 1)
			time.Sleep(time.Second)
		}
		assert.Len(t, srv.Calls("GetToken"), settled)
	}, policies["rotate"]...)
}
