package dingtalktest_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// In a bubble of testing/synctest, a day passes in an instant.
func TestStreamConnection_InVirtualTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := dingtalktest.New(t, dingtalktest.WithStreamAge(24*time.Hour), dingtalktest.WithEventRetention(time.Hour),
			dingtalktest.WithStreamAck(time.Second))
		begun := time.Now()
		ws, err := connect(t.Context(), srv)
		assert.NoError(t, err)
		conn := srv.StreamConnections()[0]
		assert.Len(t, conn.ID(), 36)
		assert.Equal(t, begun, conn.Opened())
		for err == nil {
			_, err = acknowledge(t.Context(), ws) // pings, and the announcement of the end
		}
		assert.Equal(t, 24*time.Hour+10*time.Second, time.Since(begun))
		sent, answered := conn.Pings()
		assert.Equal(t, []int{2880, 0}, []int{sent, answered}, "a ping is answered with its data")

		srv.Emit("x", map[string]any{})
		time.Sleep(time.Minute)
		ws, err = connect(t.Context(), srv)
		assert.NoError(t, err)
		_, err = acknowledge(t.Context(), ws)
		assert.NoError(t, err)
		synctest.Wait()
		deliveries := srv.Deliveries()
		assert.Len(t, deliveries, 1)
		assert.Equal(t, dingtalktest.DeliveryAccepted, deliveries[0].Outcome)

		srv.StreamConnections()[0].Freeze()
		srv.Emit("x", map[string]any{})
		time.Sleep(2 * time.Second)
		assert.Equal(t, dingtalktest.DeliveryRefused, srv.Deliveries()[1].Outcome)
		srv.StreamConnections()[0].LoseNetwork()
		srv.StreamConnections()[0].Disconnect()
		_, err = acknowledge(t.Context(), ws)
		assert.Error(t, err)
	})
}
