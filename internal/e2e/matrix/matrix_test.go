package matrix_test

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// faultsFor returns the faults that the operation meets: all that its API has, except that only representatives meet the
// large ones, whose bodies cost more than all others together. With -short a representative meets all but the large ones,
// which GetUser alone meets, and any other operation one of each class.
func faultsFor(op string) []fault {
	represents := slices.Contains(representatives, op)
	known := slices.DeleteFunc(slices.Clone(faults), func(f fault) bool { return !f.knownTo(endpoint(op)) || f.large && !represents })
	if !testing.Short() || op == "GetUser" {
		return known
	}
	var sample []fault
	for _, f := range known {
		sameClass := func(other fault) bool { return other.class == f.class }
		if !f.large && (represents || !slices.ContainsFunc(sample, sameClass)) {
			sample = append(sample, f)
		}
	}
	return sample
}

// pointsFor returns the points at which faults are injected into the operation: all of them, and with -short the first
// attempt alone unless it is GetUser, because the fetch of the token is the same for all operations.
func pointsFor(op string, f *fault) []injectionPoint {
	attempts := []injectionPoint{firstAttempt, everyAttempt}
	fetch := tokenFetch(op)
	if fetch == "" || !f.knownTo(endpoint(fetch)) {
		return attempts
	}
	if !testing.Short() || op == "GetUser" {
		return injectionPoints
	}
	return []injectionPoint{firstAttempt}
}

func TestMatrix_EveryOperationEndsAsExpectedUnderEveryFault(t *testing.T) {
	t.Parallel()
	all := allOperations(t)
	for _, ep := range contract.All() {
		isToken := slices.Contains([]string{
			"GetToken", "GetOAuth2Token", "GetSSOToken", "GetCorpToken", "GetSuiteCorpToken", "GetSuiteToken",
		}, ep.Name)
		require.True(t, isToken || all[ep.Name].call != nil, "%s is not in the matrix", ep.Name)
	}
	cases := 0
	for name := range all {
		for _, f := range faultsFor(name) {
			for _, p := range pointsFor(name, &f) {
				cases++
				t.Run(fmt.Sprintf("%s/%s/%s", name, f.name, p), func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) { testCase(t, name, &f, p) })
				})
			}
		}
	}
	if skipped := len(all)*len(faults)*len(injectionPoints) - cases; skipped > 0 {
		t.Logf("left out: %d cases whose operation or fault is like another's, or unknown to the API", skipped)
	}
}

func testCase(t *testing.T, name string, f *fault, p injectionPoint) {
	t.Helper()
	srv := dingtalktest.New(t, dingtalktest.Strict(), withHarbor())
	if name != "CreateUser" {
		seedOrganization(srv)
	}
	seedCallback(t, srv, name)
	srv.Authorize(harbor)
	op, ok := operations[name]
	if !ok {
		op, ok = externalContactOperations[name]
	}
	if !ok {
		op, ok = callbackOperations[name]
	}
	if !ok {
		op, ok = suiteOperations[name]
	}
	if !ok {
		op = loginOperations(t, srv)[name]
	}
	n := newNetwork(t, srv, f.dial == untrusted || f.dial == brokenHandshake)
	count := &attemptCounter{byOp: map[string]int{}}
	client, err := dingtalk.New(srv.ClientID(), srv.ClientSecret(), dingtalk.WithBaseURL(n.base),
		dingtalk.WithHTTPClient(&http.Client{Transport: n.transport}), dingtalk.WithLogger(slog.New(count)),
		dingtalk.WithSSOSecret(srv.CorpID(), srv.SSOSecret()), dingtalk.WithTicketStore(dingtalk.NewTicketStore()))
	require.NoError(t, err)
	_, err = client.SaveSuiteTicket(t.Context(), srv.SendSuiteTicket(), time.Now())
	require.NoError(t, err)
	injected := name
	if p.onToken() {
		injected = tokenFetch(name)
	}
	f.inject(srv, n, injected, p, tokenFetch(name) != "" && !p.onToken())

	err = op.call(t.Context(), client)

	want := f.class.expected(p, op.class)
	if f.class == refusedTokens && tokenFetch(name) == "" {
		want = outcome{1, "InvalidToken"} // the client cannot renew it
	}
	assert.Equal(t, want.classes, classesOf(err), "%v", err)
	assert.Equal(t, want.classes == "", err == nil)
	assert.Equal(t, want.attempts, count.byOp[injected], "attempts")
	if p.onToken() {
		assert.Equal(t, err == nil, count.byOp[name] == 1, "attempts of the operation itself")
	}
	if op.applied == nil {
		return
	}
	applied := op.applied(srv)
	switch {
	case err == nil:
		assert.True(t, applied, "a write that succeeded was applied")
	case !errors.Is(err, dingtalk.ErrOutcomeUnknown):
		assert.False(t, applied, "a write that was refused was not applied")
	default:
		assert.Equal(t, f.applied, applied)
	}
}
