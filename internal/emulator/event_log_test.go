package emulator

import (
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEventLog_ReturnsTheLatestEventsOfAType(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for _, typ := range []string{"x", "y", "x", "x"} {
		_, err := s.Emit(typ, struct{}{})
		require.NoError(t, err)
	}
	for _, test := range []struct {
		typ    string
		below  int64
		max    int
		want   []int64
		ofType int
	}{
		{"", 0, 9, []int64{4, 3, 2, 1}, 4}, {"x", 0, 9, []int64{4, 3, 1}, 3}, {"x", 0, 2, []int64{4, 3}, 3},
		{"x", 3, 2, []int64{1}, 3}, {"z", 0, 9, nil, 0},
	} {
		entries, count := s.EventLog(test.typ, test.below, test.max)
		var numbers []int64
		for _, e := range entries {
			numbers = append(numbers, e.Number)
			assert.Empty(t, e.Deliveries)
		}
		assert.Equal(t, test.want, numbers, test)
		assert.Equal(t, test.ofType, count, test)
	}
	assert.Equal(t, []string{"x", "y"}, s.SentEventTypes())
}

func TestEventLog_ShowsEachAttemptAndTheNextOne(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a := newApp(t)
		l := a.listen("")
		_, err := a.server.Emit("x", struct{}{})
		require.NoError(t, err)
		first := func() EventEntry {
			entries, _ := a.server.EventLog("", 0, 1)
			return entries[0]
		}
		synctest.Wait()
		waiting := first().Deliveries
		require.Len(t, waiting, 1)
		assert.Equal(t, a.server.Deliveries()[0], waiting[0].Delivery)
		assert.Zero(t, waiting[0].Next)

		time.Sleep(5 * time.Second)
		assert.WithinDuration(t, first().Time.Add(15*time.Second), first().Deliveries[0].Next, 0)
		l.status.Store("SUCCESS")
		time.Sleep(time.Minute)
		repeated := first().Deliveries
		require.Len(t, repeated, 2)
		assert.Equal(t, []Outcome{Refused, Accepted}, []Outcome{repeated[0].Outcome, repeated[1].Outcome})
		assert.Zero(t, repeated[0].Next)
		assert.Zero(t, repeated[1].Next)
	})
}

func TestEventLog_ShowsWhatIsHeldBack(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a := newApp(t)
		a.listen("SUCCESS")
		require.NoError(t, a.server.Disturb(1, Disturbance{Double: 1, Reorder: 1}))
		begun, _ := a.server.Clock()
		id, err := a.server.Emit("x", struct{}{})
		require.NoError(t, err)
		entries, _ := a.server.EventLog("", 0, 1)
		held := DeliveryEntry{Delivery{EventID: id, Type: "x", Transport: "stream", Outcome: Held}, begun.Add(reorderTime)}
		require.Len(t, entries[0].Deliveries, 2)
		for _, d := range entries[0].Deliveries {
			assert.WithinDuration(t, held.Next, d.Next, 0)
			d.Next = held.Next
			assert.Equal(t, held, d)
		}
		assert.Empty(t, a.server.Deliveries())
	})
}

func TestEventLog_ShowsNoSecret(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a := newApp(t)
		a.listen(a.server.ClientSecret())
		_, err := a.server.Emit("x", json.RawMessage(`{"b":"`+a.token+`","a":9007199254740993,"ticket":"t0p"}`))
		require.NoError(t, err)
		synctest.Wait()
		entries, _ := a.server.EventLog("", 0, 1)
		assert.Equal(t, `{"b":"REDACTED","a":9007199254740993,"ticket":"REDACTED"}`, string(entries[0].Body))
		assert.Equal(t, "REDACTED", entries[0].Deliveries[0].Answer)
		assert.Contains(t, string(a.server.Events()[0].Body), a.token, "the event is what it was")
	})
}

func TestStream_ConnectionsHaveAState(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a := newApp(t)
		notified := a.server.Watch(t.Context())
		revision := int64(0)
		changed := func() bool {
			synctest.Wait()
			c := a.server.Changes(revision, LogFilter{}, 0)
			revision = c.Revision
			return c.Events
		}
		require.False(t, changed())
		a.listen("SUCCESS")
		require.True(t, changed())
		conn := a.server.StreamConnections()[0]
		assert.Equal(t, StreamLive, conn.State())
		assert.Equal(t, "127.0.0.1:0", conn.From())
		for _, step := range []struct {
			do   func()
			want StreamState
		}{
			{conn.Disconnect, StreamEnding}, {conn.Freeze, StreamFrozen}, {conn.LoseNetwork, StreamGone},
		} {
			step.do()
			assert.Equal(t, step.want, conn.State())
			assert.True(t, changed(), step.want)
			told, _ := rang(notified)
			assert.True(t, told)
		}
		conn.Cut()
		assert.True(t, changed())
		require.NoError(t, a.server.Disturb(7, Disturbance{Lose: 1}))
		assert.True(t, changed())
		seed, disturbances := a.server.Disturbances()
		assert.Equal(t, uint64(7), seed)
		assert.Equal(t, []Disturbance{{Lose: 1}}, disturbances)
	})
}
