package provision

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// applyWithFile applies a plan with a journal in a file.
func applyWithFile(ctx context.Context, plan *Plan, client *dingtalk.Client, file journalFile) (*Report, error) {
	a := newApplier(plan, client, ApplyOptions{MaxDeletionShare: 1, Concurrency: 6})
	if err := a.prepare(); err != nil {
		return nil, err
	}
	a.journal = newJournal(file, func() {})
	if err := a.journal.load(plan.ID()); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	report, err := a.run(ctx)
	return report, errors.Join(err, a.journal.close())
}

// twentyWrites plans 14 creates, 3 updates and 3 deletions.
func twentyWrites(t *testing.T, srv *dingtalktest.Server) *Plan {
	t.Helper()
	var list []Person
	for i := range 17 {
		list = append(list, Person{CreateUserRequest: dingtalk.CreateUserRequest{
			UserID: fmt.Sprint("p", i), Name: "New", Mobile: fmt.Sprintf("138%08d", i), DeptIDList: []int64{1},
		}})
	}
	for i := 14; i < 20; i++ {
		srv.AddUser(dingtalktest.User{UserID: fmt.Sprint("p", i), Name: "Old", Mobile: fmt.Sprintf("138%08d", i)})
	}
	plan, err := NewPlan(t.Context(), srv.Client(), List(list...), Options{Delete: true})
	require.NoError(t, err)
	require.Equal(t, [3]int{14, 3, 3}, [3]int{plan.Count(ActionCreate), plan.Count(ActionUpdate), plan.Count(ActionDelete)})
	return plan
}

// checkReported checks that what a report calls done is done, and what it calls pending is not.
func checkReported(t *testing.T, srv *dingtalktest.Server, report *Report) {
	t.Helper()
	for _, o := range report.Outcomes {
		u, there := srv.User(o.Item.UserID)
		var applied bool
		switch o.Item.Action {
		case ActionCreate:
			applied = there
		case ActionUpdate:
			applied = u.Name == "New"
		default:
			applied = !there
		}
		switch o.Result {
		case ResultDone:
			require.True(t, applied, o.Item.UserID)
		case ResultPending:
			require.False(t, applied, "%s: %v", o.Item.UserID, o.Err)
		default:
			require.Equal(t, ResultUnknown, o.Result)
		}
	}
}

// TestApply_WaitsForRequestsInFlightWhenItsJournalFails holds back the responses to creates over real connections until
// the journal has failed. Calls that have not been sent by then end at once.
func TestApply_WaitsForRequestsInFlightWhenItsJournalFails(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	plan := twentyWrites(t, srv)
	const inFlight = 4
	var mu sync.Mutex
	held := 0
	full, release := make(chan struct{}), make(chan struct{})
	host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "user/create") {
			mu.Lock()
			if held++; held == inFlight {
				close(full)
			}
			mu.Unlock()
			<-release
		}
		srv.ServeHTTP(w, r)
	}))
	t.Cleanup(host.Close)
	client, err := dingtalk.New(srv.ClientID(), srv.ClientSecret(), dingtalk.WithBaseURL(host.URL),
		dingtalk.WithTimeout(time.Hour), dingtalk.WithMiddleware(func(next dingtalk.Invoker) dingtalk.Invoker {
			var creates atomic.Int64
			return func(ctx context.Context, call *dingtalk.Call) error {
				if call.Op == "CreateUser" && creates.Add(1) > inFlight {
					<-ctx.Done() // like a wait for a permit
					return context.Cause(ctx)
				}
				return next(ctx, call)
			}
		}))
	require.NoError(t, err)
	_, err = client.Token(t.Context())
	require.NoError(t, err)

	a := newApplier(plan, client, ApplyOptions{MaxDeletionShare: 1, Concurrency: 10})
	require.NoError(t, a.prepare())
	a.journal, err = openJournal(filepath.Join(t.TempDir(), "journal"), plan.ID())
	require.NoError(t, err)
	go func() {
		<-full
		a.stop(errDisk)
		close(release)
	}()
	report, err := a.run(t.Context())
	require.ErrorIs(t, err, errDisk)
	require.NoError(t, a.journal.close())
	assert.Equal(t, inFlight, report.Count(ResultDone), "%+v", report.Outcomes)
	assert.Equal(t, 20-inFlight, report.Count(ResultPending))
	assert.Equal(t, inFlight, held)
	checkReported(t, srv, report)
}

// TestApply_RepeatsNothingOnceStopped stops while an update is in flight that ends with a retryable error.
func TestApply_RepeatsNothingOnceStopped(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	srv.AddUser(dingtalktest.User{UserID: "p0", Name: "Old", Mobile: "13800000000"})
	plan, err := NewPlan(t.Context(), srv.Client(), List(Person{CreateUserRequest: dingtalk.CreateUserRequest{UserID: "p0", Name: "New"}}), Options{})
	require.NoError(t, err)
	arrived, stopped := make(chan struct{}, 10), make(chan struct{})
	host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.URL.Path, "user/update") {
			srv.ServeHTTP(w, r)
			return
		}
		arrived <- struct{}{}
		<-stopped
		w.WriteHeader(http.StatusBadGateway)
	}))
	t.Cleanup(host.Close)
	client, err := dingtalk.New(srv.ClientID(), srv.ClientSecret(), dingtalk.WithBaseURL(host.URL), dingtalk.WithTimeout(time.Hour))
	require.NoError(t, err)
	a := newApplier(plan, client, ApplyOptions{})
	require.NoError(t, a.prepare())
	go func() {
		<-arrived
		a.stop(errDisk)
		close(stopped)
	}()
	report, err := a.run(t.Context())
	require.ErrorIs(t, err, errDisk)
	assert.Empty(t, arrived, "the update is not sent again")
	assert.Equal(t, 1, report.Count(ResultUnknown), "%+v", report.Outcomes)
	assert.ErrorIs(t, report.Outcomes[0].Err, dingtalk.ErrOutcomeUnknown)
}

func (unsyncedDir) SyncDir() error { return errDisk }

// TestApply_ReportsAsUnknownWhatAnEarlierRunMayHaveDone ends before the person's turn.
func TestApply_ReportsAsUnknownWhatAnEarlierRunMayHaveDone(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	plan := twentyWrites(t, srv)
	path := filepath.Join(t.TempDir(), "journal")
	require.NoError(t, os.WriteFile(path, append(headerLine(plan.ID()), `{"begin":"p3","at":"2026-09-01T10:00:00Z"}`+"\n"...), 0o600))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	report, err := plan.Apply(ctx, srv.Client(), ApplyOptions{Journal: path, MaxDeletionShare: 1})
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, 19, report.Count(ResultPending))
	assert.Equal(t, 1, report.Count(ResultUnknown))
}
