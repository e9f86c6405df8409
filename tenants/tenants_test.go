package tenants_test

import (
	"context"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/tenants"
)

// corpID returns the ID of an organization of newServer.
func corpID(i int) string { return fmt.Sprintf("dingcorp%04d", i) }

// newServer returns a server with n organizations that have authorized the app. Each has one person, of its own name.
func newServer(t *testing.T, n int, opts ...dingtalktest.Option) *dingtalktest.Server {
	t.Helper()
	for i := range n {
		opts = append(opts, dingtalktest.WithOtherOrganization(corpID(i), fmt.Sprintf("Organization %d", i),
			dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min of " + corpID(i)}))
	}
	srv := dingtalktest.New(t, opts...)
	for i := range n {
		srv.Authorize(corpID(i))
	}
	return srv
}

// newTenants returns the clients of the organizations of a server.
func newTenants(t *testing.T, srv *dingtalktest.Server, cfg tenants.Config) *tenants.Tenants {
	t.Helper()
	cfg.Options = append(cfg.Options, dingtalk.WithHTTPClient(&http.Client{Transport: srv.Transport()}))
	apps, err := tenants.New(srv.ClientID(), srv.ClientSecret(), cfg)
	require.NoError(t, err)
	return apps
}

// nameIn returns the name of the person in an organization.
func nameIn(ctx context.Context, apps *tenants.Tenants, corpID string) (string, error) {
	client, err := apps.Client(corpID)
	if err != nil {
		return "", err
	}
	user, err := client.GetUser(ctx, dingtalk.GetUserRequest{UserID: "zhao.min"})
	if err != nil {
		return "", err
	}
	return user.Name, nil
}

func TestTenants_MakesOneClientForEachOrganization(t *testing.T) {
	t.Parallel()
	srv := newServer(t, 5)
	apps := newTenants(t, srv, tenants.Config{RateLimit: dingtalk.NoRateLimit})
	var wg sync.WaitGroup
	clients := make([]map[string]*dingtalk.Client, 20)
	for i := range clients {
		clients[i] = map[string]*dingtalk.Client{}
		wg.Go(func() {
			for corp := range 5 {
				client, err := apps.Client(corpID(corp))
				assert.NoError(t, err)
				clients[i][corpID(corp)] = client
				name, err := nameIn(t.Context(), apps, corpID(corp))
				assert.NoError(t, err)
				assert.Equal(t, "Zhao Min of "+corpID(corp), name)
			}
		})
	}
	wg.Wait()
	for _, others := range clients {
		assert.Equal(t, clients[0], others)
	}
	assert.Equal(t, 5, apps.Len())
	assert.Len(t, srv.Calls("GetCorpToken"), 5, "one token for each organization")
	assert.Equal(t, corpID(3), clients[0][corpID(3)].CorpID())
	assert.Same(t, apps.App().HTTPClient(), clients[0][corpID(3)].HTTPClient(), "one transport")
}

func TestTenants_RefusesWhatIsNoOrganization(t *testing.T) {
	t.Parallel()
	srv := newServer(t, 0)
	apps := newTenants(t, srv, tenants.Config{})
	for _, id := range []string{"", "../gettoken", "a b", "a/b", strings.Repeat("a", 129)} {
		_, err := apps.Client(id)
		assert.ErrorIs(t, err, dingtalk.ErrInvalidArgument, "%q", id)
	}
	_, err := nameIn(t.Context(), apps, "dingunknown")
	assert.ErrorIs(t, err, dingtalk.ErrPermission)
	assert.ErrorContains(t, err, "the organization has not authorized the app")
	_, err = tenants.New("", "", tenants.Config{})
	assert.ErrorIs(t, err, dingtalk.ErrInvalidArgument)
	_, err = tenants.New("a", "b", tenants.Config{Idle: -1})
	assert.ErrorIs(t, err, dingtalk.ErrInvalidArgument)
	assert.Equal(t, "tenants.Tenants", fmt.Sprintf("%+v", apps))
}

func TestTenants_DropsIdleClients(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := newServer(t, 3)
		apps := newTenants(t, srv, tenants.Config{Idle: time.Hour})
		held, err := apps.Client(corpID(0))
		require.NoError(t, err)
		for i := range 3 {
			_, err := nameIn(t.Context(), apps, corpID(i))
			require.NoError(t, err)
		}
		for range 4 { // one is in use, although it is not asked for
			time.Sleep(20 * time.Minute)
			_, err := held.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: "zhao.min"})
			require.NoError(t, err)
		}
		assert.Equal(t, 1, apps.Len())
		again, err := apps.Client(corpID(0))
		require.NoError(t, err)
		assert.Same(t, held, again)
	})
}

func TestTenants_CountsEachOrganizationForItselfAndTheAddressForAll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := newServer(t, 4, dingtalktest.WithQPS(20), dingtalktest.WithAddressLimit(110), dingtalktest.WithSlidingWindow())
		apps := newTenants(t, srv, tenants.Config{RateLimit: dingtalk.RateLimit{PerAddress: 110}})
		for i := range 4 {
			_, err := nameIn(t.Context(), apps, corpID(i))
			require.NoError(t, err)
		}
		time.Sleep(time.Minute)
		start := time.Now()
		call := func(perOrganization int) time.Duration {
			var wg sync.WaitGroup
			for range perOrganization {
				for i := range 4 {
					wg.Go(func() {
						_, err := nameIn(t.Context(), apps, corpID(i))
						assert.NoError(t, err)
					})
				}
			}
			wg.Wait()
			return time.Since(start)
		}
		assert.Less(t, call(20), time.Second, "each organization has a limit of its own")
		assert.GreaterOrEqual(t, call(20), 20*time.Second, "the address has one")
		for _, c := range srv.Calls("GetUser") {
			assert.Zero(t, c.Code, "no call is refused")
		}
	})
}

// TestTenants_AnIdleClientIsSmall allows each client 50 KiB, and no goroutine.
func TestTenants_AnIdleClientIsSmall(t *testing.T) { //nolint:paralleltest // it counts the goroutines of the process
	const n = 200
	apps, err := tenants.New("suiteexample01", "suite-secret-0001", tenants.Config{Tickets: dingtalk.NewTicketStore()})
	require.NoError(t, err)
	measure := func() (heap uint64, goroutines int) {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc, runtime.NumGoroutine()
	}
	heap, goroutines := measure()
	for i := range n {
		_, err := apps.Client(corpID(i))
		require.NoError(t, err)
	}
	heapAfter, goroutinesAfter := measure()
	t.Logf("%d bytes and %d goroutines for %d clients", (heapAfter-heap)/n, goroutinesAfter-goroutines, n)
	assert.Less(t, int64(heapAfter)-int64(heap), int64(n*50<<10))
	assert.LessOrEqual(t, goroutinesAfter, goroutines)
	runtime.KeepAlive(apps)
}

func TestTenants_KeepsAClientThatIsAskedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		apps, err := tenants.New("suiteexample01", "suite-secret-0001", tenants.Config{Idle: time.Hour})
		require.NoError(t, err)
		_, err = apps.Client(corpID(1))
		require.NoError(t, err)
		first, err := apps.Client(corpID(0))
		require.NoError(t, err)
		for range 4 {
			time.Sleep(20 * time.Minute)
			again, err := apps.Client(corpID(0))
			require.NoError(t, err)
			assert.Same(t, first, again, "although it makes no call")
		}
		assert.Equal(t, 1, apps.Len(), "the other one is dropped")
	})
}
