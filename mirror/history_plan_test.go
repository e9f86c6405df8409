package mirror

import (
	"flag"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

var (
	soakSeed    = flag.Uint64("mirror.seed", 0, "the first seed of the history check")
	soakChanges = flag.Int64("mirror.changes", 0, "changes of entities that the history check makes at least; 0: a few short episodes")
)

// plans are what the history check runs under.
var plans = []plan{
	{delay: 10 * time.Second, double: 0.2, scanEvery: 2 * time.Minute},
	{delay: 10 * time.Second, double: 0.2, scanEvery: time.Second},
	{delay: 10 * time.Second, double: 0.2, lose: 0.3, scanEvery: 20 * time.Second, fault: 0.02},
	{delay: time.Second, double: 0.2, lag: 25 * time.Second, scanEvery: 10 * time.Second},
	{delay: 5 * time.Second, double: 0.2, lose: 0.1, scanEvery: 5 * time.Second, restartEvery: 5 * time.Second, fault: 0.01},
	{delay: time.Second, lose: 1, scanEvery: 15 * time.Second},
	{delay: 5 * time.Second, double: 0.2, lose: 0.1, scanEvery: 5 * time.Second, scopeEvery: 100},
}

// episode runs a plan in a bubble of virtual time. It returns how many changes of entities there were, and the first
// violation.
func episode(t *testing.T, p plan) (changes int64, err error) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, p)
		w.recorded = 0
		err = w.run(t.Context())
		changes = w.recorded
	})
	return changes, err
}

// The check runs over a few short episodes, or with -mirror.changes over as many long ones as it takes. A seed determines
// the plan, the changes and the disturbances, and replays the episode. The order of goroutines remains to the runtime: a
// violation that depends on it may need several runs.
func TestHistory_HoldsUnderEveryDisturbance(t *testing.T) {
	t.Parallel()
	episodes, length, workers := int64(2*len(plans)), 300, 2
	switch {
	case *soakChanges > 0:
		episodes, length, workers = 1<<40, 4000, runtime.GOMAXPROCS(0)
	case testing.Short():
		episodes, length = int64(len(plans)), 60
	}
	began := time.Now()
	var next, total atomic.Int64
	t.Run("episodes", func(t *testing.T) {
		for range workers {
			t.Run("", func(t *testing.T) {
				t.Parallel()
				for !t.Failed() && (*soakChanges == 0 || total.Load() < *soakChanges) {
					i := next.Add(1) - 1
					if i >= episodes {
						return
					}
					seed := *soakSeed + uint64(i)
					p := plans[seed%uint64(len(plans))]
					p.seed, p.changes = seed, length
					n, err := episode(t, p)
					total.Add(n)
					if err != nil {
						t.Errorf("%v\nunder %+v\nreplay: make mirror-soak SEED=%d CHANGES=1", err, p, seed)
					}
				}
			})
		}
	})
	t.Logf("seeds from %d on: %d episodes, %d changes in %s", *soakSeed, min(next.Load(), episodes), total.Load(), time.Since(began).Round(time.Second))
}

// The check has to fail when a rule of the mirror is removed. Each plan is one under which a mirror with the rule passes.
func TestHistory_FailsWithoutARule(t *testing.T) {
	if testing.Short() {
		t.Skip("it needs several episodes for each rule")
	}
	t.Parallel()
	for _, c := range []struct {
		rule   string
		plan   plan
		remove func(*plan)
	}{
		{"single flight", plan{delay: 2 * time.Second, rules: rules{noRecheck: true}}, func(p *plan) { p.rules.ignoreGeneration = true }},
		{"overlap", plan{delay: 2 * time.Second, scanEvery: time.Second}, func(p *plan) { p.rules.lastAnswerWins = true }},
		{"removal only on the service's word", plan{delay: 2 * time.Second, scanEvery: time.Second}, func(p *plan) { p.rules.removeUnseen = true }},
		{"recheck", plan{delay: time.Second, lag: 25 * time.Second}, func(p *plan) { p.rules.noRecheck = true }},
		{"candidates of a resumed scan", plan{lose: 1, restartEvery: time.Hour}, func(p *plan) { p.rules.resumeAsSeen = true }},
		{"dirty before acknowledge", plan{delay: time.Second, restartEvery: time.Second, rules: rules{noRecheck: true}}, func(p *plan) { p.acceptLate = true }},
	} {
		t.Run(c.rule, func(t *testing.T) {
			t.Parallel()
			p := c.plan
			p.changes = 400
			c.remove(&p)
			for p.seed = range uint64(30) {
				if _, err := episode(t, p); err != nil {
					t.Logf("noticed: %s", fmt.Sprintf("%.300s", err))
					return
				}
			}
			t.Error("the check does not notice")
		})
	}
}
