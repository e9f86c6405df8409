package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// readers are calls to ten endpoints.
var readers = []func(ctx context.Context, c *dingtalk.Client) error{
	func(ctx context.Context, c *dingtalk.Client) error {
		_, err := c.CountUsers(ctx, dingtalk.CountUsersRequest{})
		return err
	},
	func(ctx context.Context, c *dingtalk.Client) error {
		_, err := c.ListSubDepartmentIDs(ctx, dingtalk.ListSubDepartmentIDsRequest{DeptID: 1})
		return err
	},
	func(ctx context.Context, c *dingtalk.Client) error {
		_, err := c.ListSubDepartments(ctx, dingtalk.ListSubDepartmentsRequest{DeptID: 1})
		return err
	},
	func(ctx context.Context, c *dingtalk.Client) error {
		_, err := c.GetDepartment(ctx, dingtalk.GetDepartmentRequest{DeptID: 1})
		return err
	},
	func(ctx context.Context, c *dingtalk.Client) error {
		_, err := c.ListUserIDs(ctx, dingtalk.ListUserIDsRequest{DeptID: 1})
		return err
	},
	func(ctx context.Context, c *dingtalk.Client) error { _, err := c.ListAdmins(ctx); return err },
	func(ctx context.Context, c *dingtalk.Client) error { _, err := c.GetAuthScopes(ctx); return err },
	func(ctx context.Context, c *dingtalk.Client) error {
		_, err := c.ListUsers(ctx, dingtalk.ListUsersRequest{DeptID: 1, Size: 1})
		return err
	},
	func(ctx context.Context, c *dingtalk.Client) error {
		_, err := c.ListUserBriefs(ctx, dingtalk.ListUserBriefsRequest{DeptID: 1, Size: 1})
		return err
	},
	func(ctx context.Context, c *dingtalk.Client) error {
		_, err := c.ListRoles(ctx, dingtalk.ListRolesRequest{})
		return err
	},
}

func TestPace_NeverExceedsTheAddressLimit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		limit        dingtalk.RateLimit
		qps, address int
		windows      string
	}{
		{dingtalk.RateLimit{PerAddress: 500}, 20, 500, "aligned"}, // 25 a second, of 200
		{dingtalk.RateLimit{PerAddress: 500}, 20, 500, "sliding"},
		{dingtalk.RateLimit{PerSecond: 60, PerAddress: 10_000}, 60, 10_000, "sliding"}, // 500 a second, of 600
	} {
		t.Run(fmt.Sprintf("%s/%d", c.windows, c.address), func(t *testing.T) {
			t.Parallel()
			if testing.Short() && c.address > 500 {
				t.Skip("skipped with -short: makes 20,000 calls")
			}
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				link, viaLink := newLink(srv, nil)
				client := srv.Client(viaLink, dingtalk.WithRateLimit(c.limit))
				failed := keepBusy(256, 41*time.Second, func(caller, _ int) error {
					return readers[caller%len(readers)](t.Context(), client)
				})
				assert.Empty(t, failed)
				assert.Zero(t, link.throttles, "throttles")
				assert.Zero(t, link.blocks, "blocks")
				used := link.calls(20*time.Second, 40*time.Second)
				t.Logf("%d calls in 20 s, of %d", used, c.address)
				assert.Greater(t, used, c.address*97/100)
				assert.LessOrEqual(t, used, c.address)
			}, append(windows[c.windows], dingtalktest.WithQPS(c.qps), dingtalktest.WithAddressLimit(c.address),
				dingtalktest.WithJitter(10*time.Millisecond, 190*time.Millisecond, 1))...)
		})
	}
}

// newUser returns the n-th user to create.
func newUser(n int) dingtalk.CreateUserRequest {
	return dingtalk.CreateUserRequest{
		UserID: fmt.Sprintf("newcomer-%d", n), Name: "Zhao Min", Mobile: fmt.Sprintf("139%08d", n), DeptIDList: []int64{1},
	}
}

// createAll creates the users with concurrent callers, and returns the time of the last one.
func createAll(callers, people int, create func(n int) error) time.Duration {
	var next atomic.Int64
	keepBusy(callers, time.Hour, func(int, int) error {
		n := int(next.Add(1))
		if n > people {
			runtime.Goexit()
		}
		return create(n)
	})
	return sinceStart()
}

func TestPace_BlockStopsAllCallsUntilItsEnd(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		link, viaLink := newLink(srv, constantDelay(15*time.Millisecond, 15*time.Millisecond))
		client := srv.Client(viaLink, dingtalk.WithRateLimit(dingtalk.RateLimit{}))
		retriesAtOnce := make(chan error, 1)
		time.AfterFunc(time.Minute, func() {
			blockAddress(t, srv)
			time.Sleep(time.Second)
			ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
			defer cancel()
			_, err := client.CountUsers(ctx, dingtalk.CountUsersRequest{})
			assert.Equal(t, 61*time.Second, sinceStart(), "at once")
			retriesAtOnce <- err
		})
		const people = 4000
		bulk := client.Bulk()
		end := createAll(64, people, func(n int) error {
			_, err := bulk.CreateUser(t.Context(), newUser(n))
			for errors.Is(err, dingtalk.ErrRateLimited) && !errors.Is(err, dingtalk.ErrOutcomeUnknown) {
				_, err = bulk.CreateUser(t.Context(), newUser(n)) // it waits until the end of the block
			}
			return err
		})
		refused, _ := errors.AsType[*dingtalk.Error](<-retriesAtOnce)
		require.ErrorIs(t, refused, dingtalk.ErrRateLimited)
		assert.Equal(t, 4*time.Minute+59*time.Second, refused.RetryAfter.Round(time.Second))

		assert.Len(t, srv.Users(), people)
		assert.Zero(t, link.throttles)
		assert.Positive(t, link.blocks)
		assert.LessOrEqual(t, link.blocks, 20, "the calls in flight")
		resumed := link.blocked + 5*time.Minute
		assert.Zero(t, link.calls(link.blocked, resumed), "calls during the block")
		for i := range 20 {
			from := resumed + time.Duration(i)*50*time.Millisecond
			assert.LessOrEqual(t, link.calls(from, from+50*time.Millisecond), 2, "the rate rises slowly")
		}
		assert.GreaterOrEqual(t, link.calls(resumed, resumed+time.Second), 19)
		t.Logf("%d people in %v: 200 s at the limit, 300 s blocked", people, end)
		assert.Less(t, end, 515*time.Second)
	}, dingtalktest.WithQPS(20), dingtalktest.WithAddressLimit(600))
}

// blockAddress makes calls as another program at the same address, until the address is blocked.
func blockAddress(t *testing.T, srv *dingtalktest.Server) {
	t.Helper()
	other := srv.Client(dingtalk.WithRetry(dingtalk.RetryPolicy{MaxAttempts: 1}))
	for range 1000 {
		err := getZhaoMin(t.Context(), other)
		if e, ok := errors.AsType[*dingtalk.Error](err); ok && e.RetryAfter == 5*time.Minute {
			return
		}
	}
	t.Error("not blocked")
}
