package emulator

import (
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// emit emits n events of a type, one a second.
func (a *app) emit(typ string, n int) {
	a.t.Helper()
	for range n {
		_, err := a.server.Emit(typ, struct{}{})
		require.NoError(a.t, err)
		pass(time.Second)
	}
}

// numbers returns the numbers of the events that arrived, in the order of their arrival.
func (l *listener) numbers(s *Server) []int64 {
	byID := map[string]int64{}
	for _, e := range s.Events() {
		byID[e.ID] = e.Number
	}
	var out []int64
	for _, e := range l.events {
		out = append(out, byID[e.id()])
	}
	return out
}

func TestDisturb_OneFaultAtATime(t *testing.T) {
	const n = 40
	all := func() []int64 {
		out := make([]int64, n)
		for i := range out {
			out[i] = int64(i) + 1
		}
		return out
	}()
	for name, tc := range map[string]struct {
		disturbance Disturbance
		check       func(t *testing.T, a *app, l *listener)
	}{
		"none": {Disturbance{}, func(t *testing.T, a *app, l *listener) { assert.Equal(t, all, l.numbers(a.server)) }},
		"another type": {Disturbance{Types: []string{"y"}, Lose: 1}, func(t *testing.T, _ *app, l *listener) {
			assert.Len(t, l.events, n)
		}},
		"all lost": {Disturbance{Types: []string{"x"}, Lose: 1}, func(t *testing.T, a *app, l *listener) {
			assert.Empty(t, l.events)
			deliveries := a.server.Deliveries()
			require.Len(t, deliveries, n)
			assert.Equal(t, Lost, deliveries[0].Outcome)
			assert.Zero(t, deliveries[0].Attempt)
		}},
		"some lost": {Disturbance{Lose: .5}, func(t *testing.T, a *app, l *listener) {
			got := l.numbers(a.server)
			assert.True(t, slices.IsSorted(got))
			assert.True(t, len(got) > n/4 && len(got) < n*3/4, "%d", len(got))
		}},
		"doubled": {Disturbance{Double: 1}, func(t *testing.T, a *app, l *listener) {
			got := l.numbers(a.server)
			require.Len(t, got, 2*n)
			assert.Equal(t, all, slices.Compact(got))
			assert.NotEqual(t, l.events[0].headers["messageId"], l.events[1].headers["messageId"])
		}},
		"delayed": {Disturbance{Delay: time.Minute}, func(t *testing.T, a *app, l *listener) {
			assert.Equal(t, all, l.numbers(a.server), "in order")
			late := 0
			for i, e := range a.server.Events() {
				delay := l.events[i].at.Sub(e.Time)
				assert.LessOrEqual(t, delay, time.Minute)
				if delay > time.Second {
					late++
				}
			}
			assert.Greater(t, late, n/2)
		}},
		"reordered": {Disturbance{Reorder: .5}, func(t *testing.T, a *app, l *listener) {
			got := l.numbers(a.server)
			require.Len(t, got, n)
			assert.False(t, slices.IsSorted(got))
			slices.Sort(got)
			assert.Equal(t, all, got)
		}},
		"all held back": {Disturbance{Reorder: 1}, func(t *testing.T, a *app, l *listener) {
			assert.Len(t, l.events, n, "for a second")
		}},
		"without an ID": {Disturbance{OmitID: 1}, func(t *testing.T, _ *app, l *listener) {
			require.Len(t, l.events, n)
			assert.NotContains(t, l.events[0].headers, "eventId")
			assert.Equal(t, "{}", l.events[0].data)
		}},
		"without acknowledgements": {Disturbance{NoAck: 1}, func(t *testing.T, a *app, l *listener) {
			assert.Len(t, l.events, 3*n)
			assert.Equal(t, "no reply in time", a.server.Deliveries()[0].Answer)
		}},
		"with a broken connection": {Disturbance{Break: 1}, func(t *testing.T, a *app, l *listener) {
			<-l.done
			assert.Len(t, l.events, 1)
			assert.Empty(t, a.server.StreamConnections())
		}},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				a := newApp(t)
				l := a.listen("SUCCESS")
				require.NoError(t, a.server.Disturb(7, tc.disturbance))
				a.emit("x", n/2)
				for range n / 2 { // at once
					_, err := a.server.Emit("x", struct{}{})
					require.NoError(t, err)
				}
				pass(time.Hour)
				tc.check(t, a, l)
				assert.Zero(t, a.underWay())

				require.NoError(t, a.server.Disturb(0))
				if len(a.server.StreamConnections()) > 0 {
					before := len(l.events)
					a.emit("x", 1)
					assert.Len(t, l.events, before+1, "the disturbance has ended")
				}
			})
		})
	}
}

