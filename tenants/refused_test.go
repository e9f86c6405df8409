package tenants_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/event"
	"github.com/dingtalk-contacts/dingtalk-go/tenants"
)

func TestTenants_AskOnceAMinuteForAnOrganizationWithoutAuthorization(t *testing.T) {
	t.Parallel()
	for op, cfg := range map[string]tenants.Config{"GetCorpToken": {}, "GetSuiteCorpToken": {Tickets: dingtalk.NewTicketStore()}} {
		t.Run(op, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv := newServer(t, 1)
				apps := newTenants(t, srv, cfg)
				require.NoError(t, apps.Accept(t.Context(), ticketAt(srv.SendSuiteTicket(), time.Now())))
				held, err := apps.Client(corpID(0))
				require.NoError(t, err)
				srv.EndAuthorization(corpID(0)) // and the event does not arrive
				for range 110 {
					_, err := nameIn(t.Context(), apps, corpID(0))
					require.ErrorIs(t, err, dingtalk.ErrPermission)
					require.ErrorContains(t, err, "the organization has not authorized the app")
					_, err = held.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: "zhao.min"})
					require.ErrorIs(t, err, dingtalk.ErrPermission)
					time.Sleep(time.Second)
				}
				assert.Len(t, srv.Calls(op), 2)

				srv.Authorize(corpID(0))
				_, err = nameIn(t.Context(), apps, corpID(0))
				require.ErrorIs(t, err, dingtalk.ErrPermission)
				require.NoError(t, apps.Accept(t.Context(), event.Event{
					Type: event.OrgSuiteAuth, CorpID: corpID(0), CreatedAt: time.Now(), Payload: &event.SuiteAuth{},
				}))
				_, err = nameIn(t.Context(), apps, corpID(0))
				require.NoError(t, err, "the event ends that at once")
			})
		})
	}
}

func TestTenants_AskAgainAfterAnyOtherRefusal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := newServer(t, 1)
		apps := newTenants(t, srv, tenants.Config{})
		srv.Fail("GetUser", dingtalktest.Code(60011), 1)
		_, err := nameIn(t.Context(), apps, corpID(0))
		require.ErrorIs(t, err, dingtalk.ErrPermission, "a permission point is missing")
		_, err = nameIn(t.Context(), apps, corpID(0))
		require.NoError(t, err)
	})
}
