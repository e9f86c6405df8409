package main

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/demo"
)

// checks are the lines of a report, in order.
var checks = []string{
	"settings", "host and token", "address of this machine", "app and organisation",
	"qyapi_base", "qyapi_get_department_list", "qyapi_get_department_member", "qyapi_get_member",
	"qyapi_get_member_by_mobile", "qyapi_liveness_base", "qyapi_manage_addresslist",
	"mobile numbers", "personal information", "visible range",
}

// result is what a report says.
type result struct {
	code  int
	out   string
	signs map[string]sign
	text  map[string]string // of each line
	toDo  []string          // numbered, each on one line
}

// with returns the checks that have a sign.
func (r result) with(s sign) []string {
	var names []string
	for _, name := range checks {
		if r.signs[name] == s {
			names = append(names, name)
		}
	}
	return names
}

// organisation has two departments with a person in each.
func organisation(t *testing.T, opts ...dingtalktest.Option) *dingtalktest.Server {
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

func environment(srv *dingtalktest.Server, baseURL string) map[string]string {
	return map[string]string{
		"DINGTALK_CLIENT_ID": srv.ClientID(), "DINGTALK_CLIENT_SECRET": srv.ClientSecret(), "DINGTALK_BASE_URL": baseURL,
	}
}

const somewhere = "https://dingtalk.example.com"

// examined is the report on a server's app, as from somewhere that is not DingTalk's own.
func examined(t *testing.T, srv *dingtalktest.Server) result {
	t.Helper()
	return examinedBy(t, t.Context(), srv, environment(srv, somewhere), srv.Transport())
}

// examinedBy holds every report against what must be true of all of them.
func examinedBy(
	t *testing.T, ctx context.Context, srv *dingtalktest.Server, env map[string]string, transport http.RoundTripper,
) result {
	t.Helper()
	getenv := func(name string) string { return env[name] }
	place, err := demo.Open(getenv)
	require.NoError(t, err)
	require.Nil(t, place.Emulator)
	place.Client.HTTPClient().Transport = transport

	users, departments, roles := srv.Users(), srv.Departments(), srv.Roles()
	before := len(srv.Calls(""))
	var out strings.Builder
	code := newDoctor(place, &out).examine(ctx, getenv)
	r := read(t, code, out.String())

	assert.Equal(t, users, srv.Users())
	assert.Equal(t, departments, srv.Departments())
	assert.Equal(t, roles, srv.Roles())
	for _, call := range srv.Calls("")[before:] {
		assert.Contains(t, harmless, call.Op)
		if call.Op == "UpdateUser" {
			assert.Len(t, call.Body, 1)
			assert.Regexp(t, `^nobody-[a-z2-7]{26}$`, call.Body["userid"])
		}
	}
	assert.NotContains(t, r.out, env["DINGTALK_CLIENT_SECRET"])
	if r.signs["host and token"] == fine {
		token, err := place.Client.Token(context.WithoutCancel(ctx))
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

// harmless are the operations that read, and the update of which this looks at every byte.
var harmless = []string{
	"GetToken", "GetAuthScopes", "ListSubDepartmentIDs", "ListUserBriefs", "CountUsers", "GetUserIDByMobile",
	"ListInactiveUserIDs", "ListUserIDs", "GetUser", "GetDepartment", "UpdateUser",
}

func read(t *testing.T, code int, out string) result {
	t.Helper()
	r := result{code: code, out: out, signs: map[string]sign{}, text: map[string]string{}}
	var names []string
	for _, line := range regexp.MustCompile(`(?m)^(ok|TROUBLE|not tested) +(\S.*?)  +(\S.*)$`).FindAllStringSubmatch(out, -1) {
		names = append(names, line[2])
		r.signs[line[2]], r.text[line[2]] = sign(line[1]), line[3]
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
	case len(r.with(trouble)) > 0:
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
