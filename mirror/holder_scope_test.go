package mirror

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// The list of a role shows users whom the app does not see. A mirror has none of them, nor that they have the role.
func TestScan_KeepsNoHolderWhomTheAppDoesNotSee(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv, small := divided(t)
		role := srv.AddRole(dingtalktest.Role{Name: "Auditor"})
		auditor := func(id string, dept ...int64) {
			srv.AddUser(dingtalktest.User{UserID: id, DeptIDList: dept, RoleList: []dingtalktest.Role{{ID: role, Name: "Auditor"}}})
		}
		auditor("seen", small)
		auditor("unseen")
		srv.SetContactScope([]int64{small}, nil)
		store := NewMemoryStore()
		m := running(t, srv.Client(), store, noDetails)
		time.Sleep(time.Minute)
		require.NoError(t, m.Rescan(t.Context()))
		time.Sleep(time.Minute)
		require.Equal(t, []string{"seen"}, holderRows(t, store, role))
		srv.SetContactScope([]int64{dingtalk.RootDepartmentID}, nil)
		require.NoError(t, m.Rescan(t.Context()))
		time.Sleep(time.Minute)
		require.Equal(t, []string{"seen", "unseen"}, holderRows(t, store, role))
	})
}

// A list of a role that is read before the department of a user is read again once the mirror has the user.
func TestHolder_OfANewUserIsReadAgain(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv, small := divided(t)
		role := srv.AddRole(dingtalktest.Role{Name: "Auditor"})
		store := NewMemoryStore()
		m := running(t, srv.Client(), store, noDetails)
		time.Sleep(time.Minute)
		srv.AddUser(dingtalktest.User{
			UserID: "new", DeptIDList: []int64{small}, RoleList: []dingtalktest.Role{{ID: role, Name: "Auditor"}},
		})
		require.NoError(t, m.Refresh(t.Context(), UserKey("new")))
		time.Sleep(time.Minute)
		require.Equal(t, []string{"new"}, holderRows(t, store, role))
	})
}

func holderRows(t *testing.T, store Store, role int64) (users []string) {
	t.Helper()
	prefix := appendID([]byte{prefixRoleHolder}, role)
	require.NoError(t, store.View(t.Context(), func(r Reader) error {
		return eachWithPrefix(r, prefix, func(key, _ []byte) error {
			users = append(users, string(key[len(prefix):]))
			return nil
		})
	}))
	return users
}
