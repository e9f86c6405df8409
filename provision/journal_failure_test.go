package provision

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

var errDisk = errors.New("input/output error")

// failingDisk is a file with one call that fails, like a disk whose error the system reports only once.
type failingDisk struct {
	journalFile
	n     int  // the number of the call that fails
	short bool // the call writes half of the data and returns only the short count
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

// unsyncedDir is a file whose directory cannot be synced.
type unsyncedDir struct{ journalFile }

// writeTimes is a transport that records when writes are sent.
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

// TestApply_SendsNothingOnceItsJournalHasFailed makes each call of the disk fail, one after another. Then the plan is
// applied again with what is on the disk.
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
			if testing.Short() && name != "with an error" {
				t.Skip("skipped with -short: applies a plan 80 times")
			}
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

// applyWithFailure applies a plan with a disk whose n-th call fails, and reports whether there is such a call.
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

func TestApply_RefusesAJournalWhoseNameIsNotDurable(t *testing.T) {
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
