package dingtalkredis

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// callFor calls an endpoint for an organization until the end of ctx. Its calls arrive under the ID of the organization.
func (f *fleet) callFor(ctx context.Context, all *sync.WaitGroup, l *Limiter, corpID string, callers int) {
	for range callers {
		all.Go(func() {
			for ctx.Err() == nil {
				p, err := l.Acquire(ctx, dingtalk.LimitRequest{Path: read, CorpID: corpID})
				if err != nil { // no room before the end of ctx
					break
				}
				f.service.arrive(corpID)
				time.Sleep(30 * time.Millisecond)
				p.Release(dingtalk.LimitOutcome{})
			}
		})
	}
}

func TestLimiter_CountsOrganizationsSeparately(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warmUp()
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		var all sync.WaitGroup
		organizations := []string{"dingharbor", "dingmeadow", ""}
		for range 2 { // processes
			l := f.process()
			for _, corpID := range organizations {
				f.callFor(ctx, &all, l, corpID, 5)
			}
		}
		all.Wait()
		f.assertNoExcess()
		for _, corpID := range organizations {
			assert.Greater(t, f.service.count(corpID), 50, corpID)
		}
		for _, key := range f.redis.Keys() {
			assert.NotContains(t, key, "ding1", "the names are hashed")
			assert.NotContains(t, key, "dingharbor")
		}
	})
}

func TestLimiter_CountsAllOrganizationsOfAnAddressTogether(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warmUp()
		ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
		defer cancel()
		var all sync.WaitGroup
		organizations := []string{"dingharbor", "dingmeadow", "dingorchard"}
		for _, corpID := range organizations {
			l := f.process(WithRateLimit(dingtalk.RateLimit{PerAddress: 200}), WithAddressLabel("egress"))
			f.callFor(ctx, &all, l, corpID, 4)
		}
		all.Wait()
		sum := 0
		for _, corpID := range organizations {
			sum += f.service.count(corpID)
		}
		assert.LessOrEqual(t, sum, 40, "10 a second")
		assert.Greater(t, sum, 30)
	})
}

func TestEndpointOf_TellsOrganizationsApart(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, request := range []dingtalk.LimitRequest{
		{Path: read}, {Path: create},
		{Path: read, CorpID: "dingharbor"}, {Path: create, CorpID: "dingharbor"},
		{Path: read, CorpID: "dingmeadow"}, {Path: read, CorpID: "dingmeadow/topapi"},
	} {
		names[endpointOf(request)] = true
	}
	require.Len(t, names, 6)
	assert.Equal(t, read, endpointOf(dingtalk.LimitRequest{Path: read, ClientID: testClientID}), "as before, so that a fleet can be updated")
}
