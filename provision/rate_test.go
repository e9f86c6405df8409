package provision_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

func TestApply_ReachesTheRateLimit(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		client := srv.Client(dingtalk.WithRateLimit(dingtalk.RateLimit{})) // as in production
		var list []provision.Person
		for i := range 400 {
			list = append(list, newPerson(fmt.Sprint("p", i), fmt.Sprintf("138%08d", i), nil))
		}
		plan, err := provision.NewPlan(t.Context(), client, provision.List(list...), provision.Options{})
		require.NoError(t, err)
		began := time.Now()
		report, err := plan.Apply(t.Context(), client, provision.ApplyOptions{})
		require.NoError(t, err)
		assert.Equal(t, 400, report.Count(provision.ResultDone))
		assert.InDelta(t, 20, time.Since(began).Seconds(), 2, "20 a second")
		assert.Len(t, srv.Calls("CreateUser"), 400, "nothing is throttled")
	}, dingtalktest.WithQPS(20), dingtalktest.WithSlidingWindow(), dingtalktest.WithLatency(80*time.Millisecond))
}

func TestApply_SurvivesThrottling(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		var list []provision.Person
		for i := range 400 {
			list = append(list, newPerson(fmt.Sprint("p", i), fmt.Sprintf("138%08d", i), nil))
		}
		plan, err := provision.NewPlan(t.Context(), srv.Client(), provision.List(list...), provision.Options{})
		require.NoError(t, err)
		began := time.Now()
		report := apply(t, srv, plan, provision.ApplyOptions{})
		assert.Equal(t, 400, report.Count(provision.ResultDone), "a throttle is no failure")
		_, atLeast := plan.Estimate(20)
		assert.Equal(t, 20*time.Second, atLeast)
		assert.GreaterOrEqual(t, time.Since(began), atLeast-time.Second)
		assert.Less(t, time.Since(began), 3*atLeast)
	}, dingtalktest.WithQPS(20), dingtalktest.WithLatency(80*time.Millisecond))
}

func TestApply_ReportsRateAndTimeLeft(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		var list []provision.Person
		for i := range 100 {
			list = append(list, newPerson(fmt.Sprint("p", i), fmt.Sprintf("138%08d", i), nil))
		}
		plan, err := provision.NewPlan(t.Context(), srv.Client(), provision.List(list...), provision.Options{})
		require.NoError(t, err)
		srv.Fail("CreateUser", dingtalktest.Code(60103), 1)
		var reported []provision.Progress
		journal := filepath.Join(t.TempDir(), "journal")
		ctx, cancel := cancelable(t)
		opts := provision.ApplyOptions{Concurrency: 2, Journal: journal, Progress: func(p provision.Progress) {
			if reported = append(reported, p); p.Done == 51 {
				cancel()
			}
		}}
		_, err = plan.Apply(ctx, srv.Client(), opts)
		require.ErrorIs(t, err, context.Canceled)
		assert.Equal(t, provision.Progress{Step: provision.Applying, Total: 100}, reported[0])
		half := reported[50]
		assert.Equal(t, 50, half.Done)
		assert.Equal(t, 1, half.Failed)
		assert.InDelta(t, 2.0, half.Rate, 0.1, "two at once, one second each")
		assert.InDelta(t, 25, half.Left.Seconds(), 2)

		reported, opts.Concurrency = nil, 4
		report := apply(t, srv, plan, opts)
		assert.Equal(t, 100, report.Count(provision.ResultDone))
		assert.Greater(t, reported[0].Done, 48, "what was done before is not done again")
		assert.Zero(t, reported[0].Rate)
		last := reported[len(reported)-1]
		assert.Equal(t, [2]int{100, 100}, [2]int{last.Done, last.Total})
		assert.InDelta(t, 4.0, last.Rate, 0.5, "and does not count toward the rate")
		assert.Zero(t, last.Left)
		assert.Len(t, srv.Users(), 100)
		assert.LessOrEqual(t, len(srv.Calls("CreateUser")), 104, "those in flight, and a failed one twice")
	}, dingtalktest.WithLatency(time.Second))
}
