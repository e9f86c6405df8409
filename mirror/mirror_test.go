package mirror

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/event"
)

func TestMirror_HasEverythingAfterTheFirstScan(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t, dingtalktest.WithSampleOrg(20, 300, 1))
		m := running(t, srv.Client(), NewMemoryStore())
		s := status(t, m)
		require.True(t, s.Ready)
		require.True(t, s.Leading)
		require.Equal(t, len(srv.Users()), s.Users)
		require.Equal(t, len(srv.Departments()), s.Departments)
		time.Sleep(time.Minute)
		for _, stored := range srv.Users() {
			u, found := sees(t, m, stored.UserID)
			require.True(t, found)
			require.True(t, u.Detail)
			require.Equal(t, ofServer(stored), ofMirror(u.User))
		}
		report, err := m.Verify(t.Context())
		require.NoError(t, err)
		require.Equal(t, Report{Users: len(srv.Users()), Departments: len(srv.Departments()), Roles: len(srv.Roles())}, report)
	})
}

func TestMirror_ShowsWhatAnEventAnnounces(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		m := running(t, srv.Client(), NewMemoryStore(), func(o *options) { o.detailEvery = time.Hour })
		id := srv.AddUser(dingtalktest.User{Name: "Zhao Min"})
		require.NoError(t, m.Accept(t.Context(), userEvent(event.UserAddOrg, id)))
		time.Sleep(time.Second)
		u, found := sees(t, m, id)
		require.True(t, found)
		require.Equal(t, "Zhao Min", u.Name)
		require.True(t, u.Detail)

		srv.Leave(id, dingtalktest.Leave{})
		require.NoError(t, m.Accept(t.Context(), userEvent(event.UserLeaveOrg, id)))
		time.Sleep(time.Second)
		_, found = sees(t, m, id)
		require.False(t, found)
		require.Zero(t, status(t, m).Dirty, "both reads showed what was announced")
	})
}

func TestMirror_NamesRolesAndTheirHolders(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		role := srv.AddRole(dingtalktest.Role{Name: "Auditor", GroupName: "Finance"})
		dept := srv.AddDepartment(dingtalktest.Department{Name: "Sales"})
		id := srv.AddUser(dingtalktest.User{Name: "Zhao Min", DeptIDList: []int64{dept}})
		admin := srv.AdminClient()
		require.NoError(t, admin.AddRolesToUsers(t.Context(), dingtalk.AddRolesToUsersRequest{RoleIDs: dingtalk.IDList{role}, UserIDs: dingtalk.CommaList{id}}))
		require.NoError(t, admin.UpdateRoleScope(t.Context(), dingtalk.UpdateRoleScopeRequest{UserID: id, RoleID: role, DeptIDs: dingtalk.IDList{dept}}))
		m := running(t, srv.Client(), NewMemoryStore())
		time.Sleep(time.Second) // for the details
		require.NoError(t, m.View(t.Context(), func(v *View) error {
			u, err := v.User(id)
			require.NoError(t, err)
			require.Equal(t, []dingtalk.UserRole{{ID: role, Name: "Auditor", GroupName: "Finance"}}, u.RoleList)
			var holders []RoleHolder
			for h, err := range v.Holders(role) {
				require.NoError(t, err)
				holders = append(holders, h)
			}
			require.Equal(t, []RoleHolder{{RoleID: role, UserID: id, Limited: true, DeptIDs: []int64{dept}}}, holders)
			r, err := v.Role(role)
			require.NoError(t, err)
			group, err := v.RoleGroup(r.GroupID)
			require.NoError(t, err)
			require.Equal(t, "Finance", group.Name)
			for d, err := range v.Children(dingtalk.RootDepartmentID) {
				require.NoError(t, err)
				require.Equal(t, "Sales", d.Name)
			}
			return nil
		}))
	})
}

func TestMirror_RefreshReadsAtOnce(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		m := running(t, srv.Client(), NewMemoryStore())
		id := srv.AddUser(dingtalktest.User{})
		require.NoError(t, m.Refresh(t.Context(), UserKey(id)))
		_, found := sees(t, m, id)
		require.True(t, found)
		require.NoError(t, m.Refresh(t.Context(), UserKey("no.such.user")))
		require.Error(t, m.Refresh(t.Context(), Key{Kind: "pet"}))
		require.Error(t, m.Refresh(t.Context(), UserKey("")))
		require.Error(t, m.Refresh(t.Context(), Key{Kind: kindScan}), "that is Rescan")
		require.Error(t, m.Refresh(t.Context(), Key{Kind: kindContents, ID: 1}))
		require.Error(t, m.Refresh(t.Context(), Key{Kind: KindDepartment, ID: 1, UserID: id}))
	})
}

func TestMirror_ReadsEverythingAfterAGap(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		m := running(t, srv.Client(), NewMemoryStore())
		id := srv.AddUser(dingtalktest.User{})
		m.Gap(event.Gap{Cause: "a test"})
		time.Sleep(time.Second)
		_, found := sees(t, m, id)
		require.True(t, found)
	})
}

