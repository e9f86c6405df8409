package provision

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// countingContext is a context that counts the calls of Err, which every step of a computation makes.
type countingContext struct {
	context.Context
	checks atomic.Int64
	end    int64 // the number of calls after which it ends; 0: never
}

func (c *countingContext) Err() error {
	if n := c.checks.Add(1); c.end > 0 && n >= c.end {
		return context.Canceled
	}
	return c.Context.Err()
}

// managerChain returns n people, each of whom manages the one before.
func managerChain(n int) []Person {
	list := make([]Person, n)
	for i := range list {
		list[i].CreateUserRequest = dingtalk.CreateUserRequest{
			UserID: fmt.Sprint("p", i), Name: "Person", Mobile: fmt.Sprintf("138%08d", i), DeptIDList: []int64{1}, ManagerUserID: fmt.Sprint("p", i+1),
		}
	}
	list[n-1].ManagerUserID = ""
	return list
}

func TestNewPlan_TakesLinearWorkForAChainOfManagers(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped with -short: plans 8,000 rows")
	}
	srv := dingtalktest.New(t)
	steps := func(n int) int64 {
		c := &countingContext{Context: t.Context()}
		plan, err := NewPlan(c, srv.Client(), List(managerChain(n)...), Options{})
		require.NoError(t, err)
		require.Equal(t, n, plan.Count(ActionCreate))
		return c.checks.Load()
	}
	small, large := steps(500), steps(4_000)
	assert.Greater(t, small, int64(1_500), "each row is read, planned and ordered")
	assert.InDelta(t, 8, float64(large)/float64(small), 0.5)
}

func TestStages_TakeLinearWorkForAChainOfManagers(t *testing.T) {
	t.Parallel()
	steps := func(n int, cycle bool) int64 {
		list := managerChain(n)
		if cycle {
			list[n-1].ManagerUserID = "p0"
		}
		tasks := make([]*task, n)
		for i := range tasks {
			changes, err := createChanges(&list[i])
			require.NoError(t, err)
			tasks[i] = &task{item: &Item{Action: ActionCreate, UserID: list[i].UserID, Changes: changes}}
		}
		c := &countingContext{Context: t.Context()}
		all := stages(c, tasks)
		total := 0
		for _, stage := range all {
			total += len(stage)
		}
		require.Equal(t, n, total)
		if !cycle {
			require.Equal(t, []*task{tasks[n-1]}, all[0], "a person without a manager comes first")
			require.Equal(t, []*task{tasks[0]}, all[n-1])
		}
		return c.checks.Load()
	}
	small, large := steps(500, false), steps(4_000, false)
	assert.Greater(t, small, int64(450))
	assert.InDelta(t, 8, float64(large)/float64(small), 0.5)
	assert.Zero(t, steps(500, true), "people who wait for each other come last, at once")
}

func TestStages_PutUpdatesAfterTheirManagersAndDeletionsLast(t *testing.T) {
	t.Parallel()
	made := func(a Action, id, manager string) *task {
		return &task{item: &Item{Action: a, UserID: id, Changes: []Change{{Field: "manager_userid", New: manager}}}}
	}
	boss, lead, moved := made(ActionCreate, "boss", "elsewhere"), made(ActionCreate, "lead", "boss"), made(ActionUpdate, "moved", "lead")
	former, other, cyclic := made(ActionDelete, "former", ""), made(ActionUpdate, "other", ""), made(ActionCreate, "cyclic", "cyclic")
	assert.Equal(t, [][]*task{{boss, other}, {lead}, {moved, cyclic}, {former}}, stages(t.Context(), []*task{former, moved, lead, cyclic, boss, other}))
}

// TestNewPlan_EndsWithItsContextAtEveryStep ends the context at one step after another.
func TestNewPlan_EndsWithItsContextAtEveryStep(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	for i := range 15 {
		srv.AddUser(dingtalktest.User{UserID: fmt.Sprint("old", i), Name: "Old", Mobile: fmt.Sprintf("139%08d", i)})
	}
	counter := &countingContext{Context: t.Context()}
	_, err := NewPlan(counter, srv.Client(), List(managerChain(15)...), Options{Delete: true})
	require.NoError(t, err)
	total := counter.checks.Load()
	require.Greater(t, total, int64(60))
	for end := int64(1); end < total-5; end++ { // the order of the calls varies, and so the number of checks
		if testing.Short() && end%10 != 0 {
			continue // skipped with -short: makes hundreds of plans
		}
		c := &countingContext{Context: t.Context(), end: end}
		plan, err := NewPlan(c, srv.Client(), List(managerChain(15)...), Options{Delete: true})
		require.ErrorIs(t, err, context.Canceled, "step %d of %d", end, total)
		require.Nil(t, plan)
	}
}

func TestNewPlan_EndsWithItsContextDuringAnEndlessList(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	_, err := NewPlan(ctx, dingtalktest.New(t).Client(), func(yield func(Person, error) bool) {
		for yield(Person{CreateUserRequest: dingtalk.CreateUserRequest{UserID: fmt.Sprint(n)}}, nil) {
			if n++; n == 100 {
				cancel()
			}
		}
	}, Options{})
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, 100, n)
}

// BenchmarkChain plans for a chain of managers and orders it.
func BenchmarkChain(b *testing.B) {
	for _, n := range []int{2_500, 20_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			client, list := dingtalktest.New(b).Client(), managerChain(n)
			for b.Loop() {
				plan, err := NewPlan(b.Context(), client, List(list...), Options{})
				require.NoError(b, err)
				a := &applier{plan: plan}
				require.NoError(b, a.prepare())
				require.NotEmpty(b, stages(b.Context(), a.tasks))
			}
			b.ReportMetric(float64(b.Elapsed())/float64(time.Microsecond)/float64(b.N)/float64(n), "µs/person")
		})
	}
}
