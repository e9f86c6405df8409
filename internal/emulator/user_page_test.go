package emulator

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// walked reads all pages of a list and returns the people and the size of each page.
func (a *app) walked(path, fields string) (all []string, pages []int) {
	a.t.Helper()
	for cursor := "0"; ; {
		got := a.post(path, `{"dept_id":1,"cursor":`+cursor+fields+`}`)
		require.Equal(a.t, "0", got.code(), "%v", got)
		page := ids(a.t, got.result()["list"])
		all, pages = append(all, page...), append(pages, len(page))
		next, more := got.result()["next_cursor"]
		require.Equal(a.t, more, got.result()["has_more"], "the cursor is there where there is more, and only there")
		if !more {
			return all, pages
		}
		cursor = next.(json.Number).String()
	}
}

func TestListUsers_IsPaged(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	below := a.department(directory.Department{})
	a.seed(directory.User{UserID: "elsewhere", DeptIDList: []int64{below}})
	var want []string
	for i := range 7 {
		id := fmt.Sprint("u", i)
		a.seed(directory.User{UserID: id, DeptIDList: []int64{1, below}})
		want = slices.Insert(want, 0, id) // later ones have bigger default orders
	}
	for _, path := range []string{usersPath, briefsPath} {
		for size, counts := range map[int][]int{1: {1, 1, 1, 1, 1, 1, 1}, 3: {3, 3, 1}, 7: {7}, 100: {7}} {
			all, pages := a.walked(path, `,"size":`+strconv.Itoa(size))
			assert.Equal(t, want, all)
			assert.Equal(t, counts, pages)
		}
	}
	assert.Equal(t, want, ids(t, a.post(idsPath, `{"dept_id":1}`).result()["userid_list"]))

	for _, cursor := range []string{"7", "8", strconv.FormatInt(math.MaxInt64, 10)} {
		past := a.post(usersPath, `{"dept_id":1,"cursor":`+cursor+`,"size":100}`).result()
		assert.Equal(t, map[string]any{"has_more": false, "list": []any{}}, past, "an empty array, not null")
	}
	empty := strconv.FormatInt(a.department(directory.Department{}), 10)
	assert.Equal(t, []any{}, a.post(idsPath, `{"dept_id":`+empty+`}`).result()["userid_list"])
}

func TestListUsers_SortsByOrderField(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	dept := a.department(directory.Department{})
	order := func(n int64) []directory.DeptOrder { return []directory.DeptOrder{{DeptID: 1, Order: n}} }
	a.seed(directory.User{UserID: "b", DeptOrderList: order(5)})
	a.seed(directory.User{UserID: "top", DeptOrderList: order(math.MaxInt64)})
	a.seed(directory.User{UserID: "late", DeptIDList: []int64{dept}})
	a.seed(directory.User{UserID: "a", DeptOrderList: order(5)})
	a.seed(directory.User{UserID: "bottom", DeptOrderList: order(math.MinInt64)})
	check := func(when string, want map[string][]string) {
		t.Helper()
		for field, people := range want {
			got, _ := a.walked(briefsPath, `,"size":2,"order_field":"`+field+`"`)
			assert.Equal(t, people, got, "%s: %s", when, field)
			if rest, ok := map[string]string{"entry_asc": "entry_desc", "modify_asc": "modify_desc"}[field]; ok {
				got, _ := a.walked(briefsPath, `,"size":2,"order_field":"`+rest+`"`)
				slices.Reverse(got)
				assert.Equal(t, people, got, "%s: %s", when, rest)
			}
		}
	}
	update := func(fields string) {
		t.Helper()
		require.Equal(t, "0", a.post(updatePath, `{`+fields+`}`).code())
	}
	check("seeded", map[string][]string{
		"":           {"top", "a", "b", "bottom"},
		"custom":     {"top", "a", "b", "bottom"},
		"entry_asc":  {"b", "top", "a", "bottom"},
		"modify_asc": {"b", "top", "a", "bottom"},
	})
	update(`"userid":"top","title":"T"`)
	check("changed", map[string][]string{
		"custom":     {"top", "a", "b", "bottom"},
		"entry_asc":  {"b", "top", "a", "bottom"},
		"modify_asc": {"b", "a", "bottom", "top"},
	})
	update(`"userid":"bottom","dept_order_list":[{"dept_id":1,"order":6}]`)
	check("put elsewhere", map[string][]string{
		"custom":     {"top", "bottom", "a", "b"},
		"entry_asc":  {"b", "top", "a", "bottom"},
		"modify_asc": {"b", "a", "top", "bottom"},
	})
	update(`"userid":"late","dept_id_list":"1","dept_order_list":[{"dept_id":1,"order":7}]`)
	check("joined by a move", map[string][]string{
		"custom":     {"top", "late", "bottom", "a", "b"},
		"entry_asc":  {"b", "top", "a", "bottom", "late"},
		"modify_asc": {"b", "a", "top", "bottom", "late"},
	})
	update(`"userid":"b","dept_id_list":"` + strconv.FormatInt(dept, 10) + `"`)
	require.Equal(t, "0", a.post(deletePath, `{"userid":"a"}`).code())
	check("left", map[string][]string{
		"custom":     {"top", "late", "bottom"},
		"entry_asc":  {"top", "bottom", "late"},
		"modify_asc": {"top", "bottom", "late"},
	})
	update(`"userid":"b","dept_id_list":"1","dept_order_list":[{"dept_id":1,"order":1}]`)
	check("come back", map[string][]string{
		"custom":     {"top", "late", "bottom", "b"},
		"entry_asc":  {"top", "bottom", "late", "b"},
		"modify_asc": {"top", "bottom", "late", "b"},
	})
}

func TestListUsers_AnOrderOfZeroCounts(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	for _, u := range []directory.User{
		{UserID: "below", DeptOrderList: []directory.DeptOrder{{DeptID: 1, Order: -1}}},
		{UserID: "zero", DeptOrderList: []directory.DeptOrder{{DeptID: 1, Order: 0}}},
		{UserID: "above", DeptOrderList: []directory.DeptOrder{{DeptID: 1, Order: 1}}},
	} {
		a.seed(u)
	}
	got, _ := a.walked(usersPath, `,"size":2`)
	assert.Equal(t, []string{"above", "zero", "below"}, got)
	require.Equal(t, "0", a.post(updatePath, `{"userid":"above","dept_order_list":[{"dept_id":1,"order":0}]}`).code())
	got, _ = a.walked(usersPath, `,"size":2`)
	assert.Equal(t, []string{"above", "zero", "below"}, got)
}
