package scale

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// While the first scan runs, one in a hundred users and departments changes, and one event in ten is lost. The mirror is
// exact when it promises to be: the fields that lists show after the next scan, and all fields after each user was read
// once more.
func TestScale_IsExactAfterChangesDuringTheScan(t *testing.T) {
	var h heap
	inBubble(t, func(w *world) {
		t := w.t
		w.srv.Disturb(*seed, dingtalktest.Disturbance{Lose: 0.1, Double: 0.1, Delay: 5 * time.Second, Reorder: 0.1})
		before := h.now()
		stop := h.watch(30 * time.Second)
		began := time.Now()
		p := w.run(w.open(w.path()))
		scanTime := time.Duration(*people) * 5 * time.Second / 2000 // of three calls for a department side by side
		changes := max(*people/100, 20)
		for range changes {
			w.change()
			time.Sleep(scanTime / time.Duration(changes))
		}
		changed := time.Since(began)
		require.NoError(t, p.Ready(t.Context()))
		took := time.Since(began)
		calls, busiest := w.calls.directory()
		share := float64(busiest) / 20 / took.Seconds()
		t.Logf("%d departments, %d people; %d changes within %s", *departments, *people, w.made, changed.Round(time.Second))
		t.Logf("scan: %s, %d calls, %.1f %% of the ceiling (%d calls of the busiest endpoint), and %d single users; %v in use, %.0f before",
			took.Round(time.Second), calls, 100*share, busiest, w.calls.of(getUserPath), &h, before)

		stop()
		p.rest(t)
		x := w.compare(p.Mirror)
		t.Logf("all details read after %s: %d calls of single users; %d users wrong, %d of them in what lists show, %d others; %v in use",
			time.Since(began).Round(time.Second), w.calls.of(getUserPath), x.users, x.listed, x.others, &h)

		require.NoError(t, p.Rescan(t.Context())) // ends with a regular scan that may be under way
		calls, _ = w.calls.directory()
		require.NoError(t, p.Rescan(t.Context()))
		x = w.compare(p.Mirror)
		again, _ := w.calls.directory()
		least := w.scanCalls()
		t.Logf("next scan: %d calls, of at least %d; %d users wrong, %d of them in what lists show, %d others; %v in use", again-calls, least, x.users, x.listed, x.others, &h)
		assert.Zero(t, x.listed+x.others, x.examples)
		assert.Equal(t, least, again-calls, "a scan at rest makes no other call")
		if *people >= 50_000 { // a smaller scan has not much more than its beginning and its end
			assert.GreaterOrEqual(t, share, 0.97)
		}

		for range 11 {
			time.Sleep(time.Hour/10 + time.Duration(len(w.users))*50*time.Millisecond)
			h.now()
		}
		p.rest(t)
		x = w.compare(p.Mirror)
		t.Logf("each user read again, after %s: %d wrong, %d others; %v in use", time.Since(began).Round(time.Second), x.users, x.others, &h)
		assert.Zero(t, x.users+x.others, x.examples)
		p.stop(t)
		t.Logf("at the end %v in use, at most %.0f", &h, h.atMost())
	})
}

// scanCalls returns the calls that a scan cannot do without: three for each department, one for each further page, and
// another one for each department with more than one page; one for each page of a role; the role groups, and the scope.
func (w *world) scanCalls() int {
	const page, roleGroups = 100, 1
	members, holders := map[int64]int{}, map[int64]int{}
	for _, u := range w.srv.Users() {
		for _, id := range u.DeptIDList {
			members[id]++
		}
		for _, r := range u.RoleList {
			holders[r.ID]++
		}
	}
	n := 3*len(w.srv.Departments()) + roleGroups + 1
	for _, users := range members {
		if users > page {
			n += (users-1)/page + 1
		}
	}
	for _, r := range w.srv.Roles() {
		n += max(1, (holders[r.ID]+page-1)/page)
	}
	return n
}
