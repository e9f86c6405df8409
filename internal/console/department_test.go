package console

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

func TestTree_ShowsThePathAndTheNeighbors(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for _, d := range []directory.Department{
		{ID: 10, Name: "A", Order: 2}, {ID: 11, Name: "B", Order: 1}, {ID: 20, Name: "A1", ParentID: 10, Order: 1},
		{ID: 21, Name: "A2", ParentID: 10, Order: 2}, {ID: 30, Name: "A11", ParentID: 20}, {ID: 31, Name: "A21", ParentID: 21},
		{ID: 40, Name: "A111", ParentID: 30},
	} {
		_, err := s.AddDepartment(d)
		require.NoError(t, err)
	}
	for _, depts := range [][]int64{{20}, {30}, {11}} {
		_, err := s.AddUser(directory.User{DeptIDList: depts})
		require.NoError(t, err)
	}
	h := New(s, "")
	for target, want := range map[string]string{
		"/console/":               "Organization 3 (B 1, A 2)",
		"/console/departments/1":  "Organization 3 (B 1, A 2)",
		"/console/departments/10": "Organization 3 (B 1, A 2 (A1 2, A2 0))",
		"/console/departments/20": "Organization 3 (A 2 (A1 2 (A11 1), A2 0))",
		"/console/departments/40": "Organization 3 (A 2 (A1 2 (A11 1 (A111 0))))",
	} {
		tree := open(t, h, target).one(t, "nav", "class", "tree")
		assert.Equal(t, want, outline(tree.all("ul")[0]), target)
		current := tree.one(t, "a", "aria-current", "page")
		if id, ok := strings.CutPrefix(target, "/console/departments/"); ok {
			assert.Equal(t, id, current.attr("data-department"))
			assert.Equal(t, target, current.attr("href"))
		}
	}
}

