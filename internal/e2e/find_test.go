package e2e_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func TestSearch_FindsUsersAndDepartmentsByName(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		sales := srv.AddDepartment(dingtalktest.Department{Name: "Sales"})
		presales := srv.AddDepartment(dingtalktest.Department{Name: "Presales", ParentID: sales})
		for i := range 25 {
			srv.AddUser(dingtalktest.User{UserID: fmt.Sprintf("u%02d", i), Name: fmt.Sprintf("Lin %02d", i)})
		}
		client := srv.Client()

		users, err := client.SearchUsers(t.Context(), dingtalk.SearchUsersRequest{QueryWord: "lin"})
		require.NoError(t, err)
		assert.Len(t, users.List, 20, "by default")
		assert.True(t, users.HasMore)
		assert.EqualValues(t, 25, users.TotalCount)
		users, err = client.SearchUsers(t.Context(), dingtalk.SearchUsersRequest{QueryWord: "Lin 07", Size: 100, FullMatchField: 1})
		require.NoError(t, err)
		assert.Equal(t, &dingtalk.SearchUsersResponse{TotalCount: 1, List: []string{"u07"}}, users)

		depts, err := client.SearchDepartments(t.Context(), dingtalk.SearchDepartmentsRequest{QueryWord: "sales"})
		require.NoError(t, err)
		assert.Equal(t, &dingtalk.SearchDepartmentsResponse{TotalCount: 2, List: []int64{sales, presales}}, depts)

		_, err = client.SearchDepartments(t.Context(), dingtalk.SearchDepartmentsRequest{})
		require.ErrorIs(t, err, dingtalk.ErrInvalidArgument, "there is no word")
	})
}

func TestFindUsers_YieldsExactMatchesFirstAndEachUserOnce(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		for i := range 30 { // before the exact matches, by userid
			srv.AddUser(dingtalktest.User{UserID: fmt.Sprintf("a%02d", i), Name: fmt.Sprintf("Lin Na %02d", i)})
		}
		srv.AddUser(dingtalktest.User{UserID: "z1", Name: "Lin Na", Title: "Lead"})
		srv.AddUser(dingtalktest.User{UserID: "z2", Name: "Lin Na"})
		found := collect(t, srv.Client().FindUsers(t.Context(), "Lin Na"))
		require.Len(t, found, 22)
		assert.Equal(t, "z1", found[0].UserID)
		assert.Equal(t, "Lead", found[0].Title, "the users are read")
		assert.Equal(t, "z2", found[1].UserID)
		assert.Equal(t, "a00", found[2].UserID)

		one := collect(t, srv.Client().FindUsers(t.Context(), "Na 29"))
		require.Len(t, one, 1)
		assert.Equal(t, "a29", one[0].UserID)
		assert.Empty(t, collect(t, srv.Client().FindUsers(t.Context(), "nothing")))
		both := collect(t, srv.Client().FindUsers(t.Context(), "Lin Na 03"))
		require.Len(t, both, 1, "the second search finds the user again")
	})
}

func TestFindUsers_ReportsASearchThatFailsAndAUserWhoHasGone(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		srv.AddUser(dingtalktest.User{UserID: "a", Name: "Lin Na"})
		srv.AddUser(dingtalktest.User{UserID: "b", Name: "Lin Na Na"})
		client := srv.Client(dingtalk.WithRetry(dingtalk.RetryPolicy{MaxAttempts: 1}))

		var got []string
		walk := func(word string) {
			got = nil
			for user, err := range client.FindUsers(t.Context(), word) {
				got = append(got, user.UserID+" "+classesOf(err))
			}
		}
		srv.Fail("GetUser", dingtalktest.Code(60121), 1) // deleted since the search
		walk("Lin Na")
		assert.Equal(t, []string{"a NotFound", "b "}, got)

		srv.Fail("SearchUsers", dingtalktest.Slow(0), 1)
		srv.Fail("SearchUsers", dingtalktest.StringCode(500, "system.busy"), 1)
		walk("Lin Na")
		assert.Equal(t, []string{"a ", " Transient"}, got, "the second search fails")

		srv.Fail("GetUser", dingtalktest.Code(60011), 9)
		walk("Lin Na")
		assert.Equal(t, []string{"a Permission"}, got, "every further call would fail")

		for user, err := range client.FindUsers(t.Context(), "Lin Na") {
			require.Error(t, err)
			assert.Equal(t, "a", user.UserID)
			break
		}
	})
}
