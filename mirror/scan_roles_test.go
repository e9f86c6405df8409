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
// for those whom it no longer shows, and also if the mirror did not have the users yet.
func TestScan_DropsAListOfHoldersThatIsNotTheLatest(t *testing.T) {
	for name, slow := range map[string]time.Duration{"": 0, "while a user is read": 5 * time.Minute} {
		t.Run(name, func(t *testing.T) {
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
				client = srv.Client(
					dingtalk.WithMiddleware(writes.Middleware),
					after(func(call *dingtalk.Call) bool { return call.Op == "GetUser" }, func(context.Context) { time.Sleep(slow) }),
					after(isListOfRoot, func(ctx context.Context) {
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
					}),
				)
				store := NewMemoryStore()
				m := running(t, client, store, noDetails, WithWrites(writes))
				time.Sleep(8 * time.Minute) // before the next scan
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
		})
	}
}

// A role that is deleted while a scan keeps its list has no holders.
func TestScan_DropsTheListOfARoleThatIsGone(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		role := srv.AddRole(dingtalktest.Role{Name: "Auditor"})
		srv.AddUser(dingtalktest.User{UserID: "zhao.min", RoleList: []dingtalktest.Role{{ID: role, Name: "Auditor"}}})
		store := NewMemoryStore()
		var m *Mirror
		var changed atomic.Bool
		client := srv.Client(after(isListOfRoot, func(ctx context.Context) {
			if changed.Swap(true) {
				return
			}
			time.Sleep(time.Minute)
			other := srv.Client()
			require.NoError(t, other.RemoveRolesFromUsers(ctx, dingtalk.RemoveRolesFromUsersRequest{
				RoleIDs: dingtalk.IDList{role}, UserIDs: dingtalk.CommaList{"zhao.min"},
			}))
			require.NoError(t, other.DeleteRole(ctx, dingtalk.DeleteRoleRequest{RoleID: role}))
			require.NoError(t, m.Refresh(ctx, RoleKey(role)))
		}))
		m, err := Open(t.Context(), client, store, seldom, noDetails)
		require.NoError(t, err)
		run(t, m)
		require.NoError(t, m.Ready(t.Context()))
		require.Empty(t, holderRows(t, store, role))
	})
}

// A role that was read alone meanwhile, because of its new name for example, is no reason to read its holders one by one.
func TestScan_ReadsNoHolderAloneWhenARoleWasReadMeanwhile(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		role := srv.AddRole(dingtalktest.Role{Name: "Auditor"})
		for range 150 {
			srv.AddUser(dingtalktest.User{RoleList: []dingtalktest.Role{{ID: role, Name: "Auditor"}}})
		}
		var held atomic.Bool
		var single atomic.Int64
		m := running(t, srv.Client(
			after(isListOfRoot, func(context.Context) {
				if held.Load() {
					time.Sleep(time.Minute)
				}
			}),
			after(func(call *dingtalk.Call) bool { return call.Op == "GetUser" }, func(context.Context) { single.Add(1) }),
		), NewMemoryStore(), noDetails)
		time.Sleep(10 * time.Minute)
		for name, touch := range map[string]Key{"the role": RoleKey(role), "who has it": holdersKey(role)} {
			single.Store(0)
			held.Store(true)
			scanned := make(chan error)
			go func() { scanned <- m.Rescan(t.Context()) }()
			time.Sleep(30 * time.Second)
			if touch.Kind == kindHolders {
				require.NoError(t, m.update(t.Context(), func(tx *transaction) error {
					_, err := tx.mark(touch, mark{source: SourceOwnWrite, now: true})
					return err
				}))
			} else {
				require.NoError(t, m.Refresh(t.Context(), touch))
			}
			require.NoError(t, <-scanned)
			require.Zero(t, single.Load(), name)
			require.Zero(t, status(t, m).Dirty, name)
			held.Store(false)
		}
	})
}

// An app that may not read roles gets its users at once nevertheless.
func TestScan_ReadsDepartmentsWithoutThePermissionForRoles(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		dept := srv.AddDepartment(dingtalktest.Department{Name: "Legal"})
		srv.AddUser(dingtalktest.User{UserID: "zhao.min", DeptIDList: []int64{dept}})
		refuse := dingtalk.WithMiddleware(func(next dingtalk.Invoker) dingtalk.Invoker {
			return func(ctx context.Context, call *dingtalk.Call) error {
				if call.Op == "ListRoles" {
					return &dingtalk.Error{Op: call.Op, Code: 60011}
				}
				return next(ctx, call)
			}
		})
		slow := after(isListOfRoot, func(context.Context) { time.Sleep(time.Second) })
		m, err := Open(t.Context(), srv.Client(refuse, slow), NewMemoryStore(), seldom)
		require.NoError(t, err)
		run(t, m)
		time.Sleep(10 * time.Second)
		_, found := sees(t, m, "zhao.min")
		require.True(t, found)
		require.Error(t, status(t, m).PauseCause)
	})
}
