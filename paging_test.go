package dingtalk

import (
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// pagedList is a list in pages of three, which counts the pages that are fetched.
type pagedList struct {
	size, fetched int
	failsAt       int64 // the cursor from which it fails; 0 is never
	stuck         bool  // its cursor does not advance
}

func (l *pagedList) page(cursor int64) ([]int64, int64, bool, error) {
	l.fetched++
	if l.failsAt != 0 && cursor >= l.failsAt {
		return nil, 0, false, errors.New("no such page")
	}
	var items []int64
	for i := cursor; i < min(cursor+3, int64(l.size)); i++ {
		items = append(items, i)
	}
	next := cursor + 3
	if l.stuck {
		next = cursor
	}
	return items, next, next < int64(l.size), nil
}

func TestPages_ReadAllAndStartOverWhenRangedAgain(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 1, 3, 7} {
		list := &pagedList{size: size}
		all := pages(&contract.ListUsers, 0, list.page)
		for range 2 {
			var got []int64
			for item, err := range all {
				require.NoError(t, err)
				got = append(got, item)
			}
			assert.Len(t, got, size)
		}
		assert.Equal(t, 2*max(1, (size+2)/3), list.fetched)
	}
}

func TestPages_FetchNoMoreAfterTheLoopIsLeft(t *testing.T) {
	t.Parallel()
	list := &pagedList{size: 100}
	for item, err := range pages(&contract.ListUsers, 6, list.page) {
		require.NoError(t, err)
		if item == 8 { // the last of the first page
			break
		}
	}
	assert.Equal(t, 1, list.fetched)
}

func TestPages_YieldAnErrorAsTheLastPair(t *testing.T) {
	t.Parallel()
	for name, list := range map[string]*pagedList{
		"the third page fails":        {size: 100, failsAt: 6},
		"the cursor does not advance": {size: 100, stuck: true},
		"the second page fails":       {size: 100, failsAt: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			good, failed := 0, 0
			for item, err := range pages(&contract.ListUsers, 0, list.page) {
				require.Zero(t, failed, "nothing is yielded after the error")
				if err != nil {
					failed++
					assert.Zero(t, item)
					continue // a caller who does not leave the loop gets nothing more
				}
				good++
			}
			assert.Equal(t, 1, failed)
			assert.Positive(t, good)
			assert.LessOrEqual(t, list.fetched, 3)
		})
	}
}

func TestPages_ReportACursorThatDoesNotAdvance(t *testing.T) {
	t.Parallel()
	list := &pagedList{size: 100, stuck: true}
	for _, err := range pages(&contract.ListRoles, 0, list.page) {
		if err != nil {
			require.ErrorIs(t, err, ErrUnsupported)
			require.EqualError(t, err, "dingtalk: ListRoles: unsupported: the list continues, but its cursor does not advance")
		}
	}
	assert.Equal(t, 1, list.fetched)
}

func TestPages_OfSizeZeroAreRequestedAtTheMaximum(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	for name, tt := range map[string]struct {
		list func(c *Client) error
		want string
	}{
		"ListUsers": {func(c *Client) error {
			_, err := c.ListUsers(ctx, ListUsersRequest{DeptID: 1})
			return err
		}, `{"dept_id":1,"cursor":0,"size":100}`},
		"ListUserBriefs": {func(c *Client) error {
			_, err := c.ListUserBriefs(ctx, ListUserBriefsRequest{DeptID: 1})
			return err
		}, `{"dept_id":1,"cursor":0,"size":100}`},
		"ListInactiveUserIDs": {func(c *Client) error {
			_, err := c.ListInactiveUserIDs(ctx, ListInactiveUserIDsRequest{QueryDate: "20260901"})
			return err
		}, `{"is_active":false,"offset":0,"size":100,"query_date":"20260901"}`},
		"ListRoles": {func(c *Client) error {
			_, err := c.ListRoles(ctx, ListRolesRequest{})
			return err
		}, `{"size":200,"offset":0}`},
		"ListRoleUsers": {func(c *Client) error {
			_, err := c.ListRoleUsers(ctx, ListRoleUsersRequest{RoleID: 7})
			return err
		}, `{"role_id":7,"size":100,"offset":0}`},
		"ListRoles from an offset": {func(c *Client) error {
			_, err := c.ListRoles(ctx, ListRolesRequest{Offset: new(int64(200))})
			return err
		}, `{"size":200,"offset":200}`},
		"ListRoles of a size": {func(c *Client) error { // which takes effect only with an offset
			_, err := c.ListRoles(ctx, ListRolesRequest{Size: 5})
			return err
		}, `{"size":5,"offset":0}`},
		"a size that is set": {func(c *Client) error {
			_, err := c.ListUsers(ctx, ListUsersRequest{DeptID: 1, Cursor: 7, Size: 5})
			return err
		}, `{"dept_id":1,"cursor":7,"size":5}`},
		"a size that is refused": {func(c *Client) error {
			_, err := c.ListUsers(ctx, ListUsersRequest{DeptID: 1, Size: -1})
			return err
		}, `{"dept_id":1,"cursor":0,"size":-1}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			transport := &canned{body: `{"errcode":0,"result":{"list":[]}}`}
			client, err := New("i", "s", WithHTTPClient(&http.Client{Transport: transport}))
			require.NoError(t, err)
			require.NoError(t, tt.list(client))
			assert.Equal(t, tt.want, string(transport.sentBody))
		})
	}
}
