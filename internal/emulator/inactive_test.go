package emulator

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

const inactivePath = "/topapi/inactive/user/v2/get"

// daysAgo returns a day in the zone and format of the service.
func daysAgo(n int) string {
	return time.Now().In(contract.ServiceZone).AddDate(0, 0, -n).Format("20060102")
}

// visitors returns an app of people with logins. It is noon in China on 20 September 2026.
func visitors(t *testing.T) *app {
	t.Helper()
	now := time.Date(2026, time.September, 20, 4, 0, 0, 0, time.UTC)
	a := newApp(t, WithClock(func() time.Time { return now }))
	a.department(directory.Department{ID: 724960197})
	a.department(directory.Department{ID: 724960198, ParentID: 724960197})
	at := func(day, hour, minute int) time.Time {
		return time.Date(2026, 9, day, hour, minute, 0, 0, contract.ServiceZone)
	}
	a.seed(directory.User{UserID: "often", Logins: []time.Time{at(18, 9, 0), at(19, 9, 0), at(19, 10, 0)}})
	a.seed(directory.User{UserID: "late", Logins: []time.Time{at(18, 23, 59).UTC()}, DeptIDList: []int64{1, 724960197}})
	a.seed(directory.User{UserID: "early", Logins: []time.Time{at(19, 0, 0).UTC()}, DeptIDList: []int64{724960197}})
	a.seed(directory.User{UserID: "never", DeptIDList: []int64{724960198, 724960197}})
	return a
}

func TestInactive_ListsByDayAndDepartment(t *testing.T) {
	t.Parallel()
	a := visitors(t)
	for _, tt := range []struct {
		name, fields string
		want         []string
	}{
		{"not on the 19th", `"is_active":false,"query_date":"20260919"`, []string{"late", "never"}},
		{"on the 19th", `"is_active":true,"query_date":"20260919"`, []string{"early", "often"}},
		{"on the 18th, which ends at midnight in China", `"is_active":true,"query_date":"20260918"`, []string{"late", "often"}},
		{"in a department", `"is_active":false,"query_date":"20260919","dept_ids":"1"`, []string{"late"}},
		{"not in those below", `"is_active":false,"query_date":"20260917","dept_ids":"724960198"`, []string{"never"}},
		{"in several, once", `"is_active":false,"query_date":"20260917","dept_ids":"724960197,1"`, []string{"early", "late", "never", "often"}},
		{"in no department in particular", `"is_active":true,"query_date":"20260919","dept_ids":""`, []string{"early", "often"}},
		{"an array for the list", `"is_active":true,"query_date":"20260919","dept_ids":[724960197]`, []string{"early"}},
		{"today", `"is_active":true,"query_date":"20260920"`, []string{}},
		{"a month ago", `"is_active":true,"query_date":20260820`, []string{}},
	} {
		got := a.post(inactivePath, `{"offset":0,"size":100,`+tt.fields+`}`)
		require.Equal(t, "0", got.code(), tt.name)
		assert.NotContains(t, got, "errmsg", "as in the documented sample")
		assert.Contains(t, got, "request_id")
		assert.Equal(t, tt.want, ids(t, got.result()["list"]), tt.name)
		assert.Equal(t, false, got.result()["has_more"])
		assert.NotContains(t, got.result(), "next_cursor")
	}
}

func TestInactive_ChecksArguments(t *testing.T) {
	t.Parallel()
	call := func(offset, size int, date, more string) string {
		return fmt.Sprintf(`{"is_active":false,"offset":%d,"size":%d,"query_date":%q%s}`, offset, size, date, more)
	}
	for _, tt := range []struct{ name, body, code string }{
		{"nothing", `{}`, "400002"},
		{"no flag", `{"offset":0,"size":1,"query_date":"20260919"}`, "400002"},
		{"no offset", `{"is_active":false,"size":1,"query_date":"20260919"}`, "400002"},
		{"no date", call(0, 1, "", ""), "400002"},
		{"an offset before the first", call(-1, 1, "20260919", ""), "40068"},
		{"an offset that is none", `{"is_active":false,"offset":"x","size":1,"query_date":"20260919"}`, "40068"},
		{"a size that is none", `{"is_active":false,"offset":0,"size":"x","query_date":"20260919"}`, "40069"},
		{"no people", call(0, 0, "20260919", ""), "40069"},
		{"too many people", call(0, 101, "20260919", ""), "40069"},
		{"a date with hyphens", call(0, 1, "2026-09-19", ""), "400002"},
		{"a date that is none", call(0, 1, "20260931", ""), "400002"},
		{"tomorrow", call(0, 1, "20260921", ""), "400002"},
		{"more than a month ago", call(0, 1, "20260819", ""), "400002"},
		{"no such department", call(0, 1, "20260919", `,"dept_ids":"1,99"`), "60003"},
		{"departments that are none", call(0, 1, "20260919", `,"dept_ids":"a"`), "400002"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.code, visitors(t).post(inactivePath, tt.body).code())
		})
	}
}

// Pages are cut from the same list until a change invalidates it.
func TestInactive_IsPaged(t *testing.T) {
	t.Parallel()
	a := visitors(t)
	page := func(offset int) map[string]any {
		t.Helper()
		got := a.post(inactivePath, fmt.Sprintf(`{"is_active":false,"offset":%d,"size":2,"query_date":"20260917"}`, offset))
		require.Equal(t, "0", got.code())
		return got.result()
	}
	first := page(0)
	assert.Equal(t, []string{"early", "late"}, ids(t, first["list"]))
	assert.Equal(t, true, first["has_more"])
	assert.Equal(t, "2", fmt.Sprint(first["next_cursor"]))
	last := page(2)
	assert.Equal(t, []string{"never", "often"}, ids(t, last["list"]))
	assert.Equal(t, false, last["has_more"])
	assert.NotContains(t, last, "next_cursor")
	assert.Equal(t, []any{}, page(4)["list"])

	require.Equal(t, "0", a.post(deletePath, `{"userid":"early"}`).code())
	assert.Equal(t, []string{"late", "never"}, ids(t, page(0)["list"]))
	a.seed(directory.User{UserID: "a"})
	assert.Equal(t, []string{"a", "late"}, ids(t, page(0)["list"]))
}

// At the end of March, the same day of February does not exist.
func TestInactive_GoesBackAMonth(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ today, oldest time.Time }{
		{time.Date(2026, 3, 31, 0, 0, 0, 0, contract.ServiceZone), time.Date(2026, 3, 1, 0, 0, 0, 0, contract.ServiceZone)},
		{time.Date(2026, 9, 20, 23, 59, 59, 0, contract.ServiceZone), time.Date(2026, 8, 20, 0, 0, 0, 0, contract.ServiceZone)},
		{time.Date(2026, 9, 20, 0, 0, 0, 0, contract.ServiceZone), time.Date(2026, 8, 20, 0, 0, 0, 0, contract.ServiceZone)},
	} {
		s := newServer(t, WithClock(func() time.Time { return tt.today.UTC() }))
		got, err := s.queryDate(tt.oldest.Format("20060102"))
		require.NoError(t, err)
		assert.True(t, tt.oldest.Equal(got))
		_, err = s.queryDate(tt.oldest.AddDate(0, 0, -1).Format("20060102"))
		assert.Equal(t, 400002, asRefusal(err).code, strconv.Itoa(tt.oldest.Day()))
	}
}
