package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func TestMain(m *testing.M) {
	if os.Getenv("EXPORT_RUN") != "" { // as the program that the tests kill
		main()
	}
	os.Exit(m.Run())
}

// The departments of the tests.
const (
	research int64 = 724960201 + iota
	platform
	storage
	sales
	abroad
)

// organisation is small, and awkward where organisations are.
func organisation(srv *dingtalktest.Server) {
	srv.AddDepartment(dingtalktest.Department{ID: research, Name: "研发中心"})
	srv.AddDepartment(dingtalktest.Department{ID: platform, Name: "Platform", ParentID: research})
	srv.AddDepartment(dingtalktest.Department{ID: storage, Name: `R&D "disks"; <b>`, ParentID: platform})
	srv.AddDepartment(dingtalktest.Department{ID: sales, Name: "Sales"})
	srv.AddDepartment(dingtalktest.Department{ID: abroad, Name: "=1+1", ParentID: sales})
	everywhere := []int64{1, research, platform, storage, sales, abroad}
	for i := range 4 {
		everywhere = append(everywhere, srv.AddDepartment(dingtalktest.Department{Name: "Project " + string(rune('A'+i)), ParentID: abroad}))
	}
	for _, u := range []dingtalktest.User{
		{UserID: "boss", Name: "Chen Boss", Boss: true, Admin: true, DeptIDList: []int64{1}},
		{UserID: "everywhere", Name: "Li Wei", DeptIDList: everywhere, ManagerUserID: "boss"},
		{UserID: "quotes", Name: `Zhao "Min", the 'first'`, DeptIDList: []int64{research}},
		{UserID: "newline", Name: "Sun", Remark: "one\ntwo\n", DeptIDList: []int64{research, sales}},
		{UserID: "html", Name: `<script>alert("&")</script>`, DeptIDList: []int64{platform}},
		{UserID: "emoji", Name: "👩‍👩‍👧 张\u202e伟 🚀", DeptIDList: []int64{storage}},
		{UserID: "formula", Name: "=cmd|'/c calc'!A1", Title: "'+1", Remark: "@SUM(1)", JobNumber: "-7", DeptIDList: []int64{abroad}},
		{UserID: "apostrophe", Name: "'t Hooft", Title: "''=2", DeptIDList: []int64{abroad}},
		{UserID: "custom", Name: "Wu", Extension: `{"爱好":"象棋, \"围棋\"","n":"1"}`, DeptIDList: []int64{sales}},
		{UserID: "roles", Name: "He", RoleList: []dingtalktest.Role{{Name: "Driver", GroupName: "Safety"}}, DeptIDList: []int64{sales}},
		{UserID: "-minus", Name: "Minus", DeptIDList: []int64{platform, abroad}},
		{UserID: "hired", Name: "Qian", HiredDate: time.UnixMilli(1633017600000), DeptIDList: []int64{storage}},
	} {
		srv.AddUser(u)
	}
}

func TestEverybodyIsExportedWithAllThatIsKnown(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t, dingtalktest.Strict())
	organisation(srv)
	code, out, errOut := export(t.Context(), at(t, srv))
	require.Zero(t, code, errOut)
	require.Equal(t, "export: 12 people of 10 departments\n", errOut)

	paths := pathsOf(srv)
	var userids []string
	for line := range strings.Lines(out) {
		var got struct {
			dingtalk.User
			Departments []department `json:"departments"`
		}
		require.NoError(t, json.Unmarshal([]byte(line), &got))
		userids = append(userids, got.UserID)
		want, err := srv.Client().GetUser(t.Context(), dingtalk.GetUserRequest{UserID: got.UserID})
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
	require.ElementsMatch(t, useridsOf(srv), userids)
	require.Contains(t, out, `"path":"/研发中心/Platform/R&D \"disks\"; <b>"`, "nothing is escaped without need")
	require.Len(t, srv.Calls("GetUser"), 24, "one each, and those of this test")
}

func TestTheFastExportTakesACallForAHundredPeople(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t, dingtalktest.Strict(), dingtalktest.WithoutScope("qyapi_get_member"),
		dingtalktest.WithContactScope([]int64{1}, []string{"boss"}))
	organisation(srv)
	code, out, errOut := export(t.Context(), at(t, srv), "-fast")
	require.Zero(t, code, errOut)
	require.Empty(t, srv.Calls("GetUser"))
	require.Len(t, srv.Calls("ListUsers"), len(srv.Departments()))
	var userids []string
	for line := range strings.Lines(out) {
		var got dingtalk.OrgUser
		require.NoError(t, json.Unmarshal([]byte(line), &got))
		require.NotContains(t, line, "manager_userid", "what is not known is not there")
		userids = append(userids, got.UserID)
	}
	require.ElementsMatch(t, useridsOf(srv), userids)
}

func TestPeopleOutsideDepartmentsComeLast(t *testing.T) {
	t.Parallel()
	for _, fast := range []string{"-fast=false", "-fast"} {
		srv := dingtalktest.New(t, dingtalktest.WithContactScope([]int64{platform}, []string{"custom", "html"}))
		organisation(srv)
		code, out, errOut := export(t.Context(), at(t, srv), fast)
		require.Zero(t, code, errOut)
		require.Equal(t, "export: 6 people of 2 departments\n", errOut)
		lines := strings.Split(strings.TrimSpace(out), "\n")
		require.Len(t, lines, 6)
		require.Contains(t, lines[5], `"userid":"custom"`)
		require.Contains(t, lines[5], `"departments":[{"dept_id":724960204}]`, "a department out of sight has no path")
		require.Contains(t, out, `{"dept_id":724960202,"path":"…/Platform"}`)
		require.Contains(t, out, `{"dept_id":724960203,"path":"…/Platform/R&D \"disks\"; <b>"}`)
		if fast == "-fast" {
			require.NotContains(t, out, "manager_userid", "they have the same fields as the others")
		}
	}
}

