package emulator

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// edge is a documented limit: the last values that are accepted and the first that are refused. They are written here
// again and not taken from the table that the emulator reads, so that the two can contradict each other.
type edge struct {
	call  call
	field string // a member of a list's entries after a dot
	good  []any
	bad   []any
	code  string // of what is bad: 400002 if empty
}

// call is a call with all that it needs besides the field to test.
type call struct {
	op, path string
	fields   map[string]any
	code     string // of an accepted field: "0" if empty
}

var (
	creating = call{op: "CreateUser", path: createPath, fields: map[string]any{
		"name": "赵敏", "mobile": "13900000000", "dept_id_list": "1",
	}}
	creatingAccount = call{op: "CreateUser", path: createPath, fields: map[string]any{
		"name": "赵敏", "dept_id_list": "1", "exclusive_account": true, "exclusive_account_type": "dingtalk",
		"login_id": "zhao", "init_password": "密码passw0rd",
	}}
	reading         = call{op: "GetUser", path: getPath, fields: map[string]any{"userid": "clerk"}}
	readingNobody   = call{op: "GetUser", path: getPath, code: "60121"}
	updating        = call{op: "UpdateUser", path: updatePath, fields: map[string]any{"userid": "clerk"}}
	updatingAccount = call{op: "UpdateUser", path: updatePath, fields: map[string]any{"userid": "account"}}
	updatingNobody  = call{op: "UpdateUser", path: updatePath, code: "60121"}
	deletingNobody  = call{op: "DeleteUser", path: deletePath, code: "60121"}
)

var onJob = call{op: "ListOnJobUserIDs", path: "/topapi/smartwork/hrm/employee/queryonjob", fields: map[string]any{
	"status_list": "3", "offset": 0, "size": 50,
}}

// longest returns the limit of a text in characters, which have three bytes each here.
func longest(c call, field string, n int) edge {
	return edge{call: c, field: field, good: []any{han(n)}, bad: []any{han(n + 1)}}
}

// most returns the limit of a list of objects.
func most(c call, field string, n int, entry map[string]any) edge {
	list := func(n int) any {
		entries := make([]any, n)
		for i := range entries {
			entries[i] = entry
		}
		return entries
	}
	return edge{call: c, field: field, good: []any{list(n)}, bad: []any{list(n + 1)}}
}

// departments returns the limit of a comma list.
func departments(c call, n int) edge {
	list := func(n int) any { return strings.Repeat("1,", n-1) + "1" }
	return edge{call: c, field: "dept_id_list", good: []any{list(n)}, bad: []any{list(n + 1)}, code: "40066"}
}

// custom returns the limit of the JSON text of custom fields.
func custom(c call, n int) edge {
	object := func(n int) any {
		empty := `{"爱好":""}`
		return strings.Replace(empty, `""`, `"`+han(n-len([]rune(empty)))+`"`, 1)
	}
	return edge{call: c, field: "extension", good: []any{object(n)}, bad: []any{object(n + 1)}}
}

func oneOfThe(c call, field string, good, bad []any) edge {
	return edge{call: c, field: field, good: good, bad: bad}
}

func han(n int) string { return strings.Repeat("赵", n) }

func edges() []edge {
	return slices.Concat(userEdges(), departmentEdges(), roleEdges(), contactEdges(), callbackEdges())
}

