package scale

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// storm is much that happens within a minute.
type storm struct {
	name   string
	events int
	one    func(w *world, i int) // what happens once
	reads  int                   // of single users, at most
}

// In each storm the mirror makes a bounded number of calls, keeps calls of the application waiting no longer than usual,
// and is exact at rest.
func TestScale_WeathersStorms(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped with -short: the details of users are read meanwhile")
	}
	var h heap
	n := *people / 2
	const famous = 100
	storms := []storm{
		{"a reorganization moves users", n, func(w *world, i int) { w.move(w.user(w.users[i]), []int64{w.depts[i%famous%len(w.depts)]}) }, 3 * n},
		{"an import adds users", n, func(w *world, i int) {
			w.users = append(w.users, w.srv.AddUser(dingtalktest.User{UserID: fmt.Sprintf("import-%d", i), DeptIDList: w.somewhere()}))
		}, n},
		{"events of 100 users come again and again", 3 * n, func(w *world, i int) {
			w.srv.Emit("user_modify_org", map[string]any{"timeStamp": "1", "userId": []string{w.users[i%min(famous, n)]}})
		}, min(famous, n) * (60 + 3)},
	}
	inBubble(t, func(w *world) {
		t := w.t
		w.srv.Disturb(*seed, dingtalktest.Disturbance{Double: 0.5, Reorder: 0.2})
		p := w.run(w.open(w.path()))
		require.NoError(t, p.Ready(t.Context()))
		p.rest(t)
		stop := h.watch(30 * time.Second)
		defer stop()
		t.Logf("%d departments, %d people; in use %v", *departments, *people, &h)
		for _, s := range storms {
			known := w.users[0]
			calm := foreground(w.t, p, known, time.Minute)
			reads, began := w.calls.of(getUserPath), time.Now()
			waits := make(chan time.Duration, 1)
			go func() { waits <- foreground(w.t, p, known, 2*time.Minute) }()
			for i := range s.events {
				s.one(w, i)
				time.Sleep(time.Minute / time.Duration(s.events))
			}
			status, err := p.Status(t.Context())
			require.NoError(t, err)
			busy := <-waits
			p.rest(t)
			took := time.Since(began)
			reads = w.calls.of(getUserPath) - reads
			idle := 3*60 + int(took/(500*time.Millisecond)) // those of the application, and of the users in turn
			x := w.compare(p.Mirror)
			t.Logf("%s: %d; then %d are dirty; at rest after %s, %d reads of single users, of which about %d anyway; p99 of the application %s, before %s; %d wrong; %v in use, at most %.0f",
				s.name, s.events, status.Dirty, took.Round(time.Second), reads, idle, busy, calm, x.users+x.others, &h, h.atMost())
			assert.LessOrEqual(t, reads, s.reads+idle+s.reads/50)
			assert.LessOrEqual(t, busy, calm+500*time.Millisecond, "it waits for a permit, and not for the mirror")
			assert.Zero(t, x.users+x.others, x.examples)
		}
		p.stop(t)
	})
}

// foreground reads a user every second for a while, as the application would, and returns how long 99 of 100 reads took at
// most.
func foreground(t *testing.T, p *process, userID string, d time.Duration) time.Duration {
	t.Helper()
	var took []time.Duration
	for until := time.Now().Add(d); time.Now().Before(until); time.Sleep(time.Second) {
		began := time.Now()
		_, err := p.client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: userID})
		if !assert.NoError(t, err) {
			return 0
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	return took[len(took)*99/100]
}
