package export

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/app"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/apptest"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/output"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/progress"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
)

func TestExport_ReportsAndRetriesOnlyFailedDepartments(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		op      string
		path    string
		at      int
		fault   dingtalktest.Fault
		message string
	}{ // the name is also read for the place
		"the list of its people":   {"ListUserIDs", "/topapi/user/listid", 1, dingtalktest.Code(50004), "/ (1): dingtalk: ListUserIDs: permission denied: the department is outside the app's contact scope: errcode 50004"},
		"one of its people":        {"GetUser", "", 1, dingtalktest.Code(50002), "without 1 person: dingtalk: GetUser: permission denied: the user is outside the app's contact scope: errcode 50002"},
		"its name":                 {"GetDepartment", "/topapi/v2/department/get", 2, dingtalktest.Code(400002), "/ (1): dingtalk: GetDepartment: department 1: invalid argument: errcode 400002"},
		"the list of its children": {"ListSubDepartmentIDs", "/topapi/v2/department/listsubid", 1, dingtalktest.Code(400002), "(1): dingtalk: ListSubDepartmentIDs: department 1: invalid argument: errcode 400002"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := dingtalktest.New(t)
			addOrganization(srv)
			h := serve(t, srv)
			want := exportAll(t, h, nil)
			lists := len(srv.Calls("ListUserIDs"))
			h.setHandler(&failsAtRoot{srv: srv, op: test.op, path: test.path, at: test.at, fault: test.fault})
			file := filepath.Join(t.TempDir(), "people")
			code, _, errOut := runExport(t.Context(), h.env, file)
			require.Equal(t, 1, code)
			require.Contains(t, errOut, test.message)
			require.Contains(t, errOut, "the same command retries the others")
			require.FileExists(t, file+".state")
			first := readFile(t, file)
			require.True(t, strings.HasSuffix(first, "\n"))
			missing := len(srv.Departments()) - (len(srv.Calls("ListUserIDs")) - lists)
			lists = len(srv.Calls("ListUserIDs"))
			users := len(srv.Calls("GetUser"))

			code, _, errOut = runExport(t.Context(), h.env, file)
			require.Zero(t, code, errOut)
			require.Equal(t, sortedLines(want), sortedLines(readFile(t, file)))
			require.True(t, strings.HasPrefix(readFile(t, file), first))
			require.Len(t, srv.Calls("ListUserIDs"), lists+max(1, missing), "complete departments are not read again")
			require.Len(t, srv.Calls("GetUser"), users+len(srv.Users())-strings.Count(first, "\n"))
			require.NoFileExists(t, file+".state")
		})
	}
}

// failsAtRoot is a server on which an operation fails once: at a call of any kind if path is empty, and otherwise at its
// call about the root department with a number, regardless of the order of the calls.
type failsAtRoot struct {
	srv      *dingtalktest.Server
	op, path string
	at       int
	fault    dingtalktest.Fault

	mu    sync.Mutex
	calls int
}

func (f *failsAtRoot) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if f.path != "" && r.URL.Path != f.path {
		f.srv.ServeHTTP(w, r)
		return
	}
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	var about struct {
		DeptID int64 `json:"dept_id"`
	}
	_ = json.Unmarshal(body, &about)
	f.mu.Lock() // so that no other call meets the fault
	defer f.mu.Unlock()
	if f.path == "" || about.DeptID == dingtalk.RootDepartmentID {
		if f.calls++; f.calls == f.at {
			f.srv.Fail(f.op, f.fault, 1)
		}
	}
	f.srv.ServeHTTP(w, r)
}

func TestExport_OmitsAPersonUntilAllDepartmentsAreRead(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	addOrganization(srv)
	var out strings.Builder
	j := newJob(srv, &out, settings{Format: output.JSON})
	srv.Fail("GetDepartment", dingtalktest.Code(400002), 1)
	require.NoError(t, j.writeDepartment(t.Context(), platform, j.members(t.Context(), platform)))
	require.Len(t, j.failed, 1)
	require.Equal(t, 1, j.failed[0].people)
	require.False(t, j.out.isDone(platform))

	j.failed = nil
	require.NoError(t, j.writeDepartment(t.Context(), platform, j.members(t.Context(), platform)))
	require.Empty(t, j.failed)
	require.True(t, j.out.isDone(platform))
	require.Equal(t, 3, strings.Count(out.String(), "\n"))
	require.NotContains(t, out.String(), "…")
}