func userEdges() []edge {
	order := map[string]any{"dept_id": 1, "order": 1}
	title := map[string]any{"dept_id": 1, "title": "工程师"}
	position := map[string]any{"dept_id": 1, "is_main": true}
	mailKinds, otherMailKinds := []any{"profession", "base"}, []any{"premium", "BASE"}
	languages, otherLanguages := []any{"zh_CN", "en_US"}, []any{"ja_JP", "zh_cn", "zh_CN_1"}
	passwords, weakPasswords := []any{"密码密码密码12"}, []any{"密码密码密12", "密码密码密码密码", "12345678"}
	return append(listEdges(), []edge{
		longest(creating, "userid", 64),
		longest(creating, "name", 80),
		longest(creating, "telephone", 50),
		longest(creating, "job_number", 50),
		longest(creating, "title", 200),
		longest(creating, "email", 50),
		longest(creating, "org_email", 100),
		longest(creating, "work_place", 100),
		longest(creating, "remark", 2000),
		longest(creating, "login_email", 64),
		longest(creating, "dept_position_list.title", 200),
		longest(creating, "dept_position_list.work_place", 100),
		departments(creating, 100),
		most(creating, "dept_order_list", 100, order),
		most(creating, "dept_title_list", 100, title),
		most(creating, "dept_position_list", 999, position),
		custom(creating, 2000),
		oneOfThe(creating, "hired_date", []any{1}, []any{0, -1}),
		oneOfThe(creating, "org_email_type", mailKinds, otherMailKinds),
		oneOfThe(creatingAccount, "exclusive_account_type", []any{"sso", "dingtalk"}, []any{"mobile", "SSO"}),
		oneOfThe(creatingAccount, "init_password", passwords, weakPasswords),

		longest(readingNobody, "userid", 64),
		oneOfThe(reading, "language", languages, otherLanguages),

		longest(updatingNobody, "userid", 64),
		longest(updating, "name", 80),
		longest(updating, "telephone", 50),
		longest(updating, "job_number", 50),
		longest(updating, "title", 200),
		longest(updating, "email", 50),
		longest(updating, "org_email", 100),
		longest(updating, "work_place", 100),
		longest(updating, "remark", 2000),
		longest(updating, "dept_position_list.title", 200),
		longest(updating, "dept_position_list.work_place", 100),
		departments(updating, 300),
		custom(updating, 2000),
		oneOfThe(updating, "hired_date", []any{1}, []any{0, -1}),
		oneOfThe(updating, "org_email_type", mailKinds, otherMailKinds),
		oneOfThe(updating, "language", languages, otherLanguages),
		oneOfThe(updating, "ext_attrs_update_mode", []any{0, 1}, []any{-1, 2}),
		oneOfThe(updating, "force_update_fields",
			[]any{"manager_userid", "org_email", "manager_userid,org_email"}, []any{"mobile", "manager_userid,title"}),
		oneOfThe(updatingAccount, "init_password", passwords, weakPasswords),

		longest(deletingNobody, "userid", 64),

		oneOfThe(onJob, "status_list", []any{strings.Repeat("3,", 19) + "3"}, []any{strings.Repeat("3,", 20) + "3", "4"}),
		oneOfThe(onJob, "size", []any{1, 50}, []any{0, 51}),
	}...)
}

func TestLimits_AreExact(t *testing.T) {
	t.Parallel()
	for _, e := range edges() {
		t.Run(e.call.op+" "+e.field, func(t *testing.T) {
			t.Parallel()
			for _, value := range e.good {
				got, text := e.call.with(t, e.field, value)
				assert.Equal(t, cmp.Or(e.call.code, "0"), got.code(), "%s: %v", text, got)
			}
			for _, value := range e.bad {
				got, text := e.call.with(t, e.field, value)
				assert.Equal(t, cmp.Or(e.code, "400002"), got.code(), "%s: %v", text, got)
				assert.Contains(t, got["errmsg"], e.field[strings.Index(e.field, ".")+1:])
			}
		})
	}
}

// with makes a call with a value for a field on a new server. It also returns the beginning of what it sent.
func (c call) with(t *testing.T, field string, value any) (jsonBody, string) {
	t.Helper()
	body := maps.Clone(c.fields)
	if body == nil {
		body = map[string]any{}
	}
	if list, member, nested := strings.Cut(field, "."); nested {
		if object, ok := body[list].(map[string]any); ok {
			object = maps.Clone(object)
			object[member], body[list] = value, object
		} else {
			body[list] = []any{map[string]any{"dept_id": 1, member: value}}
		}
	} else {
		body[field] = value
	}
	text, err := json.Marshal(body)
	require.NoError(t, err)
	a := crowd(t)
	a.seed(directory.User{UserID: "account", ExclusiveAccount: true, ExclusiveAccountType: dingtalkAccount, LoginID: "l"})
	return a.post(c.path, string(text)), string(text[:min(len(text), 200)])
}

// Every limit of the table, and no other, is tested above.
func TestLimits_AreAllTested(t *testing.T) {
	t.Parallel()
	tested := map[string]bool{}
	for _, e := range edges() {
		name := e.call.op + " " + e.field
		assert.False(t, tested[name], "%s is there twice", name)
		tested[name] = e.field != "init_password" // a rule of its own, not of the table
	}
	var compare func(prefix string, spec []contract.Field)
	compare = func(prefix string, spec []contract.Field) {
		for _, f := range spec {
			limited := f.Max > 0 || f.Min != 0 || len(f.Enum) > 0
			assert.Equal(t, limited, tested[prefix+f.Name], prefix+f.Name)
			compare(prefix+f.Name+".", f.Fields)
		}
	}
	for _, ep := range contract.All() {
		if ep.API == contract.New {
			continue // it refuses otherwise: the test of the operation has its limits
		}
		compare(ep.Name+" ", ep.Request)
	}
}
