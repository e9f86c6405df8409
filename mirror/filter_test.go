package mirror

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// A filter may leave only some fields, and be new to a store.
func TestMirror_TakesAFilterThatRemovesAllButSomeFields(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		dept := srv.AddDepartment(dingtalktest.Department{Name: "Sales"})
		id := srv.AddUser(dingtalktest.User{Name: "Zhao Min", DeptIDList: []int64{dingtalk.RootDepartmentID, dept}})
		store := NewMemoryStore()
		before, err := Open(t.Context(), srv.Client(), store)
		require.NoError(t, err)
		stop := run(t, before)
		require.NoError(t, before.Ready(t.Context()))
		stop()
		m := running(t, srv.Client(), store, WithFieldFilter(func(u *dingtalk.User) { *u = dingtalk.User{Name: u.Name} }))
		require.NoError(t, m.Rescan(t.Context()))
		time.Sleep(time.Minute)
		u, found := sees(t, m, id)
		require.True(t, found)
		require.Equal(t, dingtalk.User{UserID: id, Name: "Zhao Min", DeptIDList: []int64{dingtalk.RootDepartmentID, dept}}, u.User)
		report, err := m.Verify(t.Context())
		require.NoError(t, err)
		require.Empty(t, report.Differences)
	})
}