// A user is added without an event, and the next scan would be in an hour.
func TestMirror_CountsUsersBetweenScans(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		m := running(t, srv.Client(), NewMemoryStore(), func(o *options) { o.scanEvery = time.Hour })
		time.Sleep(2 * time.Minute)
		id := srv.AddUser(dingtalktest.User{})
		time.Sleep(3 * time.Minute)
		_, found := sees(t, m, id)
		require.True(t, found)
	})
}

func TestMirror_ReadsAgainWhatItsClientWrites(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t, dingtalktest.WithoutOwnEvents())
		writes := NewWrites()
		client := srv.Client(dingtalk.WithMiddleware(writes.Middleware))
		m := running(t, client, NewMemoryStore(), WithWrites(writes))
		res, err := client.CreateUser(t.Context(), dingtalk.CreateUserRequest{Name: "Li Lei", Mobile: "13800001111", DeptIDList: dingtalk.IDList{1}})
		require.NoError(t, err)
		dept, err := client.CreateDepartment(t.Context(), dingtalk.CreateDepartmentRequest{Name: "Sales", ParentID: 1})
		require.NoError(t, err)
		group, err := client.CreateRoleGroup(t.Context(), dingtalk.CreateRoleGroupRequest{Name: "Finance"})
		require.NoError(t, err)
		role, err := client.CreateRole(t.Context(), dingtalk.CreateRoleRequest{RoleName: "Auditor", GroupID: group.GroupID})
		require.NoError(t, err)
		require.NoError(t, client.AddRolesToUsers(t.Context(), dingtalk.AddRolesToUsersRequest{RoleIDs: dingtalk.IDList{role.RoleID}, UserIDs: dingtalk.CommaList{res.UserID}}))
		require.NoError(t, client.UpdateRoleScope(t.Context(), dingtalk.UpdateRoleScopeRequest{UserID: res.UserID, RoleID: role.RoleID, DeptIDs: dingtalk.IDList{dept.DeptID}}))
		time.Sleep(time.Second)
		u, found := sees(t, m, res.UserID)
		require.True(t, found)
		require.Equal(t, "Auditor", u.RoleList[0].Name)
		require.NoError(t, m.View(t.Context(), func(v *View) error {
			d, err := v.Department(dept.DeptID)
			require.NoError(t, err)
			require.Equal(t, "Sales", d.Name)
			for h, err := range v.Holders(role.RoleID) {
				require.NoError(t, err)
				require.Equal(t, []int64{dept.DeptID}, h.DeptIDs)
			}
			return nil
		}))
		require.NoError(t, client.DeleteUser(t.Context(), dingtalk.DeleteUserRequest{UserID: res.UserID}))
		time.Sleep(time.Second)
		_, found = sees(t, m, res.UserID)
		require.False(t, found)
	})
}

// The app sees a user, but not the user's department. That the department cannot be read must not lead to reads without end.
func TestMirror_LeavesWhatTheAppMayNotSee(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t, dingtalktest.WithContactScope(nil, []string{"zhao.min"}))
		dept := srv.AddDepartment(dingtalktest.Department{Name: "Board"})
		srv.AddUser(dingtalktest.User{UserID: "zhao.min", DeptIDList: []int64{dept}})
		srv.AddUser(dingtalktest.User{UserID: "li.lei", DeptIDList: []int64{dept}})
		m := running(t, srv.Client(), NewMemoryStore())
		require.NoError(t, m.Accept(t.Context(), userEvent(event.UserModifyOrg, "li.lei")))
		time.Sleep(5 * time.Minute)
		_, found := sees(t, m, "zhao.min")
		require.True(t, found)
		_, found = sees(t, m, "li.lei")
		require.False(t, found)
		require.Less(t, len(srv.Calls("GetDepartment")), 20)
		require.Zero(t, status(t, m).Dirty)
	})
}

func TestMirror_StoresNothingThatTheFilterRemoves(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		id := srv.AddUser(dingtalktest.User{Name: "Zhao Min", Mobile: "13800002222"})
		store := NewMemoryStore()
		m := running(t, srv.Client(), store, WithFieldFilter(func(u *dingtalk.User) { u.Mobile, u.UserID, u.DeptIDList = "", "", nil }))
		time.Sleep(time.Minute)
		u, found := sees(t, m, id)
		require.True(t, found)
		require.Empty(t, u.Mobile)
		require.Equal(t, []int64{1}, u.DeptIDList)
		require.NotContains(t, dump(t, store), "13800002222")
	})
}

func TestMirror_TakesNoEventsOfAnotherOrganization(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		m := running(t, srv.Client(), NewMemoryStore())
		e := userEvent(event.UserAddOrg, "zhao.min")
		e.CorpID = srv.CorpID()
		require.NoError(t, m.Accept(t.Context(), e))
		e.CorpID = "ding-another"
		e.Payload = &event.UserChange{UserIDs: []string{"li.lei"}}
		require.NoError(t, m.Accept(t.Context(), e))
		require.Equal(t, 1, status(t, m).Dirty)
	})
}

