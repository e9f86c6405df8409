package provision_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

// TestPlan_HandlesTenThousandPeople plans a list of ten thousand people of whom half exist already, and every tenth of
// those has changed; a hundred people are not in the list.
func TestPlan_HandlesTenThousandPeople(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped with -short: plans and applies 10,000 rows")
	}
	synctest.Test(t, func(t *testing.T) {
		const people, there = 10_000, 5_000
		srv := dingtalktest.New(t)
		var ids []int64
		for i := range 50 {
			ids = append(ids, srv.AddDepartment(dingtalktest.Department{ParentID: 1, Name: fmt.Sprint("Department ", i)}))
		}
		for i := range there + 100 {
			id := fmt.Sprint("p", i)
			if i >= there {
				id = fmt.Sprint("former", i)
			}
			srv.AddUser(dingtalktest.User{
				UserID: id, Name: "Person", Title: "Engineer", Mobile: fmt.Sprintf("138%08d", i), DeptIDList: []int64{ids[i%50]},
			})
		}
		var list strings.Builder
		list.WriteString("userid,name,mobile,dept_id_list,title\n")
		for i := range people {
			title := "Engineer"
			if i%10 == 0 {
				title = "Lead"
			}
			number := 13800000000 + int64(i)
			if i >= there {
				number += 1_000_000
			}
			fmt.Fprintf(&list, "p%d,Person,%d,/Department %d,%s\n", i, number, i%50, title)
		}
		plan := newPlan(t, srv, list.String(), withDeletions)
		assert.Equal(t, [5]int{5_000, 500, 100, 4_500, 0}, [5]int{
			plan.Count(provision.ActionCreate), plan.Count(provision.ActionUpdate), plan.Count(provision.ActionDelete), plan.Count(provision.ActionUnchanged), plan.Count(provision.ActionConflict),
		})
		calls, atLeast := plan.Estimate(20)
		assert.Equal(t, 6_200, calls)
		assert.Equal(t, 250*time.Second, atLeast)
		assert.Less(t, len(srv.Calls("")), 400, "reading takes calls per page, not per person")

		report := apply(t, srv, plan, provision.ApplyOptions{Journal: filepath.Join(t.TempDir(), "journal"), Concurrency: 64})
		assert.Equal(t, 5_600, report.Count(provision.ResultDone))
		users := srv.Users()
		require.Len(t, users, people)
		leads := 0
		for _, u := range users {
			if u.Title == "Lead" {
				leads++
			}
		}
		assert.Equal(t, people/10, leads)
		assert.Equal(t, people, newPlan(t, srv, list.String(), withDeletions).Count(provision.ActionUnchanged))
	})
}

// BenchmarkNewPlan plans for people who are already as in the list.
func BenchmarkNewPlan(b *testing.B) {
	for _, n := range []int{1_000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			srv := dingtalktest.New(b)
			addPeople(srv, n, srv.AddDepartment(dingtalktest.Department{Name: "Platform"}))
			list := make([]provision.Person, n)
			for i := range list {
				list[i].CreateUserRequest = dingtalk.CreateUserRequest{UserID: fmt.Sprint("p", i), Name: fmt.Sprint("Person ", i), Mobile: fmt.Sprintf("138%08d", i)}
			}
			client := srv.Client()
			b.ReportAllocs()
			for b.Loop() {
				plan, err := provision.NewPlan(b.Context(), client, provision.List(list...), provision.Options{})
				require.NoError(b, err)
				require.Equal(b, n, plan.Count(provision.ActionUnchanged))
			}
		})
	}
}