// outline returns a list as text, with nested lists in brackets.
func outline(list element) string {
	var parts []string
	for node := range list.ChildNodes() {
		item := element{node}
		if node.Data != "li" {
			continue
		}
		text := item.all("a")[0].text()
		if below := item.all("ul"); len(below) > 0 {
			text += " (" + outline(below[0]) + ")"
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, ", ")
}

func TestTree_ShowsTheSiblingsAroundTheOpenOne(t *testing.T) {
	t.Parallel()
	units := make([]directory.Unit, 2000)
	for i := range units {
		units[i].ID = int64(i)
	}
	for _, test := range []struct{ open, first, before, after int }{
		{0, 0, 0, 1700}, {150, 0, 0, 1700}, {151, 1, 1, 1699}, {1000, 850, 850, 850}, {1999, 1700, 1700, 0},
	} {
		n, open := &node{}, &node{Unit: units[test.open]}
		n.addChildren(units, open)
		require.Len(t, n.Below, nodesPerLevel)
		assert.Equal(t, []int{test.first, test.before, test.after}, []int{int(n.Below[0].ID), n.Before, n.After}, test.open)
		assert.Contains(t, n.Below, open)
	}
	n := &node{}
	n.addChildren(units[:5], nil)
	assert.Len(t, n.Below, 5)
	assert.Equal(t, []int{0, 0}, []int{n.Before, n.After})
}

func TestDepartmentPage_ShowsTheFields(t *testing.T) {
	t.Parallel()
	s := staffed(t)
	for _, d := range []directory.Department{{ID: 50, Name: "Plain"}, {
		ID: 51, ParentID: 50, Name: "Special", Brief: "What it does", Telephone: "0571-1", Code: "D1", SourceIdentifier: "hr/1",
		Tags: "grade", Order: 9, Extension: `{"cost center":"4711"}`, HideDept: true, OuterDept: true, OuterDeptOnlySelf: true,
		CreateDeptGroup: true, AutoAddUser: true, GroupContainSubDept: true, AutoApproveApply: true, FromUnionOrg: true,
		OrgDeptOwner: "boss", DeptManagerUserIDList: []string{"boss", "absent"},
	}} {
		_, err := s.AddDepartment(d)
		require.NoError(t, err)
	}
	_, err := s.AddUser(directory.User{DeptIDList: []int64{51}})
	require.NoError(t, err)
	h := New(s, "")
	page := open(t, h, "/console/departments/51")
	assert.Equal(t, "Special", page.one(t, "h1").text())
	assert.Equal(t, []string{"Organization", "Plain"}, read(page.one(t, "nav", "class", "path").all("a")))
	for field, want := range map[string]string{
		"dept_id": "51", "member_count": "1", "owning_member_count": "1",
		"dept_manager_userid_list": "Li Lei, absent (does not exist)", "org_dept_owner": "Li Lei", "brief": "What it does",
		"telephone": "0571-1", "code": "D1", "source_identifier": "hr/1", "tags": "grade", "order": "9", "extention": "4711",
		"hide_dept": "Hidden", "outer_dept": "Members see only part of the contacts", "outer_dept_only_self": "Sees its own branch only",
		"create_dept_group": "Has a group chat", "auto_add_user": "New people join the group",
		"group_contain_sub_dept": "The group includes sub-departments", "auto_approve_apply": "Joining needs no approval",
		"from_union_org": "From a linked organization",
	} {
		assert.Equal(t, want, page.field(t, field).text(), field)
	}
	plain := open(t, h, "/console/departments/50")
	assert.Len(t, plain.all("", "data-field"), 4, "the ID, the order and the counts")
	assert.Equal(t, []string{"1", "0"}, []string{plain.field(t, "member_count").text(), plain.field(t, "owning_member_count").text()})
	assert.Empty(t, plain.all("table"))
	assert.Contains(t, plain.one(t, "main").text(), "This department has no direct members.")
}

func TestDepartmentPage_ListsThePeople(t *testing.T) {
	t.Parallel()
	s := staffed(t)
	_, err := s.AddUser(directory.User{UserID: "many", Name: "Many", DeptIDList: []int64{20, 1, 10, 30, 50, 51}})
	require.Error(t, err, "there are no such departments")
	for id := int64(50); id < 52; id++ {
		_, err = s.AddDepartment(directory.Department{ID: id})
		require.NoError(t, err)
	}
	_, err = s.AddUser(directory.User{
		UserID: "many", Name: "Many", DeptIDList: []int64{20, 1, 10, 30, 50}, Boss: true,
		DeptOrderList: []directory.DeptOrder{{DeptID: 20, Order: 1}},
	})
	require.NoError(t, err)
	var rows [][]string
	page := open(t, New(s, ""), "/console/departments/20")
	for _, row := range page.one(t, "table").all("tr", "data-userid") {
		rows = append(rows, append(read(row.all("th")), read(row.all("td"))...))
	}
	assert.Equal(t, [][]string{
		{"赵敏 赵敏 zhao.min", "Engineer", "+852 51234567 Hidden", "Sales Lab & <Co>", "Active Leader Admin"},
		{"M Many many", "", "", "Lab & <Co> Organization Research and 2 more", "Not active Boss"},
	}, rows)
	links := page.one(t, "tr", "data-userid", "zhao.min").all("a")
	assert.Equal(t, "/console/users/zhao.min", links[0].attr("href"))
	assert.Equal(t, "/console/departments/20", links[2].attr("href"))
	assert.Equal(t, "Organization / Research / Lab & <Co>", links[2].attr("title"))
	assert.Contains(t, page.one(t, "main").text(), "1–2 of 2")
}

func TestDepartmentPage_IsPaged(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for i := range 120 {
		_, err := s.AddUser(directory.User{UserID: fmt.Sprint("u", i)})
		require.NoError(t, err)
	}
	h := New(s, "")
	seen := map[string]bool{}
	for target, want := range map[string]struct {
		rows           int
		shown          string
		previous, next string
	}{
		"/console/":                         {50, "1–50 of 120", "", "/console/departments/1?page=2"},
		"/console/departments/1?page=2":     {50, "51–100 of 120", "/console/departments/1?page=1", "/console/departments/1?page=3"},
		"/console/departments/1?page=3":     {20, "101–120 of 120", "/console/departments/1?page=2", ""},
		"/console/departments/1?page=99":    {20, "101–120 of 120", "/console/departments/1?page=2", ""},
		"/console/departments/1?page=-1":    {50, "1–50 of 120", "", "/console/departments/1?page=2"},
		"/console/departments/1?page=x":     {50, "1–50 of 120", "", "/console/departments/1?page=2"},
		"/console/departments/1?page=1e999": {50, "1–50 of 120", "", "/console/departments/1?page=2"},
	} {
		page := open(t, h, target)
		rows := page.all("tr", "data-userid")
		for _, row := range rows {
			seen[row.attr("data-userid")] = true
		}
		assert.Len(t, rows, want.rows, target)
		pages := page.one(t, "nav", "class", "pager")
		assert.Contains(t, pages.text(), want.shown, target)
		for rel, address := range map[string]string{"prev": want.previous, "next": want.next} {
			if address == "" {
				assert.Empty(t, pages.all("a", "rel", rel), target)
			} else {
				assert.Equal(t, address, pages.one(t, "a", "rel", rel).attr("href"), target)
			}
		}
	}
	assert.Len(t, seen, 120)
}

func TestPager_AFullPageMayBeTheLast(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for range peoplePerPage {
		_, err := s.AddUser(directory.User{})
		require.NoError(t, err)
	}
	pages := open(t, New(s, ""), "/console/").one(t, "nav", "class", "pager")
	assert.Equal(t, "1–50 of 50", pages.text())
	assert.Empty(t, pages.all("a"))
}

func TestDepartmentPage_ListsTheSubDepartments(t *testing.T) {
	t.Parallel()
	s := staffed(t)
	h := New(s, "")
	list := open(t, h, "/console/").one(t, "section", "aria-labelledby", "below")
	assert.Equal(t, "Sub-departments 2", list.one(t, "h2").text())
	assert.Equal(t, []string{"Research 1", "Sales 1"}, read(list.all("li")))
	assert.Equal(t, []string{"/console/departments/10", "/console/departments/30"},
		[]string{list.all("a")[0].attr("href"), list.all("a")[1].attr("href")})
	assert.Empty(t, open(t, h, "/console/departments/20").all("section", "aria-labelledby", "below"), "it has none")

	for i := range nodesPerLevel + 5 {
		_, err := s.AddDepartment(directory.Department{Name: fmt.Sprint("D", i), ParentID: 30})
		require.NoError(t, err)
	}
	list = open(t, h, "/console/departments/30", "Accept-Language", "zh").one(t, "section", "aria-labelledby", "below")
	items := list.all("li")
	assert.Len(t, items, nodesPerLevel+1)
	assert.Equal(t, "还有 5 个", items[nodesPerLevel].text())
}
