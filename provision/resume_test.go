package provision_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

// cutTransport is a transport that is cut at its n-th request, not counting those for a token.
type cutTransport struct {
	next  http.RoundTripper
	n     int
	after bool   // the n-th is handled and its response lost; otherwise it does not arrive
	cut   func() // called at the cut

	mu     sync.Mutex
	seen   int
	cutOff bool
}

var errCut = errors.New("the connection was cut")

func (s *cutTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Path == "/gettoken" {
		return s.next.RoundTrip(req)
	}
	s.mu.Lock()
	defer s.mu.Unlock() // one request at a time, so that it is known what was handled
	if s.cutOff {
		return nil, errCut
	}
	if s.seen++; s.seen != s.n {
		return s.next.RoundTrip(req)
	}
	s.cutOff = true
	if s.after {
		if res, err := s.next.RoundTrip(req); err == nil {
			_ = res.Body.Close()
		}
	}
	s.cut()
	return nil, errCut
}

func (s *cutTransport) client(srv *dingtalktest.Server) *dingtalk.Client {
	return srv.Client(dingtalk.WithHTTPClient(&http.Client{Transport: s}), dingtalk.WithRetry(dingtalk.RetryPolicy{MaxAttempts: 1}))
}

// callsOfSmallOrg is the number of calls that apply its plan: one for each of two creates, two for an update, three for
// an update that clears a field and so is checked, and two for a deletion.
const callsOfSmallOrg = 2 + 2 + 3 + 2

func TestApply_ContinuesAfterCancelingAtAnyCall(t *testing.T) {
	t.Parallel()
	for n := 1; n <= callsOfSmallOrg+1; n++ {
		for _, after := range []bool{false, true} {
			for _, workers := range []int{1, 3} {
				t.Run(fmt.Sprintf("call %d, after the work %v, %d at once", n, after, workers), func(t *testing.T) {
					t.Parallel()
					scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
						plan := newPlan(t, srv, smallOrg(srv), withDeletions)
						opts := provision.ApplyOptions{MaxDeletionShare: 1, Concurrency: workers, Journal: filepath.Join(t.TempDir(), "journal")}
						ctx, cancel := context.WithCancel(t.Context())
						defer cancel()
						transport := &cutTransport{next: srv.Transport(), n: n, after: after, cut: cancel}
						report, err := plan.Apply(ctx, transport.client(srv), opts)
						if n > callsOfSmallOrg {
							require.NoError(t, err)
							assert.Equal(t, callsOfSmallOrg, transport.seen)
							assert.Equal(t, 5, report.Count(provision.ResultDone))
						} else {
							require.ErrorIs(t, err, context.Canceled)
							assert.Zero(t, report.Count(provision.ResultFailed)+report.Count(provision.ResultConflict), "%+v", results(report))
						}
						applyAgain(t, srv, plan, opts)
					})
				})
			}
		}
	}
}

// applyAgain applies a plan again, to the end, and checks the organization.
func applyAgain(t *testing.T, srv *dingtalktest.Server, plan *provision.Plan, opts provision.ApplyOptions) {
	t.Helper()
	client, created := countingClient(srv)
	before := srv.Users()
	report, err := plan.Apply(t.Context(), client, opts)
	require.NoError(t, err)
	assert.Equal(t, 5, report.Count(provision.ResultDone), "%+v", results(report))
	checkSmallOrg(t, srv)
	for _, u := range before { // no existing user is created
		assert.Zero(t, created()[u.UserID], u.UserID)
	}
	checkNoDuplicates(t, srv, created())

	wrote := len(writes(srv))
	report = apply(t, srv, plan, opts)
	assert.Equal(t, 5, report.Count(provision.ResultDone))
	assert.Len(t, writes(srv), wrote, "and a further run does nothing")
}

// TestApply_ContinuesAfterAKillAtAnyCall stops everything at a call, and restores the journal as it was then, which is
// what a killed process leaves. The line that was being written may be incomplete.
func TestApply_ContinuesAfterAKillAtAnyCall(t *testing.T) {
	t.Parallel()
	for n := 1; n <= callsOfSmallOrg; n++ {
		for _, after := range []bool{false, true} {
			for _, torn := range []string{"", `{"end":"new.two","resu`, "\x00\x00\x00"} {
				t.Run(fmt.Sprintf("call %d, after the work %v, then %q", n, after, torn), func(t *testing.T) {
					t.Parallel()
					scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
						plan := newPlan(t, srv, smallOrg(srv), withDeletions)
						opts := provision.ApplyOptions{MaxDeletionShare: 1, Concurrency: 2, Journal: filepath.Join(t.TempDir(), "journal")}
						ctx, cancel := context.WithCancel(t.Context())
						defer cancel()
						var left []byte
						transport := &cutTransport{next: srv.Transport(), n: n, after: after, cut: func() {
							left, _ = os.ReadFile(opts.Journal)
							cancel()
						}}
						_, err := plan.Apply(ctx, transport.client(srv), opts)
						require.Error(t, err)
						require.NoError(t, os.WriteFile(opts.Journal, append(left, torn...), 0o600))
						applyAgain(t, srv, plan, opts)
					})
				})
			}
		}
	}
}

// TestApply_ContinuesWithAnotherPlanWithoutAJournal shows that a new plan is as safe as a journal.
func TestApply_ContinuesWithAnotherPlanWithoutAJournal(t *testing.T) {
	t.Parallel()
	for n := 1; n <= callsOfSmallOrg; n++ {
		t.Run(fmt.Sprint("call ", n), func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				list := smallOrg(srv)
				plan := newPlan(t, srv, list, withDeletions)
				transport := &cutTransport{next: srv.Transport(), n: n, after: true, cut: func() {}}
				report, err := plan.Apply(t.Context(), transport.client(srv), provision.ApplyOptions{MaxDeletionShare: 1, Concurrency: 1})
				require.NoError(t, err, "five people are no outage")
				assert.NotZero(t, report.Count(provision.ResultUnknown)+report.Count(provision.ResultFailed))
				apply(t, srv, newPlan(t, srv, list, withDeletions), provision.ApplyOptions{MaxDeletionShare: 1})
				checkSmallOrg(t, srv)
				checkNoDuplicates(t, srv, nil)
			})
		})
	}
}
