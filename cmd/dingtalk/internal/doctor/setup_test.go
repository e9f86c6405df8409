package doctor

import (
	"context"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/output"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/demo"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/service"
)

// checks holds the names of the checks, in the order of the report.
var checks = []string{
	"settings", "host and token", "address of this machine", "app and organization",
	"qyapi_base", "qyapi_get_department_list", "qyapi_get_department_member", "qyapi_get_member",
	"qyapi_get_member_by_mobile", "qyapi_addresslist_search", "qyapi_liveness_base", "qyapi_manage_addresslist",
	"mobile numbers", "personal information", "visible range",
}

// result is a parsed report.
type result struct {
	code   int
	out    string
	status map[string]status // by check
	text   map[string]string // by check
	toDo   []string          // the numbered findings, each on one line
}

// with returns the checks that have a status.
func (r result) with(s status) []string {
	var names []string
	for _, name := range checks {
		if r.status[name] == s {
			names = append(names, name)
		}
	}
	return names
}

// newServer returns an emulator of an organization with two departments and a person in each.
func newServer(t *testing.T, opts ...dingtalktest.Option) *dingtalktest.Server {
	srv := dingtalktest.New(t, opts...)
	srv.AddDepartment(dingtalktest.Department{ID: demo.Engineering, Name: "Engineering"})
	srv.AddDepartment(dingtalktest.Department{ID: demo.Sales, Name: "销售部"})
	srv.AddUser(dingtalktest.User{
		UserID: "zhao.min", Name: "Zhao Min", Mobile: "13800001234", Email: "zhao.min@example.com",
		DeptIDList: []int64{demo.Engineering},
	})
	srv.AddUser(dingtalktest.User{
		UserID: "li.na", Name: "Li Na", Mobile: "13900005678", Remark: "works from home", DeptIDList: []int64{demo.Sales},
	})
	return srv
}

// environment returns the settings for the app of srv on a host.
func environment(srv *dingtalktest.Server, baseURL string) map[string]string {
	return map[string]string{
		"DINGTALK_CLIENT_ID": srv.ClientID(), "DINGTALK_CLIENT_SECRET": srv.ClientSecret(), "DINGTALK_BASE_URL": baseURL,
	}
}

// gateway is a host that is not DingTalk's own.
const gateway = "https://dingtalk.example.com"

// examine examines the app of srv, which is reached through gateway.
func examine(t *testing.T, srv *dingtalktest.Server) result {
	t.Helper()
	return examineAs(t, t.Context(), srv, environment(srv, gateway), srv.Transport())
}

// examineAs examines an app, and asserts what must be true of every report.
func examineAs(
	t *testing.T, ctx context.Context, srv *dingtalktest.Server, env map[string]string, transport http.RoundTripper,
) result {
	t.Helper()
	getenv := func(name string) string { return env[name] }
	target, err := new(service.Flags).Open(ctx, cli.Process{Getenv: getenv, Stderr: io.Discard}, service.Options{})
	require.NoError(t, err)
	require.Nil(t, target.Emulator)
	target.Client.HTTPClient().Transport = transport

	users, departments, roles := srv.Users(), srv.Departments(), srv.Roles()
	before := len(srv.Calls(""))
	var out strings.Builder
	code := newDoctor(target, &out, output.Table).examine(ctx, getenv)
	r := parse(t, code, out.String())

	assert.Equal(t, users, srv.Users())
	assert.Equal(t, departments, srv.Departments())
	assert.Equal(t, roles, srv.Roles())
	for _, call := range srv.Calls("")[before:] {
		assert.Contains(t, harmless, call.Op)
		if call.Op == "UpdateUser" {
			assert.Len(t, call.Body, 1)
			assert.Regexp(t, `^no-user-[a-z2-7]{26}$`, call.Body["userid"])
		}
	}
	assert.NotContains(t, r.out, env["DINGTALK_CLIENT_SECRET"])
	if r.status["host and token"] == passed {
		token, err := target.Client.Token(context.WithoutCancel(ctx))
		require.NoError(t, err)
		assert.NotContains(t, r.out, token.Value.Reveal())
	}
	for _, u := range users {
		for _, private := range []string{u.UserID, u.Name, u.Mobile, u.Email, u.Remark} {
			assert.False(t, private != "" && strings.Contains(r.out, private), "%q is shown", private)
		}
	}
	return r
}

// harmless holds the operations that read, and the update whose whole body examineAs checks.
var harmless = []string{
	"GetToken", "GetAuthScopes", "ListSubDepartmentIDs", "ListUserBriefs", "CountUsers", "GetUserIDByMobile",
	"ListInactiveUserIDs", "ListUserIDs", "GetUser", "GetDepartment", "UpdateUser", "SearchUsers",
}

// parse parses a report, and asserts its layout.
func parse(t *testing.T, code int, out string) result {
	t.Helper()
	r := result{code: code, out: out, status: map[string]status{}, text: map[string]string{}}
	var names []string
	for _, line := range regexp.MustCompile(`(?m)^(ok|TROUBLE|not tested) +(\S.*?)  +(\S.*)$`).FindAllStringSubmatch(out, -1) {
		names = append(names, line[2])
		r.status[line[2]], r.text[line[2]] = status(line[1]), line[3]
		assert.Equal(t, 12, strings.Index(line[0], line[2]), "aligned: %s", line[0])
		assert.Equal(t, 41, strings.Index(line[0], line[3]), "aligned: %s", line[0])
	}
	assert.Equal(t, checks, slices.Compact(names))
	for _, item := range regexp.MustCompile(`(?m)^\d+\. .*\n(   .*\n)*`).FindAllString(out, -1) {
		r.toDo = append(r.toDo, strings.Join(strings.Fields(item), " "))
	}
	switch {
	case strings.Contains(out, "\nInterrupted"):
		assert.Equal(t, 1, code)
	case len(r.with(failed)) > 0:
		assert.Equal(t, 1, code)
		assert.NotEmpty(t, r.toDo)
		assert.NotContains(t, out, "All is well")
	default:
		assert.Zero(t, code)
		assert.Empty(t, r.toDo)
		assert.Contains(t, out, "\nAll is well")
		assert.Equal(t, len(r.with(notTested)) > 0, strings.Contains(out, "as far as it could be tested"))
	}
	for line := range strings.SplitSeq(out, "\n") {
		assert.NotContains(t, line, "\x1b")
		assert.Equal(t, strings.TrimRight(line, " "), line)
	}
	return r
}
