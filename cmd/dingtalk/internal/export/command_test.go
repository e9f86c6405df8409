package export

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/apptest"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/clitest"
)

func TestMain(m *testing.M) {
	if os.Getenv("EXPORT_RUN") != "" { // this process is the program that the tests kill
		apptest.Exec(Command)
	}
	os.Exit(m.Run())
}

func TestExport_WritesAllPeopleWithAllFields(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t, dingtalktest.Strict())
	addOrganization(srv)
	code, out, errOut := runExport(t.Context(), environment(t, srv))
	require.Zero(t, code, errOut)
	require.Equal(t, "dingtalk: 12 people of 10 departments\n", errOut)

	checkExported(t, srv, out)
	require.Contains(t, out, `"path":"/研发中心/Platform/R&D \"disks\"; <b>"`, "nothing is escaped unnecessarily")
	require.Len(t, srv.Calls("GetUser"), 24, "one per person, and one each by this test")
}

func TestExport_IsExactForALargeOrganization(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped with -short: exports a large organization")
	}
	srv := dingtalktest.New(t, dingtalktest.WithSampleOrg(80, 1500, 7))
	code, out, errOut := runExport(t.Context(), environment(t, srv))
	require.Zero(t, code, errOut)
	checkExported(t, srv, out)

	code, out, errOut = runExport(t.Context(), environment(t, srv), "-o", "csv", "-raw")
	require.Zero(t, code, errOut)
	rows := table(t, out)
	require.Len(t, rows, 1500)
	for _, u := range srv.Users() {
		for name, want := range map[string]string{
			"name": u.Name, "title": u.Title, "remark": u.Remark, "mobile": u.Mobile, "extension": u.Extension,
		} {
			require.Equal(t, strings.ReplaceAll(want, "\r\n", "\n"), rows[u.UserID][name]) // encoding/csv reads line breaks that way
		}
	}
}

// checkExported compares lines of JSON with what the server stores and returns.
func checkExported(t *testing.T, srv *dingtalktest.Server, out string) {
	t.Helper()
	client, paths := srv.Client(), departmentPaths(srv)
	var userids []string
	for line := range strings.Lines(out) {
		var got struct {
			dingtalk.User
			Departments []department `json:"departments"`
		}
		require.NoError(t, json.Unmarshal([]byte(line), &got))
		userids = append(userids, got.UserID)
		want, err := client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: got.UserID})
		require.NoError(t, err)
		require.Equal(t, *want, got.User)

		stored, _ := srv.User(got.UserID)
		require.Equal(t, stored.Name, got.Name)
		require.Equal(t, stored.Remark, got.Remark)
		require.Len(t, got.Departments, len(stored.DeptIDList))
		for i, d := range stored.DeptIDList {
			require.Equal(t, department{d, paths[d]}, got.Departments[i])
		}
	}
	require.ElementsMatch(t, userIDs(srv), userids)
}

func TestExport_TakesOneCallPerHundredPeopleWithFast(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t, dingtalktest.Strict(), dingtalktest.WithoutScope("qyapi_get_member"),
		dingtalktest.WithContactScope([]int64{1}, []string{"boss"}))
	addOrganization(srv)
	code, out, errOut := runExport(t.Context(), environment(t, srv), "-fast")
	require.Zero(t, code, errOut)
	require.Empty(t, srv.Calls("GetUser"))
	require.Len(t, srv.Calls("ListUsers"), len(srv.Departments()))
	var userids []string
	for line := range strings.Lines(out) {
		var got dingtalk.OrgUser
		require.NoError(t, json.Unmarshal([]byte(line), &got))
		require.NotContains(t, line, "manager_userid", "unknown fields are absent")
		userids = append(userids, got.UserID)
	}
	require.ElementsMatch(t, userIDs(srv), userids)
}

func TestExport_WritesPeopleOutsideDepartmentsLast(t *testing.T) {
	t.Parallel()
	for _, fast := range []string{"-fast=false", "-fast"} {
		srv := dingtalktest.New(t, dingtalktest.WithContactScope([]int64{platform}, []string{"custom", "html"}))
		addOrganization(srv)
		code, out, errOut := runExport(t.Context(), environment(t, srv), fast)
		require.Zero(t, code, errOut)
		require.Equal(t, "dingtalk: 6 people of 2 departments\n", errOut)
		lines := strings.Split(strings.TrimSpace(out), "\n")
		require.Len(t, lines, 6)
		require.Contains(t, lines[5], `"userid":"custom"`)
		require.Contains(t, lines[5], `"departments":[{"dept_id":724960204}]`, "a department that the app cannot see has no path")
		require.Contains(t, out, `{"dept_id":724960202,"path":"…/Platform"}`)
		require.Contains(t, out, `{"dept_id":724960203,"path":"…/Platform/R&D \"disks\"; <b>"}`)
		if fast == "-fast" {
			require.NotContains(t, out, "manager_userid", "they have the same fields as the others")
		}
	}
}

