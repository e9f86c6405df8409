package mirror

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// after returns middleware that holds the response to a request until release has returned.
func after(request func(*dingtalk.Call) bool, release func(context.Context)) dingtalk.Option {
	return dingtalk.WithMiddleware(func(next dingtalk.Invoker) dingtalk.Invoker {
		return func(ctx context.Context, call *dingtalk.Call) error {
			err := next(ctx, call)
			if request(call) {
				release(ctx)
			}
			return err
		}
	})
}

func isListRoleUsers(call *dingtalk.Call) bool { return call.Op == "ListRoleUsers" }

func isListOfRoot(call *dingtalk.Call) bool {
	req, ok := call.Request.(dingtalk.ListUsersRequest)
	return ok && req.DeptID == dingtalk.RootDepartmentID
}

// The lists of roles take as long as their pages, which would come on top of the time of the departments.
func TestScan_ReadsRolesBesideDepartments(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		role := srv.AddRole(dingtalktest.Role{Name: "Auditor"})
		srv.AddUser(dingtalktest.User{UserID: "zhao.min", RoleList: []dingtalktest.Role{{ID: role, Name: "Auditor"}}})
		listed := make(chan struct{})
		var once sync.Once
		client := srv.Client(
			after(isListRoleUsers, func(context.Context) { once.Do(func() { close(listed) }) }),
			after(isListOfRoot, func(ctx context.Context) {
				select {
				case <-listed:
				case <-time.After(time.Minute):
				case <-ctx.Done():
				}
			}),
		)
		store := NewMemoryStore()
		began := time.Now()
		running(t, client, store, noDetails)
		require.Less(t, time.Since(began), time.Minute, "of virtual time")
		require.Equal(t, []string{"zhao.min"}, holderRows(t, store, role))
	})
}

// A scan keeps the lists of roles until it has the users. Meanwhile a list may have been read again: then that one counts, also
// for those whom it no longer shows.
func TestScan_DropsAListOfHoldersThatIsNotTheLatest(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		dept := srv.AddDepartment(dingtalktest.Department{Name: "Legal"})
		role := srv.AddRole(dingtalktest.Role{Name: "Auditor"})
		for _, id := range []string{"zhao.min", "qian.li"} {
			srv.AddUser(dingtalktest.User{UserID: id, RoleList: []dingtalktest.Role{{ID: role, Name: "Auditor"}}})
		}
		var changed atomic.Bool
		writes := NewWrites()
		var client *dingtalk.Client
		client = srv.Client(dingtalk.WithMiddleware(writes.Middleware), after(isListOfRoot, func(ctx context.Context) {
			if changed.Swap(true) {
				return
			}
			time.Sleep(time.Minute) // the lists of roles have been read
			require.NoError(t, srv.Client().RemoveRolesFromUsers(ctx, dingtalk.RemoveRolesFromUsersRequest{
				RoleIDs: dingtalk.IDList{role}, UserIDs: dingtalk.CommaList{"zhao.min"},
			}))
			require.NoError(t, client.UpdateRoleScope(ctx, dingtalk.UpdateRoleScopeRequest{
				RoleID: role, UserID: "qian.li", DeptIDs: dingtalk.IDList{dept},
			}))
			time.Sleep(time.Minute) // the list of the role has been read again, as a write of the client asks for
		}))
		store := NewMemoryStore()
		m := running(t, client, store, noDetails, WithWrites(writes))
		time.Sleep(time.Minute)
		require.Equal(t, []string{"qian.li"}, holderRows(t, store, role))
		require.NoError(t, m.View(t.Context(), func(v *View) error {
			for h, err := range v.Holders(role) {
				require.NoError(t, err)
				require.Equal(t, []int64{dept}, h.DeptIDs)
			}
			return nil
		}))
		require.Zero(t, status(t, m).Dirty)
		latest := status(t, m).Revision
		for c, err := range m.Changes(t.Context(), 0) {
			require.NoError(t, err)
			require.NotEqual(t, RoleHolderKey(role, "zhao.min"), c.Key, "not even for a moment")
			if c.Revision == latest {
				break
			}
		}
	})
}
