package directory

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMemberIndex_KeepsNothingOfDeletedPeople(t *testing.T) {
	t.Parallel()
	o := New(Config{Scope: WholeOrganization()})
	dept, err := o.AddDepartment(&Department{})
	require.NoError(t, err)
	for i := range 3 {
		id, err := o.AddUser(&User{
			UserID: fmt.Sprint("u", i), DeptIDList: []int64{1, dept}, ExclusiveAccount: true, ExclusiveMobile: "13900000000",
		}, time.Now())
		require.NoError(t, err)
		for _, order := range []string{CustomOrder, "entry_asc", "entry_desc", "modify_asc", "modify_desc"} {
			require.Equal(t, []string{id}, o.MemberIDs(dept, order))
		}
		require.NoError(t, o.DeleteUser(id, Leave{}))
	}
	assert.Empty(t, o.members.departments)
	assert.Empty(t, o.members.modified)
	assert.Empty(t, o.members.accounts)
}