func TestExport_IgnoresPeopleWhoLeaveDuringIt(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	srv.AddUser(dingtalktest.User{})
	srv.AddUser(dingtalktest.User{})
	srv.Fail("GetUser", dingtalktest.Code(60121), 1)
	code, out, errOut := runExport(t.Context(), environment(t, srv))
	require.Zero(t, code, errOut)
	require.Equal(t, 1, strings.Count(out, "\n"))
}

func TestExport_StopsOnABan(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]dingtalktest.Fault{
		"of the address": dingtalktest.BanJSON, "of the month": dingtalktest.Code(90020), "of the app": dingtalktest.Code(90004),
	} {
		for _, op := range []string{"GetUser", "ListUserIDs", "GetDepartment"} {
			srv := dingtalktest.New(t)
			addOrganization(srv)
			srv.Fail(op, fault, 100)
			code, out, errOut := runExport(t.Context(), environment(t, srv))
			assert.Equal(t, 1, code)
			assert.Contains(t, errOut, "try again", name)
			if op != "GetDepartment" { // which is also called for the place, before the export begins
				assert.Contains(t, errOut, "stopped after", name)
			}
			assert.LessOrEqual(t, len(srv.Calls("ListUserIDs")), 1, name)
			assert.Empty(t, out, name)
		}
	}
}

func TestExport_MissesNoOneWhenThrottled(t *testing.T) {
	t.Parallel()
	for _, fast := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			srv := dingtalktest.New(t, dingtalktest.WithQPS(20), dingtalktest.WithLatency(30*time.Millisecond))
			addOrganization(srv)
			for range 300 {
				srv.AddUser(dingtalktest.User{DeptIDList: []int64{platform}})
			}
			var out, errOut strings.Builder
			begin := time.Now()
			j := newJob(srv, &out, settings{Format: output.JSON, Fast: fast})
			j.progress = newProgress(&app.Run{Process: cli.Process{Name: apptest.Name, Stderr: &errOut}, Verbose: true})
			require.NoError(t, j.run(t.Context()))
			require.Empty(t, j.failed)
			require.NoError(t, j.out.finish())
			require.Equal(t, len(srv.Users()), strings.Count(out.String(), "\n"))
			if !fast {
				require.Regexp(t, `^(dingtalk: \d+ of about 312 people\n)+$`, errOut.String())
				require.LessOrEqual(t, strings.Count(errOut.String(), "\n"), int(time.Since(begin)/progress.LogInterval))
			}
		})
	}
}

func TestExport_IsNotThrottledWithinTheLimits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := dingtalktest.New(t, dingtalktest.WithQPS(20), dingtalktest.WithSampleOrg(40, 600, 1))
		var out strings.Builder
		j := newJob(srv, &out, settings{Format: output.JSON})
		j.client = srv.Client(app.RateLimit(20))
		begin := time.Now()
		require.NoError(t, j.run(t.Context()))
		require.Empty(t, j.failed)
		require.NoError(t, j.out.finish())
		require.Equal(t, 600, strings.Count(out.String(), "\n"))
		require.Len(t, srv.Calls("GetUser"), 600)
		require.Less(t, time.Since(begin), 45*time.Second)
	})
}

// newJob returns an export without real connections, for tests in a synctest bubble.
func newJob(srv *dingtalktest.Server, out *strings.Builder, s settings) *job {
	client := srv.Client()
	return &job{
		client: client, fast: s.Fast, tree: newTree(client), out: newRecords(out), encoder: newEncoder(s), progress: noProgress{},
	}
}

func TestTree_EndsOnACycle(t *testing.T) {
	t.Parallel()
	tree := newTree(nil)
	for id := int64(2); id <= 4; id++ {
		tree.add(&dingtalk.Department{DeptID: id, Name: "d", ParentID: 2 + (id-1)%3})
	}
	require.NoError(t, tree.read(t.Context(), 2))
	require.Regexp(t, "^…(/d)+$", tree.path(2))
}

func TestTree_HasNoPathOfADeletedDepartment(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	tree := newTree(srv.Client())
	for range 2 {
		list, err := tree.departments(t.Context(), []int64{7, 1})
		require.NoError(t, err)
		require.Equal(t, []department{{DeptID: 7}, {DeptID: 1, Path: "/"}}, list)
	}
	require.Len(t, srv.Calls("GetDepartment"), 1, "it is requested once")
	require.Equal(t, "department 7", tree.label(7))
	require.Contains(t, tree.label(noDepartment), "in no department")
}
