package scale

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// disturbed is all that may happen to events at once.
var disturbed = dingtalktest.Disturbance{
	Lose: 0.05, Double: 0.1, Delay: 20 * time.Second, Reorder: 0.2, OmitID: 0.05, NoAck: 0.05, Break: 0.02,
}

// A day in which the organization changes all the time, events are disturbed in every way, reads show changes late, calls
// fail, connections end in every way, and the program is started anew. At its end the mirror is exact, and the heap is as
// it was. That no goroutine is left, the bubble proves.
func TestScale_IsExactAfterADayWithEverything(t *testing.T) {
	var h heap
	inBubble(t, func(w *world) {
		t, path, day := w.t, w.path(), *length
		w.srv.Disturb(*seed, disturbed)
		p := w.run(w.open(path))
		require.NoError(t, p.Ready(t.Context()))
		var uses []float64 // MiB of the program, without the emulator, which remembers events and calls
		restarts, cuts, faults := 0, 0, 0
		began := time.Now()
		restart := began.Add(day / 12)
		for time.Since(began) < day {
			time.Sleep(time.Duration(w.rng.Int64N(int64(30 * time.Second))))
			w.change()
			switch n := w.rng.IntN(60); {
			case n < 3:
				faults++
				w.failCalls()
			case n < 4:
				cuts++
				w.endConnections()
			}
			if time.Now().After(restart) {
				restarts++
				uses = append(uses, w.stop(p, &h))
				time.Sleep(time.Duration(w.rng.Int64N(int64(time.Minute))))
				p = w.run(w.open(path))
				restart = time.Now().Add(time.Duration(w.rng.Int64N(int64(day / 6))))
			}
		}
		w.srv.Disturb(0)
		p.rest(t)
		before := w.compare(p.Mirror)
		require.NoError(t, p.Rescan(t.Context()))
		time.Sleep(time.Hour + time.Duration(len(w.users))*550*time.Millisecond) // details are read at most once an hour
		p.rest(t)
		x := w.compare(p.Mirror)
		t.Logf("%s, seed %d: %d changes, %d restarts, %d faults of calls, %d ends of connections, %d calls", day, *seed, w.made, restarts, faults, cuts, w.calls.total())
		t.Logf("wrong at rest: %d users, %d of them in what lists show, %d others; after a scan and the details of all: %d and %d",
			before.users, before.listed, before.others, x.users, x.others)
		assert.Zero(t, x.users+x.others, x.examples)
		uses = append(uses, w.stop(p, &h))
		t.Logf("MiB that the program used when it was stopped: %.1f", uses)
		const most = 8 // it caches pages of its file, and notes who was read
		assert.Less(t, uses[len(uses)-1], most+float64(*people)/1000)
	}, dingtalktest.WithReadLag(2*time.Second), dingtalktest.WithStreamAge(40*time.Minute))
}

// failCalls has some of the next calls fail.
func (w *world) failCalls() {
	ops := []string{"GetUser", "ListUsers", "GetDepartment", "ListSubDepartmentIDs", "ListRoles", "ListRoleUsers", "GetAuthScopes", "CountUsers", "GetToken"}
	faults := []dingtalktest.Fault{
		dingtalktest.SystemBusy, dingtalktest.Throttled, dingtalktest.HTTPStatus(502), dingtalktest.CutBody, dingtalktest.BadJSON,
		dingtalktest.DropConnection, dingtalktest.LostResponse, dingtalktest.PortalPage, dingtalktest.Slow(8 * time.Second),
	}
	w.srv.Fail(pick(w, ops), pick(w, faults), 1+w.rng.IntN(4))
}

// endConnections ends a connection of Stream in one of the ways in which they end.
func (w *world) endConnections() {
	open := w.srv.StreamConnections()
	if len(open) == 0 {
		return
	}
	pick(w, []func(dingtalktest.StreamConnection){
		dingtalktest.StreamConnection.Disconnect, dingtalktest.StreamConnection.Freeze, dingtalktest.StreamConnection.LoseNetwork,
		dingtalktest.StreamConnection.CutNextFrame, dingtalktest.StreamConnection.Cut,
	})(pick(w, open))
}

// stop ends a program, and returns the MiB that it has used.
func (w *world) stop(p *process, h *heap) float64 {
	before := h.now()
	p.stop(w.t)
	return before - h.now()
}
