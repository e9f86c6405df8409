package e2e_test

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/callback"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/event"
	"github.com/dingtalk-contacts/dingtalk-go/stream"
	"github.com/dingtalk-contacts/dingtalk-go/tenants"
)

// failingTickets is a store that fails every third time.
type failingTickets struct {
	dingtalk.TicketStore
	saves atomic.Int64
}

func (s *failingTickets) SaveTicket(ctx context.Context, key string, ticket dingtalk.StoredTicket) (bool, error) {
	if s.saves.Add(1)%3 == 0 {
		return false, errors.New("the disk is full")
	}
	return s.TicketStore.SaveTicket(ctx, key, ticket)
}

// receivers connect the app of a server to its events.
var receivers = map[string]func(t *testing.T, srv *dingtalktest.Server, apps *tenants.Tenants) (stop func()){
	"stream": func(t *testing.T, srv *dingtalktest.Server, apps *tenants.Tenants) func() {
		t.Helper()
		receiver, err := stream.New(srv.ClientID(), srv.ClientSecret(), apps, stream.WithHTTPClient(&http.Client{Transport: srv.Transport()}))
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			_ = receiver.Run(ctx)
		}()
		return func() { cancel(); <-ended }
	},
	"callback of the suite key": func(t *testing.T, srv *dingtalktest.Server, apps *tenants.Tenants) func() {
		t.Helper()
		return receiveCallbacks(t, srv, apps, false)
	},
	"SyncHTTP push": func(t *testing.T, srv *dingtalktest.Server, apps *tenants.Tenants) func() {
		t.Helper()
		return receiveCallbacks(t, srv, apps, true)
	},
}

// receiveCallbacks hands the events of a server to an acceptor, through a callback that is owned by the suite key.
func receiveCallbacks(t *testing.T, srv *dingtalktest.Server, to event.Acceptor, syncHTTP bool) (stop func()) {
	t.Helper()
	h, err := callback.NewHandler(callback.Config{
		Token: callbackKey.Token, AESKey: callbackKey.AESKey, Owners: []string{"suiteexample01"},
	}, to)
	require.NoError(t, err)
	srv.CallbackTo(h, dingtalktest.CallbackConfig{
		Token: callbackKey.Token, AESKey: callbackKey.AESKey, Owner: "suiteexample01", SyncHTTP: syncHTTP,
	})
	return func() {}
}

