package e2e_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func TestBlocked_ReturnsWhatACallWouldMeet(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		fault dingtalktest.Fault
		class error
		lasts time.Duration
	}{
		"ban":           {dingtalktest.BanPage, dingtalk.ErrRateLimited, 5 * time.Minute},
		"foreign pages": {dingtalktest.PortalPage, dingtalk.ErrTransient, 5 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv := dingtalktest.New(t)
				client := srv.Client()
				srv.Fail("CountUsers", tc.fault, 1)
				require.NoError(t, client.Blocked())
				_, err := client.CountUsers(t.Context(), dingtalk.CountUsersRequest{})
				require.ErrorIs(t, err, tc.class)

				time.Sleep(time.Second)
				for _, c := range []*dingtalk.Client{client, client.Bulk()} {
					e, ok := errors.AsType[*dingtalk.Error](c.Blocked())
					require.True(t, ok)
					assert.ErrorIs(t, e, tc.class)
					assert.Equal(t, tc.lasts-time.Second, e.RetryAfter)
				}
				_, err = client.CountUsers(t.Context(), dingtalk.CountUsersRequest{})
				require.ErrorIs(t, err, tc.class)
				assert.Len(t, srv.Calls("CountUsers"), 1, "the call was not sent")

				time.Sleep(tc.lasts - time.Second)
				require.NoError(t, client.Blocked())
				_, err = client.CountUsers(t.Context(), dingtalk.CountUsersRequest{})
				require.NoError(t, err)
				require.NoError(t, client.Blocked())
			})
		})
	}
}