func TestExport_RefusesWrongUsage(t *testing.T) {
	t.Parallel()
	file, missing := filepath.Join(t.TempDir(), "people"), filepath.Join(t.TempDir(), "nonexistent")
	require.NoError(t, os.WriteFile(file, []byte("mine"), 0o600))
	for want, args := range map[string][]string{
		"-output xml: choose json or csv":   {"-o", "xml"},
		"-bom and -raw require -output csv": {"-bom"},
		"-qps -1: it must be 0 or more":     {"-qps", "-1"},
		"-restart requires a file":          {"-restart"},
		"people.xlsx: the ending of a file is .csv or .jsonl, or name the format with -output": {"people.xlsx"},
		"exists and is not an unfinished export":                                               {file},
		"is not a file":                                                                        {os.DevNull},
		"not a directory":                                                                      {filepath.Join(file, "x", "y")},
		"the folder " + missing + " does not exist: create it, or choose another one for people.csv\n": {filepath.Join(missing, "people.csv")},
	} {
		code, out, errOut := runExport(t.Context(), nil, append([]string{"-emulator"}, args...)...)
		assert.Equal(t, 2, code, want)
		assert.Contains(t, errOut, want)
		assert.Empty(t, out)
	}
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, "mine", string(text))
}

func TestExport_KeepsTheConventions(t *testing.T) {
	t.Parallel()
	clitest.CheckConventions(t, clitest.Program{Name: apptest.Name, Run: apptest.Main(Command), Help: apptest.Help(Command), TakesArgs: true, OnService: []string{"-qps", "0"}})
}

func TestExport_IsSilentWithQ(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	addOrganization(srv)
	code, _, errOut := clitest.Run(t.Context(), apptest.Name, apptest.Main(Command), environment(t, srv), "", "-q", "-qps", "0")
	require.Zero(t, code)
	require.Empty(t, errOut)
}

func TestExport_TakesTheFormatFromTheName(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, test := range map[string]struct {
		want string
		args []string
	}{
		"people.csv":   {"userid,", nil},
		"PEOPLE.CSV":   {"\ufeffuserid,", []string{"-bom"}},
		"people.jsonl": {`{"userid":`, nil},
		"people":       {`{"userid":`, nil},
		"lines.csv":    {`{"userid":`, []string{"-o", "json"}},
		"table.txt":    {"userid,", []string{"-o", "csv"}},
	} {
		name = filepath.Join(dir, name)
		code, _, errOut := runExport(t.Context(), nil, append(test.args, "-emulator", name)...)
		require.Zero(t, code, errOut)
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		require.True(t, strings.HasPrefix(string(text), test.want), name)
	}

	name := filepath.Join(dir, "people.csv")
	code, _, errOut := runExport(t.Context(), nil, "-emulator", name)
	require.Equal(t, 2, code, "the export of the next night")
	require.Contains(t, errOut, "replace it with -restart, or choose another file; a nightly export can have one for each day, "+
		"as in people-$(date +%F).csv\n")
	code, _, errOut = runExport(t.Context(), nil, "-emulator", name, "-restart")
	require.Zero(t, code, errOut)
}

func TestExport_GivesAdviceOnMissingPermissions(t *testing.T) {
	t.Parallel()
	for _, point := range []string{"qyapi_get_department_list", "qyapi_get_member"} {
		srv := dingtalktest.New(t, dingtalktest.WithoutScope(point))
		addOrganization(srv)
		code, out, errOut := runExport(t.Context(), environment(t, srv))
		require.Equal(t, 1, code)
		require.Empty(t, out)
		require.Contains(t, errOut, "what to do: request "+point)
		require.LessOrEqual(t, len(srv.Calls("")), 40)
		require.Less(t, len(srv.Calls("ListUserIDs")), 2, "the first refusal ends the export")
	}

	srv := dingtalktest.New(t)
	file := filepath.Join(t.TempDir(), "people")
	env := environment(t, srv)
	env["DINGTALK_CLIENT_SECRET"] = "wrong"
	code, _, errOut := runExport(t.Context(), env, file)
	require.Equal(t, 1, code)
	require.Contains(t, errOut, "check DINGTALK_CLIENT_ID")
	require.NoFileExists(t, file)
	require.NoFileExists(t, file+".state")
}

func TestExport_StopsOnAWriteError(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	addOrganization(srv)
	var errOut strings.Builder
	env := environment(t, srv)
	code := apptest.Main(Command)(t.Context(), cli.Process{
		Name: apptest.Name, Getenv: func(name string) string { return env[name] }, Stdout: clitest.FullDisk{}, Stderr: &errOut,
	})
	require.Equal(t, 1, code)
	require.Equal(t, "dingtalk: no space left\n", clitest.CutPlace(apptest.Name, errOut.String()))
}
