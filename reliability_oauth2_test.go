package dingtalk_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// TestEveryFaultOnTheOAuth2Token is the same for the other way to a token: a call ends alike under its faults.
func TestEveryFaultOnTheOAuth2Token(t *testing.T) {
	t.Parallel()
	for i := range matrix {
		r := &matrix[i]
		for _, w := range []when{tokenFirst, tokenEvery} {
			for _, op := range []string{"GetUser", "CreateUser"} {
				if r.numbered {
					continue
				}
				t.Run(fmt.Sprintf("%s/%s/%s", op, r.name, w), func(t *testing.T) {
					t.Parallel()
					scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
						if op == "GetUser" {
							peopled(srv)
						}
						tryOAuth2Cell(t, srv, r, op, w)
					})
				})
			}
		}
	}
}

func tryOAuth2Cell(t *testing.T, srv *dingtalktest.Server, r *row, op string, w when) {
	t.Helper()
	n := newNetwork(t, srv, r.dial == untrusted || r.dial == hangsUp)
	count := &attempts{byOp: map[string]int{}}
	opts := []dingtalk.Option{
		dingtalk.WithBaseURL(n.base), dingtalk.WithHTTPClient(&http.Client{Transport: n.transport}),
		dingtalk.WithLogger(slog.New(count)),
	}
	src, err := dingtalk.OAuth2TokenSource(srv.ClientID(), srv.ClientSecret(), opts...)
	require.NoError(t, err)
	dingtalk.LimitSourceAnswers(src, answerLimit)
	client, err := dingtalk.New("", "", append(opts, dingtalk.WithTokenSource(src))...)
	require.NoError(t, err)
	r.set(srv, n, "GetOAuth2Token", w)

	err = operations[op](t.Context(), client)

	want := r.expected(w, columnOf[op])
	assert.Equal(t, want.classes, classesOf(err), "%v", err)
	assert.Equal(t, want.classes == "", err == nil)
	assert.Equal(t, want.attempts, count.byOp["GetOAuth2Token"], "attempts at the token")
	assert.Zero(t, count.byOp["GetToken"])
	assert.Equal(t, err == nil, count.byOp[op] == 1, "attempts")
	assert.Equal(t, err == nil && op == "CreateUser", op == "CreateUser" && applied(srv, creates), "applied")
}