func TestDisturb_TheSeedFixesWhatHappens(t *testing.T) {
	run := func(t *testing.T, seed uint64) []string {
		t.Helper()
		var out []string
		synctest.Test(t, func(t *testing.T) {
			a := newApp(t)
			l, m := a.listen("SUCCESS"), a.listen("LATER")
			require.NoError(t, a.server.Disturb(seed, Disturbance{
				Lose: .1, Double: .2, Delay: 10 * time.Second, Reorder: .2, OmitID: .1, NoAck: .2,
			}))
			begun := time.Now()
			a.emit("x", 100)
			pass(time.Hour)
			for _, events := range [][]eventOf{l.events, m.events} {
				for _, e := range events {
					out = append(out, fmt.Sprint(e.at.Sub(begun), e.headers["eventId"] == ""))
				}
			}
		})
		return out
	}
	t.Parallel()
	first := run(t, 1)
	assert.Equal(t, first, run(t, 1))
	assert.NotEqual(t, first, run(t, 2))
}

func TestDisturb_RefusesWhatCannotBe(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	assert.Error(t, s.Disturb(1, Disturbance{Lose: 1.1}))
	assert.Error(t, s.Disturb(1, Disturbance{NoAck: -1}))
	assert.Error(t, s.Disturb(1, Disturbance{Delay: -1}))
	for _, opt := range []Option{WithStreamAck(0), WithStreamRetries(-1), WithEventRetention(-1), WithStreamPing(-1), WithStreamAge(-1)} {
		_, err := New(opt)
		assert.Error(t, err)
	}
}

func TestReset_EndsDeliveriesAndDisturbances(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a := newApp(t)
		l := a.listen("")
		a.server.Advance(24 * time.Hour)
		require.NoError(t, a.server.Disturb(1, Disturbance{Delay: time.Hour}))
		a.emit("x", 5)
		require.NoError(t, a.server.Reset())
		assert.Zero(t, a.underWay())
		pass(2 * time.Hour)
		assert.Empty(t, l.events)
		l.status.Store("SUCCESS")
		a.emit("x", 1)
		assert.Len(t, l.events, 1, "the connection remains")
		pass(time.Minute)
		sent, answered := a.server.StreamConnections()[0].Pings()
		assert.Equal(t, sent, answered)
		assert.Greater(t, sent, 240, "the pings go on")
	})
}

// Close ends connections, what waits for one, and all goroutines.
func TestClose_LeavesNoGoroutine(t *testing.T) { //nolint:paralleltest // it counts goroutines
	before := runtime.NumGoroutine()
	for _, listening := range []bool{false, true} {
		s, err := New(WithEventRetention(time.Hour))
		require.NoError(t, err)
		a := &app{t: t, server: s, client: &http.Client{Transport: s.Transport()}, base: "https://api.example.com"}
		if listening {
			a = a.listening()
		}
		listeners := []*listener{a.listen(""), a.listen("SUCCESS")}
		for range 50 {
			_, err := s.Emit("x", strings.Repeat("x", 10_000))
			require.NoError(t, err)
		}
		s.StreamConnections()[0].Disconnect()
		s.Close()
		for _, l := range listeners {
			<-l.done
		}
		_, err = s.Emit("x", 1)
		assert.NoError(t, err)
		_, _, err = a.dial("wss://api.example.com/connect?ticket=x")
		assert.Error(t, err)
	}
	for wait := 0; runtime.NumGoroutine() > before && wait < 1000; wait++ {
		time.Sleep(10 * time.Millisecond) // those of the client's transport end by themselves
	}
	assert.LessOrEqual(t, runtime.NumGoroutine(), before)
}

// A client that does not read does not stop the server.
func TestStream_AClientThatDoesNotRead(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		a := newApp(t)
		ws, _, err := a.dial(a.open())
		require.NoError(t, err)
		defer func() { _ = ws.CloseNow() }()
		for range 20 {
			_, err := a.server.Emit("x", strings.Repeat("x", 100<<10))
			require.NoError(t, err)
		}
		pass(time.Hour)
		assert.Zero(t, a.underWay())
		ws.SetReadLimit(2 << 20)
		for range 20 {
			_, _, err := ws.Read(t.Context())
			require.NoError(t, err, "what was sent is there")
		}
	})
}
