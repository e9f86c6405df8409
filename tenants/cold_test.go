package tenants_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
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

// syncBuffer is a buffer for the log of concurrent calls.
type syncBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

// TestTenants_ColdOrganizationsWaitForTheirTokens asks for the tokens of more organizations at once than the limit of the token
// endpoint permits within the time of one fetch.
func TestTenants_ColdOrganizationsWaitForTheirTokens(t *testing.T) {
	t.Parallel()
	const n = 1000
	for name, opts := range map[string][]dingtalk.Option{
		"in one process": nil,
		"with a store":   {dingtalk.WithTokenStore(dingtalktest.NewTokenStore(nil))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv := newServer(t, n, dingtalktest.WithQPS(20))
				var log syncBuffer
				opts := append(opts, dingtalk.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
				apps := newTenants(t, srv, tenants.Config{Options: opts})
				start := time.Now()
				var wg sync.WaitGroup
				for i := range n {
					wg.Go(func() {
						name, err := nameIn(t.Context(), apps, corpID(i))
						assert.NoError(t, err)
						assert.Equal(t, "Zhao Min of "+corpID(i), name)
					})
				}
				wg.Wait()
				assert.Len(t, srv.Calls("GetCorpToken"), n, "one for each organization")
				assert.Less(t, time.Since(start), n/20*time.Second*3/2, "the limit is used")
				assert.Contains(t, log.String(), "dingtalk calls wait", "it does not wait in silence")
			})
		})
	}
}

func TestTenants_AColdOrganizationWaitsNoLongerThanItsCallerDoes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const n = 400
		srv := newServer(t, n, dingtalktest.WithQPS(20))
		apps := newTenants(t, srv, tenants.Config{Options: []dingtalk.Option{dingtalk.WithTokenStore(dingtalktest.NewTokenStore(nil))}})
		ctx, cancel := context.WithTimeout(t.Context(), 12*time.Second)
		defer cancel()
		var mu sync.Mutex
		refused := 0
		var wg sync.WaitGroup
		for i := range n {
			wg.Go(func() {
				_, err := nameIn(ctx, apps, corpID(i))
				if err == nil || errors.Is(err, context.DeadlineExceeded) {
					return
				}
				assert.ErrorIs(t, err, dingtalk.ErrRateLimited)
				mu.Lock()
				defer mu.Unlock()
				refused++
			})
		}
		wg.Wait()
		assert.Positive(t, refused, "some learn that their time is too short before it is over")
		_, err := nameIn(t.Context(), apps, corpID(n-1))
		require.NoError(t, err)
	})
}
