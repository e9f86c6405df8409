package dingtalktest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// A walk of the tree and all pages reads what is stored, unusual names, huge orders and people in several departments
// included.
func TestSampleOrg_IsReadAsItIsStored(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t, dingtalktest.Strict(), dingtalktest.WithSampleOrg(80, 1500, 3))
	client, ctx := srv.Client(), t.Context()

	users := map[string]dingtalktest.User{}
	members := map[int64]map[string]bool{}
	for _, u := range srv.Users() {
		users[u.UserID] = u
		for _, id := range u.DeptIDList {
			if members[id] == nil {
				members[id] = map[string]bool{}
			}
			members[id][u.UserID] = true
		}
	}
	found := map[string]bool{}
	queue := []int64{dingtalk.RootDepartmentID}
	for i := 0; i < len(queue); i++ {
		id := queue[i]
		below, err := client.ListSubDepartmentIDs(ctx, dingtalk.ListSubDepartmentIDsRequest{DeptID: id})
		require.NoError(t, err)
		queue = append(queue, below.DeptIDList...)

		dept, err := client.GetDepartment(ctx, dingtalk.GetDepartmentRequest{DeptID: id})
		require.NoError(t, err)
		stored, ok := srv.Department(id)
		require.True(t, ok)
		assert.Equal(t, stored.Name, dept.Name)
		assert.Equal(t, stored.ParentID, dept.ParentID)
		assert.Equal(t, stored.Order, dept.Order)
		assert.ElementsMatch(t, stored.DeptManagerUserIDList, dept.DeptManagerUserIDList)
		assert.ElementsMatch(t, stored.UserPermits, dept.UserPermits)
		assert.EqualValues(t, len(members[id]), dept.OwningMemberCount)

		for got, err := range client.DepartmentUsers(ctx, dingtalk.ListUsersRequest{DeptID: id}) {
			require.NoError(t, err)
			want := users[got.UserID]
			require.True(t, members[id][got.UserID], "once a department, and no other person")
			delete(members[id], got.UserID)
			found[got.UserID] = true

			assert.Equal(t, want.Name, got.Name)
			assert.Equal(t, want.StateCode+want.Mobile, got.StateCode+got.Mobile)
			assert.Equal(t, want.DeptIDList, got.DeptIDList)
			assert.Equal(t, want.Extension, string(got.Extension))
			assert.True(t, want.HiredDate.Equal(got.HiredDate.Time))
			assert.Equal(t, want.Active, got.Active)
			for i, d := range want.DeptOrderList {
				if d.DeptID == id {
					assert.Equal(t, d.Order, got.DeptOrder)
					assert.Equal(t, want.LeaderInDept[i].Leader, got.Leader)
				}
			}
		}
		assert.Empty(t, members[id], "not found in department %d", id)
	}
	assert.Len(t, queue, len(srv.Departments()))
	assert.Len(t, found, 1500)
}
