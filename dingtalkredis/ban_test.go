package dingtalkredis

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func TestFleet_ClientsRefuseCallsDuringABanThatAnotherOneMet(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warmUp()
		srv := dingtalktest.New(t)
		met, other := srv.Client(dingtalk.WithLimiter(f.process())), srv.Client(dingtalk.WithLimiter(f.process()))
		count := func(c *dingtalk.Client) error {
			_, err := c.CountUsers(t.Context(), dingtalk.CountUsersRequest{})
			return err
		}
		require.NoError(t, count(other))
		srv.Fail("CountUsers", dingtalktest.BanJSON, 1)
		start := time.Now()
		require.ErrorIs(t, count(met), dingtalk.ErrRateLimited)
		time.Sleep(500 * time.Millisecond)
		for _, c := range []*dingtalk.Client{met, other} {
			err := count(c)
			require.ErrorIs(t, err, dingtalk.ErrRateLimited)
			require.ErrorContains(t, err, "blocked by DingTalk until")
		}
		assert.Less(t, time.Since(start), 600*time.Millisecond, "at once")
		assert.Len(t, srv.Calls("CountUsers"), 2)
		require.NoError(t, count(other.Bulk()))
		assert.InDelta(t, 5*time.Minute, time.Since(start), float64(time.Second))
		require.NoError(t, count(met))
	})
}
