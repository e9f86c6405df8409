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
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

var errDisk = errors.New("input/output error")

// failingDisk is a file of which one call fails, and no other, as with a disk whose error the system reports once.
type failingDisk struct {
	journalFile
	n     int  // the call that fails
	short bool // it writes half of what it should, and says so by its count alone
	slow  bool // syncing takes time

	mu     sync.Mutex
	calls  int
	failed time.Time
}

// due counts a call, and returns the error of the one that fails.
func (f *failingDisk) due() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.calls++; f.calls != f.n {
		return nil
	}
	f.failed = time.Now()
	return errDisk
}

func (f *failingDisk) Write(p []byte) (int, error) {
	err := f.due()
	switch {
	case err != nil && f.short:
		return f.journalFile.Write(p[:len(p)/2])
	case err != nil:
		return 0, err
	}
	return f.journalFile.Write(p)
}

func (f *failingDisk) Sync() error {
	if f.slow {
		time.Sleep(10 * time.Millisecond)
	}
	if err := f.due(); err != nil {
		return err
	}
	return f.journalFile.Sync()
}

func (f *failingDisk) SyncDir() error {
	if err := f.due(); err != nil {
		return err
	}
	return f.journalFile.SyncDir()
}

func (f *failingDisk) Truncate(size int64) error {
	if err := f.due(); err != nil {
		return err
	}
	return f.journalFile.Truncate(size)
}

func (f *failingDisk) Seek(offset int64, whence int) (int64, error) {
	if err := f.due(); err != nil {
		return 0, err
	}
	return f.journalFile.Seek(offset, whence)
}

func (f *failingDisk) Close() error {
	return errors.Join(f.due(), f.journalFile.Close())
}

// arrivals is a transport that notes when writes are sent.
type writeTimes struct {
	next http.RoundTripper
	mu   sync.Mutex
	at   []time.Time
}

func (a *writeTimes) RoundTrip(req *http.Request) (*http.Response, error) {
	if path := req.URL.Path; strings.Contains(path, "user/create") || strings.Contains(path, "user/update") || strings.Contains(path, "user/delete") {
		a.mu.Lock()
		a.at = append(a.at, time.Now())
		a.mu.Unlock()
	}
	return a.next.RoundTrip(req)
}

// applyWith applies a plan with a journal on a disk.
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

// TestApply_SendsNothingOnceItsJournalHasFailed has each call of the disk fail, one after another. Then the plan is
// applied again, with what is on the disk.
func TestApply_SendsNothingOnceItsJournalHasFailed(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		short bool
		limit dingtalk.RateLimit
	}{
		"with an error":                       {limit: dingtalk.NoRateLimit},
		"with an error, at a limit of calls":  {limit: dingtalk.RateLimit{PerSecond: 10}},
		"with a short write, without a limit": {short: true, limit: dingtalk.NoRateLimit},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for n, failed := 1, true; failed; n++ {
				synctest.Test(t, func(t *testing.T) {
					failed = applyWithFailure(t, n, tt.short, tt.limit)
				})
				if !failed {
					require.Greater(t, n, 45)
				}
			}
		})
	}
}

// failsAt applies a plan with a disk whose n-th call fails, and reports whether there is such a call.
func applyWithFailure(t *testing.T, n int, short bool, limit dingtalk.RateLimit) bool {
	srv := dingtalktest.New(t, dingtalktest.WithLatency(time.Second))
	plan := twentyWrites(t, srv)
	path := filepath.Join(t.TempDir(), "journal")
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	require.NoError(t, err)
	broken := &failingDisk{journalFile: osFile{file}, n: n, short: short, slow: true}
	sent := &writeTimes{next: srv.Transport()}
	client := srv.Client(dingtalk.WithHTTPClient(&http.Client{Transport: sent}), dingtalk.WithRateLimit(limit))
	report, err := applyWithFile(t.Context(), plan, client, broken)
	if broken.failed.IsZero() {
		require.NoError(t, err)
		require.Equal(t, 20, report.Count(ResultDone))
		return false
	}
	require.Error(t, err)
	require.ErrorContains(t, err, "provision: journal: ")
	for _, at := range sent.at {
		require.False(t, at.After(broken.failed), "call %d of the disk fails, and %v later a write is sent", n, at.Sub(broken.failed))
	}
	if report != nil {
		checkReported(t, srv, report)
	}

	report, err = plan.Apply(t.Context(), srv.Client(), ApplyOptions{Journal: path, MaxDeletionShare: 1})
	require.NoError(t, err)
	require.Equal(t, 20, report.Count(ResultDone), "call %d", n)
	done := map[string]int{}
	for _, call := range srv.Calls("CreateUser") {
		if call.Code == 0 && call.HTTPStatus == http.StatusOK {
			done[fmt.Sprint(call.Body["userid"])]++
		}
	}
	for id, times := range done {
		require.Equal(t, 1, times, id)
	}
	return true
}

