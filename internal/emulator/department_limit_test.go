package emulator

import (
	"slices"
	"strings"
)

const (
	createDeptPath = "/topapi/v2/department/create"
	updateDeptPath = "/topapi/v2/department/update"
	deleteDeptPath = "/topapi/v2/department/delete"
	getDeptPath    = "/topapi/v2/department/get"
	listSubPath    = "/topapi/v2/department/listsub"
	parentsPath    = "/topapi/v2/department/listparentbydept"
	parentsOfPath  = "/topapi/v2/department/listparentbyuser"
	scopesPath     = "/auth/scopes"
)

var (
	creatingDept = call{op: "CreateDepartment", path: createDeptPath, fields: map[string]any{"name": "平台", "parent_id": 1}}
	updatingDept = call{op: "UpdateDepartment", path: updateDeptPath, fields: map[string]any{"dept_id": 724960197}}
	readingDept  = call{op: "GetDepartment", path: getDeptPath, fields: map[string]any{"dept_id": 1}}
	listingSubs  = call{op: "ListSubDepartments", path: listSubPath}
)

// departmentEdges returns the limits of departments. Those of their names and lists have codes of their own.
func departmentEdges() []edge {
	coded := func(e edge, code string) edge { e.code = code; return e }
	entries := func(c call, field, entry string, n int, code string) edge {
		list := func(n int) any { return strings.Join(slices.Repeat([]string{entry}, n), ",") }
		return edge{call: c, field: field, good: []any{list(n)}, bad: []any{list(n + 1)}, code: code}
	}
	languages, otherLanguages := []any{"zh_CN", "en_US"}, []any{"ja_JP", "zh_cn"}
	out := []edge{
		longest(updatingDept, "code", 30),
		entries(updatingDept, "dept_manager_userid_list", "clerk", 999, "40031"),
		oneOfThe(updatingDept, "force_update_fields", []any{"dept_manager_userid_list"}, []any{"name", "dept_manager_userid_list,code"}),
		oneOfThe(updatingDept, "language", languages, otherLanguages),
		oneOfThe(readingDept, "language", languages, otherLanguages),
		oneOfThe(listingSubs, "language", languages, otherLanguages),
	}
	for _, c := range []call{creatingDept, updatingDept} {
		out = append(out,
			coded(longest(c, "name", 64), "60001"),
			longest(c, "brief", 255),
			longest(c, "telephone", 50),
			entries(c, "dept_permits", "724960198", 50, "60109"),
			entries(c, "outer_permit_depts", "1", 50, "60109"),
			entries(c, "user_permits", "boss", 50, "60109"),
			entries(c, "outer_permit_users", "clerk", 50, "60109"),
		)
	}
	return out
}
