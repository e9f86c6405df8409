package e2e_test

import (
	"net/http"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func TestPace_PermitIsReleasedAfterAPanicOfTheTransport(t *testing.T) {
	t.Parallel()
	for name, transport := range map[string]func(){
		"it panics":                              func() { panic("a bug") },
		"it ends its goroutine, as FailNow does": runtime.Goexit,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv, g := dingtalktest.New(t), &recordingLimiter{}
			client := srv.Client(dingtalk.WithLimiter(g), dingtalk.WithTokenSource(dingtalk.StaticToken("t")),
				dingtalk.WithRetry(dingtalk.RetryPolicy{MaxAttempts: 1}),
				dingtalk.WithHTTPClient(&http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) {
					transport()
					return nil, nil
				})}))
			done := make(chan struct{})
			go func() {
				defer close(done)
				_ = client.DeleteUser(t.Context(), dingtalk.DeleteUserRequest{UserID: "zhao.min"})
			}()
			<-done
			require.Len(t, g.requests, 1)
			assert.Zero(t, g.out)
			assert.Equal(t, []dingtalk.LimitOutcome{{NoResponse: true}}, g.outcomes, "the request may have been sent")
		})
	}
}