// Another process may have learned the organization.
func TestAccept_TakesNoEventsOfAnotherOrganizationThanAnotherProcess(t *testing.T) {
	t.Parallel()
	srv, store := dingtalktest.New(t), NewMemoryStore()
	open := func() *Mirror {
		m, err := Open(t.Context(), srv.Client(), store)
		require.NoError(t, err)
		return m
	}
	one, other := open(), open()
	accept := func(m *Mirror, corpID, userID string) {
		e := userEvent(event.UserAddOrg, userID)
		e.CorpID = corpID
		require.NoError(t, m.Accept(t.Context(), e))
	}
	accept(one, "ding-this", "zhao.min")
	accept(other, "ding-another", "li.lei")
	require.Equal(t, 1, status(t, one).Dirty)
	accept(other, "ding-this", "han.mei")
	require.Equal(t, 2, status(t, one).Dirty)
}

// A process that does not lead could not store a gap.
func TestGap_IsStoredWithWhatIsStoredNext(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv, store := dingtalktest.New(t), NewMemoryStore()
		leads := running(t, srv.Client(), store)
		full := &fullStore{Store: store}
		accepts, err := Open(t.Context(), srv.Client(), full)
		require.NoError(t, err)
		missed, id := srv.AddUser(dingtalktest.User{}), srv.AddUser(dingtalktest.User{})
		full.full.Store(true)
		accepts.Gap(event.Gap{Cause: "a test"})
		require.Error(t, accepts.Accept(t.Context(), userEvent(event.UserAddOrg, id)))
		full.full.Store(false)
		require.NoError(t, accepts.Accept(t.Context(), userEvent(event.UserAddOrg, id)))
		time.Sleep(time.Second)
		_, found := sees(t, leads, missed)
		require.True(t, found)
	})
}

func TestMirror_PausesWhileEveryCallWouldBeRefused(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		m := running(t, srv.Client(), NewMemoryStore(), func(o *options) { o.scanEvery, o.detailEvery = time.Hour, time.Hour })
		id := srv.AddUser(dingtalktest.User{})
		srv.Fail("GetUser", dingtalktest.PermissionMissing, 1)
		require.NoError(t, m.Accept(t.Context(), userEvent(event.UserAddOrg, id)))
		time.Sleep(time.Second)
		s := status(t, m)
		require.ErrorIs(t, s.PauseCause, dingtalk.ErrPermission)
		require.True(t, s.PausedUntil.After(time.Now()))
		require.Equal(t, 1, s.Dirty)
		time.Sleep(time.Minute)
		_, found := sees(t, m, id)
		require.True(t, found)
		require.NoError(t, status(t, m).PauseCause)
	})
}

// What a read fails for is tried again, and more and more seldom.
func TestMirror_TriesAgainAfterAnError(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		m := running(t, srv.Client(), NewMemoryStore(), func(o *options) { o.scanEvery, o.detailEvery, o.countEvery = time.Hour, time.Hour, time.Hour })
		id := srv.AddUser(dingtalktest.User{})
		srv.Fail("GetUser", dingtalktest.SystemBusy, 30)
		require.NoError(t, m.Accept(t.Context(), userEvent(event.UserAddOrg, id)))
		time.Sleep(time.Hour)
		_, found := sees(t, m, id)
		require.True(t, found)
	})
}

func TestMirror_GoesOnAfterTheStoreFailed(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		store := &fullStore{Store: NewMemoryStore()}
		m := running(t, srv.Client(), store)
		store.full.Store(true)
		id := srv.AddUser(dingtalktest.User{})
		require.ErrorIs(t, m.Accept(t.Context(), userEvent(event.UserAddOrg, id)), errFull, "the event must not be acknowledged")
		time.Sleep(time.Hour)
		store.full.Store(false)
		require.NoError(t, m.Accept(t.Context(), userEvent(event.UserAddOrg, id)))
		time.Sleep(2 * time.Minute)
		_, found := sees(t, m, id)
		require.True(t, found)
	})
}

var errFull = errors.New("the disk is full")

func TestMirror_OneProcessLeads(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		store := NewMemoryStore()
		first := running(t, srv.Client(), store)
		second, err := Open(t.Context(), srv.Client(), store)
		require.NoError(t, err)
		run(t, second)
		id := srv.AddUser(dingtalktest.User{})
		require.NoError(t, second.Accept(t.Context(), userEvent(event.UserAddOrg, id)))
		time.Sleep(time.Second)
		_, found := sees(t, second, id)
		require.True(t, found)
		require.True(t, status(t, first).Leading)
		require.False(t, status(t, second).Leading)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.NoError(t, second.Rescan(ctx))
	})
}
