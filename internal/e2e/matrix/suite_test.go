package matrix_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// harbor is the corp ID of an organization that has authorized the app.
const harbor = "dingharbor"

// withHarbor adds that organization.
func withHarbor() dingtalktest.Option {
	return dingtalktest.WithOtherOrganization(harbor, "Harbor Foods", dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min"})
}

// suiteOperations are those of a third-party app itself.
var suiteOperations = map[string]operation{
	"GetAuthInfo": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return errorOf(c.GetAuthInfo(ctx, dingtalk.GetAuthInfoRequest{AuthCorpID: harbor}))
	}, nil},
	"GetSuiteAuthInfo": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return errorOf(c.GetSuiteAuthInfo(ctx, dingtalk.GetSuiteAuthInfoRequest{AuthCorpID: harbor}))
	}, nil},
}

// The tokens of organizations have the outcomes of the one of /gettoken.
func TestMatrix_CorpTokensEndAsExpectedUnderEveryFault(t *testing.T) {
	t.Parallel()
	for _, fetch := range []string{"GetCorpToken", "GetSuiteCorpToken"} {
		for _, f := range faults {
			if f.legacyOnly || testing.Short() && f.large {
				continue
			}
			for _, p := range []injectionPoint{firstTokenFetch, everyTokenFetch} {
				t.Run(fmt.Sprintf("%s/%s/%s", fetch, f.name, p), func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) { testCorpTokenCase(t, fetch, &f, p) })
				})
			}
		}
	}
}

func testCorpTokenCase(t *testing.T, fetch string, f *fault, p injectionPoint) {
	t.Helper()
	srv := dingtalktest.New(t, dingtalktest.Strict(), withHarbor())
	srv.Authorize(harbor)
	n := newNetwork(t, srv, f.dial == untrusted || f.dial == brokenHandshake)
	count := &attemptCounter{byOp: map[string]int{}}
	opts := []dingtalk.Option{
		dingtalk.WithBaseURL(n.base), dingtalk.WithHTTPClient(&http.Client{Transport: n.transport}), dingtalk.WithLogger(slog.New(count)),
		dingtalk.WithCorpToken(harbor),
	}
	if fetch == "GetSuiteCorpToken" {
		opts = append(opts, dingtalk.WithTicketStore(dingtalk.NewTicketStore()))
	}
	client, err := dingtalk.New(srv.ClientID(), srv.ClientSecret(), opts...)
	require.NoError(t, err)
	if fetch == "GetSuiteCorpToken" {
		_, err := client.SaveSuiteTicket(t.Context(), srv.SendSuiteTicket(), time.Now())
		require.NoError(t, err)
	}
	f.inject(srv, n, fetch, p, false)

	err = operations["GetUser"].call(t.Context(), client)

	want := f.class.expected(p, operations["GetUser"].class)
	assert.Equal(t, want.classes, classesOf(err), "%v", err)
	assert.Equal(t, want.classes == "", err == nil)
	assert.Equal(t, want.attempts, count.byOp[fetch], "attempts at the token")
	assert.Equal(t, err == nil, count.byOp["GetUser"] == 1, "attempts of the operation itself")
}