func TestWrongUseIsRefused(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "people")
	require.NoError(t, os.WriteFile(file, []byte("mine"), 0o600))
	for want, args := range map[string][]string{
		"flag provided but not defined":        {"-x"},
		`it takes no argument: ["people.csv"]`: {"people.csv"},
		"-format xml: choose csv or jsonl":     {"-format", "xml"},
		"-bom and -raw are for -format csv":    {"-bom"},
		"-restart is for a file":               {"-restart"},
		"is there already, and complete":       {"-o", file},
		"is not a file":                        {"-o", os.DevNull},
		"not a directory":                      {"-o", filepath.Join(file, "x", "y")},
	} {
		code, out, errOut := export(t.Context(), nil, args...)
		assert.Equal(t, 2, code, want)
		assert.Contains(t, errOut, want)
		assert.Empty(t, out)
	}
	code, _, errOut := export(t.Context(), map[string]string{"DINGTALK_CLIENT_ID": "x"})
	require.Equal(t, 2, code)
	require.Contains(t, errOut, "DINGTALK_CLIENT_ID is set, but not DINGTALK_CLIENT_SECRET")
	code, _, errOut = export(t.Context(), nil, "-help")
	require.Zero(t, code)
	require.Contains(t, errOut, "-restart")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, "mine", string(text))
}

func TestAnAppThatMayNotReadIsToldWhatToDo(t *testing.T) {
	t.Parallel()
	for _, point := range []string{"qyapi_get_department_list", "qyapi_get_member"} {
		srv := dingtalktest.New(t, dingtalktest.WithoutScope(point))
		organisation(srv)
		code, out, errOut := export(t.Context(), at(t, srv))
		require.Equal(t, 1, code)
		require.Empty(t, out)
		require.Contains(t, errOut, "what to do: request "+point)
		require.LessOrEqual(t, len(srv.Calls("")), 40)
		require.Less(t, len(srv.Calls("ListUserIDs")), 2, "the first refusal says it all")
	}

	srv := dingtalktest.New(t)
	file := filepath.Join(t.TempDir(), "people")
	env := at(t, srv)
	env["DINGTALK_CLIENT_SECRET"] = "wrong"
	code, _, errOut := export(t.Context(), env, "-o", file)
	require.Equal(t, 1, code)
	require.Contains(t, errOut, "check DINGTALK_CLIENT_ID")
	require.NoFileExists(t, file)
	require.NoFileExists(t, file+".state")
}

func TestAFailureToWriteEndsTheExport(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	organisation(srv)
	var errOut strings.Builder
	code := run(t.Context(), nil, getenv(at(t, srv)), failing{}, &errOut)
	require.Equal(t, 1, code)
	require.Equal(t, "export: no space left\n", errOut.String())
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("no space left") }

// pathsOf is the path of each department by what the server stores.
func pathsOf(srv *dingtalktest.Server) map[int64]string {
	paths := map[int64]string{1: "/"}
	departments := srv.Departments()
	for len(paths) < len(departments) {
		for _, d := range departments {
			if above, known := paths[d.ParentID]; known {
				paths[d.ID] = strings.TrimSuffix(above, "/") + "/" + d.Name
			}
		}
	}
	return paths
}

func useridsOf(srv *dingtalktest.Server) []string {
	var ids []string
	for _, u := range srv.Users() {
		ids = append(ids, u.UserID)
	}
	return ids
}

func export(ctx context.Context, env map[string]string, args ...string) (code int, out, errOut string) {
	var o, e strings.Builder
	code = run(ctx, args, getenv(env), &o, &e)
	return code, o.String(), e.String()
}

func getenv(env map[string]string) func(string) string {
	return func(name string) string { return env[name] }
}

// at is the environment for a server as if it were the service.
func at(t *testing.T, srv *dingtalktest.Server) map[string]string {
	t.Helper()
	return serve(t, srv).env
}

// host is a server at an address that remains.
type host struct {
	env  map[string]string
	hook atomic.Pointer[func()]
}

// serve serves a server over real connections.
func serve(t *testing.T, srv *dingtalktest.Server) *host {
	t.Helper()
	h := &host{}
	h.before(func(int64) {})
	listening := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		(*h.hook.Load())()
		srv.ServeHTTP(w, r)
	}))
	t.Cleanup(listening.Close)
	h.env = map[string]string{
		"DINGTALK_CLIENT_ID": srv.ClientID(), "DINGTALK_CLIENT_SECRET": srv.ClientSecret(), "DINGTALK_BASE_URL": listening.URL,
	}
	return h
}

// before has something done before each call from now on, which is told the call's number.
func (h *host) before(call func(n int64)) {
	var calls atomic.Int64
	h.hook.Store(new(func() { call(calls.Add(1)) }))
}

func sortedLines(text string) []string {
	return slices.Sorted(strings.Lines(text))
}