// What a server sends as SyncHTTP push arrives as the events that it is.
func TestTenants_ReceiveEachEventOfSyncHTTP(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := newProvider(t, dingtalktest.WithCredentials("suiteexample01", "suite-secret-0001"))
		var got []event.Event
		apps, err := tenants.New(srv.ClientID(), srv.ClientSecret(), tenants.Config{
			Tickets: dingtalk.NewTicketStore(), Options: []dingtalk.Option{dingtalk.WithHTTPClient(&http.Client{Transport: srv.Transport()})},
			Next: event.AcceptFunc(func(_ context.Context, e event.Event) error {
				got = append(got, e)
				return nil
			}),
		})
		require.NoError(t, err)
		defer receiveCallbacks(t, srv, apps, true)()
		synctest.Wait()
		got = nil // of the authorizations before
		ticket := srv.SendSuiteTicket()
		synctest.Wait()
		client, err := apps.Client(organizations[0])
		require.NoError(t, err)
		_, err = client.CreateUser(t.Context(), dingtalk.CreateUserRequest{
			UserID: "li.lei", Name: "Li Lei", Mobile: "13800001111", DeptIDList: dingtalk.IDList{1},
		})
		require.NoError(t, err)
		synctest.Wait()
		dept, err := client.CreateDepartment(t.Context(), dingtalk.CreateDepartmentRequest{Name: "Sales", ParentID: 1})
		require.NoError(t, err)
		synctest.Wait()
		require.NoError(t, client.DeleteDepartment(t.Context(), dingtalk.DeleteDepartmentRequest{DeptID: dept.DeptID}))
		synctest.Wait()
		require.NoError(t, client.DeleteUser(t.Context(), dingtalk.DeleteUserRequest{UserID: "li.lei"}))
		synctest.Wait()
		srv.EndAuthorization(organizations[0])
		synctest.Wait()

		var types []event.Type
		for _, e := range got {
			types = append(types, e.Type)
			assert.Contains(t, string(e.Raw), `"biz_type"`)
			if e.Type != event.SuiteTicketPush {
				assert.Equal(t, organizations[0], e.CorpID)
			}
			switch change := e.Payload.(type) {
			case *event.SuiteTicket:
				assert.Equal(t, ticket.Reveal(), change.Ticket.Reveal())
			case *event.UserChange:
				assert.Equal(t, []string{"li.lei"}, change.UserIDs, e.Type)
				if e.Type == event.UserAddOrg && assert.NotNil(t, change.User) {
					assert.Equal(t, "Li Lei", change.User.Name)
					assert.Equal(t, map[int64]bool{1: false}, change.User.IsLeaderInDepts)
				}
			case *event.DepartmentChange:
				assert.Equal(t, []int64{dept.DeptID}, change.DeptIDs, e.Type)
				assert.Equal(t, e.Type == event.OrgDeptCreate, change.Department != nil)
			}
		}
		assert.Equal(t, []event.Type{
			event.SuiteTicketPush, event.UserAddOrg, event.OrgDeptCreate, event.OrgDeptRemove, event.UserLeaveOrg, event.OrgSuiteRelieve,
		}, types)
		_, err = apps.Client(organizations[0])
		require.ErrorIs(t, err, dingtalk.ErrPermission)

		got = nil
		srv.Authorize(organizations[0])
		synctest.Wait()
		require.Len(t, got, 1)
		auth, ok := got[0].Payload.(*event.SuiteAuth)
		require.True(t, ok, "%v", got[0])
		assert.Equal(t, organizations[0], auth.CorpID)
		assert.Equal(t, organizations[0], auth.CorpName, "it is in snake_case")
		assert.NotEmpty(t, auth.PermanentCode.Reveal())
		assert.NotEmpty(t, auth.AgentIDs)
	})
}

// Tickets come twice, late and out of order, acknowledgements are lost, and the store of the app fails: the latest ticket is the
// one that is used, and each authorization is what it last was.
func TestTenants_TicketsAndAuthorizationsOutOfOrderLoseNothing(t *testing.T) {
	t.Parallel()
	for name, receive := range receivers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv := newProvider(t, dingtalktest.WithCredentials("suiteexample01", "suite-secret-0001"))
				tickets := &failingTickets{TicketStore: dingtalk.NewTicketStore()}
				apps, err := tenants.New(srv.ClientID(), srv.ClientSecret(), tenants.Config{
					Tickets: tickets, Options: []dingtalk.Option{dingtalk.WithHTTPClient(&http.Client{Transport: srv.Transport()})},
				})
				require.NoError(t, err)
				defer receive(t, srv, apps)()
				time.Sleep(time.Minute) // until it is connected
				srv.Disturb(11, dingtalktest.Disturbance{
					Double: 0.4, Reorder: 0.5, Delay: 20 * time.Second, NoAck: 0.2, WrongSignature: 0.1, WrongOwner: 0.1,
				})
				for range 8 {
					for range 3 { // within a short time, so that they overtake one another
						srv.SendSuiteTicket()
						time.Sleep(100 * time.Millisecond)
					}
					time.Sleep(3 * time.Minute)
					client, err := apps.Client(organizations[0])
					require.NoError(t, err)
					_, err = client.RenewToken(t.Context())
					require.NoError(t, err, "the latest ticket is stored")
				}
				assert.Greater(t, len(srv.Deliveries("suite_ticket")), 24, "some came more than once")
				assert.Greater(t, tickets.saves.Load(), int64(24))

				for range 5 {
					srv.EndAuthorization(organizations[1])
					time.Sleep(100 * time.Millisecond)
					srv.Authorize(organizations[1])
				}
				time.Sleep(3 * time.Minute)
				client, err := apps.Client(organizations[1])
				require.NoError(t, err)
				require.NoError(t, getZhaoMin(t.Context(), client), "it has authorized the app again")
				srv.EndAuthorization(organizations[1])
				time.Sleep(30 * time.Second)
				_, err = apps.Client(organizations[1])
				require.ErrorIs(t, err, dingtalk.ErrPermission, "the event came")
			})
		})
	}
}
