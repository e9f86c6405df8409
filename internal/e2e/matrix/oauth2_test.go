package matrix_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// The token of the new API has the outcomes of the one of /gettoken.
func TestMatrix_OAuth2TokenEndsAsExpectedUnderEveryFault(t *testing.T) {
	t.Parallel()
	for _, f := range faults {
		for _, p := range []injectionPoint{firstTokenFetch, everyTokenFetch} {
			for _, op := range []string{"GetUser", "CreateUser"} {
				if f.legacyOnly || testing.Short() && op != "GetUser" { // -short: the token's fetch is the same for both
					continue
				}
				t.Run(fmt.Sprintf("%s/%s/%s", op, f.name, p), func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) { testOAuth2Case(t, op, &f, p) })
				})
			}
		}
	}
}

func testOAuth2Case(t *testing.T, op string, f *fault, p injectionPoint) {
	t.Helper()
	srv := dingtalktest.New(t, dingtalktest.Strict())
	if op == "GetUser" {
		seedOrganization(srv)
	}
	n := newNetwork(t, srv, f.dial == untrusted || f.dial == brokenHandshake)
	count := &attemptCounter{byOp: map[string]int{}}
	client, err := dingtalk.New(srv.ClientID(), srv.ClientSecret(), dingtalk.WithOAuth2Token(),
		dingtalk.WithBaseURL(n.base), dingtalk.WithHTTPClient(&http.Client{Transport: n.transport}),
		dingtalk.WithLogger(slog.New(count)))
	require.NoError(t, err)
	f.inject(srv, n, "GetOAuth2Token", p, false)

	err = operations[op].call(t.Context(), client)

	want := f.class.expected(p, operations[op].class)
	assert.Equal(t, want.classes, classesOf(err), "%v", err)
	assert.Equal(t, want.classes == "", err == nil)
	assert.Equal(t, want.attempts, count.byOp["GetOAuth2Token"], "attempts at the token")
	assert.Zero(t, count.byOp["GetToken"])
	assert.Equal(t, err == nil, count.byOp[op] == 1, "attempts of the operation itself")
	assert.Equal(t, err == nil && op == "CreateUser", op == "CreateUser" && hasZhaoMin(srv), "applied")
}
