package scale

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

// The table of docs/performance.md: four ways to keep a copy of the users, side by side with the same feed of events, of
// which one in ten is lost, one in ten comes twice, and all come late.
func TestScale_Comparison(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped with -short: lasts more than an hour of virtual time")
	}
	inBubble(t, func(w *world) {
		t := w.t
		ctx, cancel := context.WithCancel(t.Context())
		j := newJudge(w)
		ours := j.record("`mirror`")
		apply, reread, nightly := w.rival("applies the payloads of events", j), w.rival("reads again what an event names, and all every 15 min", j),
			w.rival("reads all every night", j)
		w.srv.Disturb(*seed, dingtalktest.Disturbance{Lose: 0.1, Double: 0.1, Delay: 5 * time.Second, Reorder: 0.2})
		for _, r := range []*rival{apply, reread, nightly} {
			r.readAll(ctx)
		}
		p := w.run(w.open(w.path()), apply.apply, reread.reread)
		require.NoError(t, p.Ready(ctx))
		p.rest(t)
		ours.follow(ctx, p.Mirror)
		reread.repeat(ctx, 15*time.Minute, 15*time.Minute)
		nightly.repeat(ctx, *length/12, 24*time.Hour)
		calls := func() []int {
			return []int{w.calls.total(), apply.calls.total(), reread.calls.total(), nightly.calls.total()}
		}
		before, details := calls(), w.calls.of(getUserPath)
		for end, counted := time.Now().Add(*length), time.Now(); time.Now().Before(end); w.change() {
			time.Sleep(time.Duration(w.rng.Int64N(int64(2 * betweenChanges))))
			if time.Since(counted) >= *length/24 {
				counted = time.Now()
				j.count()
			}
		}
		after := calls()
		details = w.calls.of(getUserPath) - details
		time.Sleep(time.Hour) // the next scan, and the next time that all is read
		j.count()

		var table strings.Builder
		table.WriteString("| copy | wrong at rest | wrong on average | wrongly deleted | p50 | p99 | calls a day |\n| --- | --- | --- | --- | --- | --- | --- |\n")
		for i, r := range j.records {
			_, _ = fmt.Fprintf(&table, "| %s | %d | %.1f | %d | %s | %s | %d |\n", r.name, r.atRest(), r.mean(), r.deleted,
				r.quantile(0.5), r.quantile(0.99), perDay(after[i]-before[i]))
		}
		t.Logf("%d departments, %d people, %d changes in %s\n%s%d a day of the calls of the mirror read a single user",
			*departments, *people, w.made, *length, &table, perDay(details))
		assert.Zero(t, ours.atRest())
		assert.Zero(t, ours.deleted)
		cancel()
		for _, r := range []*rival{apply, reread, nightly} {
			r.work.Wait()
		}
		p.stop(t)
	}, dingtalktest.WithQPS(1000)) // they are the programs of four organizations that are alike
}

// betweenChanges is the time between two changes of the organization, on average.
const betweenChanges = 30 * time.Second

// perDay returns how many calls of the comparison that is a day.
func perDay(calls int) int { return int(float64(calls) * float64(24*time.Hour) / float64(*length)) }

// follow notes what the feed of a mirror shows.
func (r *record) follow(ctx context.Context, m *mirror.Mirror) {
	go func() {
		for c, err := range m.Changes(ctx, 0) {
			if err != nil {
				return
			}
			if c.Key.Kind != mirror.KindUser {
				continue
			}
			var u *dingtalk.User
			if after, is := c.After.(mirror.User); is {
				u = &after.User
			}
			r.show(c.Key.UserID, u)
		}
	}()
}
