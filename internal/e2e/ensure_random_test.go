package e2e_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// TestEnsureUser_ConvergesUnderRandomFaults injects random faults and compares the result with the state of the server.
func TestEnsureUser_ConvergesUnderRandomFaults(t *testing.T) {
	t.Parallel()
	faults := []dingtalktest.Fault{
		dingtalktest.LostResponse, dingtalktest.DropConnection, dingtalktest.Throttled, dingtalktest.CutBody,
		dingtalktest.SystemBusy, dingtalktest.SystemBusy.AfterWork(), dingtalktest.HTTPStatus(502), dingtalktest.Slow(0),
	}
	for seed := range uint64(300) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				r := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // repeatable is what it is to be
				client := srv.Client()
				start := zhaoMin()
				start.Title = "before"
				existed := r.IntN(3) == 0
				if existed {
					_, err := client.CreateUser(t.Context(), start)
					require.NoError(t, err)
				}
				for range r.IntN(12) {
					op := []string{"CreateUser", "GetUser", "UpdateUser"}[r.IntN(3)]
					srv.Fail(op, faults[r.IntN(len(faults))], 1)
				}
				want := fullUser()
				res, err := client.EnsureUser(t.Context(), want)
				stored, there := srv.User("zhao.min")
				asWanted := there && stored.Title == want.Title && stored.Email == want.Email
				switch {
				case err == nil:
					assert.True(t, asWanted, "%+v", res)
					assert.Equal(t, "zhao.min", res.UserID)
					assert.Equal(t, existed, res.Action == dingtalk.EnsureUpdated || res.Action == dingtalk.EnsureUnchanged)
				case asError(t, err) != nil && classesOf(err) == "":
					assert.Fail(t, "an error without a class", "%v", err)
				case classesOf(err) != "" && !isUnknown(err):
					assert.Equal(t, existed, there, "nothing was done: %v", err)
					assert.False(t, asWanted, "%v", err)
				}
				assert.LessOrEqual(t, len(srv.Users()), 1)

				// Calling again converges in every case.
				for range 12 {
					if _, err = client.EnsureUser(t.Context(), want); err == nil {
						break
					}
				}
				require.NoError(t, err)
				stored, _ = srv.User("zhao.min")
				assert.Equal(t, want.Title, stored.Title)
				assert.Len(t, srv.Users(), 1)
			})
		})
	}
}