// twentyWrites plans 14 creates, 3 updates and 3 deletions.
func twentyWrites(t *testing.T, srv *dingtalktest.Server) *Plan {
	t.Helper()
	var list []Person
	for i := range 17 {
		list = append(list, Person{CreateUserRequest: dingtalk.CreateUserRequest{
			UserID: fmt.Sprint("p", i), Name: "New", Mobile: fmt.Sprint(13800000000 + i), DeptIDList: []int64{1},
		}})
	}
	for i := 14; i < 20; i++ {
		srv.AddUser(dingtalktest.User{UserID: fmt.Sprint("p", i), Name: "Old", Mobile: fmt.Sprint(13800000000 + i)})
	}
	plan, err := NewPlan(t.Context(), srv.Client(), List(list...), Options{Delete: true})
	require.NoError(t, err)
	require.Equal(t, [3]int{14, 3, 3}, [3]int{plan.Count(ActionCreate), plan.Count(ActionUpdate), plan.Count(ActionDelete)})
	return plan
}

// asReported checks that what a report says to be done is, and what it says not to be is not.
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

// TestApply_WaitsForWhatIsOnItsWayWhenItsJournalFails holds the responses to creates over real connections until the
// journal has failed. Calls that have not been sent by then end at once.
func TestApply_WaitsForWhatIsOnItsWayWhenItsJournalFails(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	plan := twentyWrites(t, srv)
	const onTheirWay = 4
	var mu sync.Mutex
	held := 0
	full, release := make(chan struct{}), make(chan struct{})
	host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "user/create") {
			mu.Lock()
			if held++; held == onTheirWay {
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
				if call.Op == "CreateUser" && creates.Add(1) > onTheirWay {
					<-ctx.Done() // as where permits are waited for
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
	assert.Equal(t, onTheirWay, report.Count(ResultDone), "%+v", report.Outcomes)
	assert.Equal(t, 20-onTheirWay, report.Count(ResultPending))
	assert.Equal(t, onTheirWay, held)
	checkReported(t, srv, report)
}

// TestApply_RepeatsNothingOnceItWasHalted halts while an update is on its way that ends with trouble that may pass.
func TestApply_RepeatsNothingOnceItWasHalted(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	srv.AddUser(dingtalktest.User{UserID: "p0", Name: "Old", Mobile: "13800000000"})
	plan, err := NewPlan(t.Context(), srv.Client(), List(Person{CreateUserRequest: dingtalk.CreateUserRequest{UserID: "p0", Name: "New"}}), Options{})
	require.NoError(t, err)
	arrived, halted := make(chan struct{}, 10), make(chan struct{})
	host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.URL.Path, "user/update") {
			srv.ServeHTTP(w, r)
			return
		}
		arrived <- struct{}{}
		<-halted
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
		close(halted)
	}()
	report, err := a.run(t.Context())
	require.ErrorIs(t, err, errDisk)
	assert.Empty(t, arrived, "it is not sent again")
	assert.Equal(t, 1, report.Count(ResultUnknown), "%+v", report.Outcomes)
	assert.ErrorIs(t, report.Outcomes[0].Err, dingtalk.ErrOutcomeUnknown)
}

// nameless is a disk that cannot make its name last.
type unsyncedDir struct{ journalFile }

func (unsyncedDir) SyncDir() error { return errDisk }

func TestApply_RefusesAJournalWhoseNameMayNotLast(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	plan := twentyWrites(t, srv)
	file, err := os.OpenFile(filepath.Join(t.TempDir(), "journal"), os.O_RDWR|os.O_CREATE, 0o600)
	require.NoError(t, err)
	calls := len(srv.Calls(""))
	report, err := applyWithFile(t.Context(), plan, srv.Client(), unsyncedDir{osFile{file}})
	require.ErrorIs(t, err, errDisk)
	assert.Nil(t, report)
	assert.Len(t, srv.Calls(""), calls)
}

// TestApply_ReportsAsUnknownWhatAnEarlierRunMayHaveDone ends before the person's turn comes.
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
