package importer

import (
	"context"
	"fmt"
	"maps"
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

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/apptest"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/clitest"
)

// The departments in the tests.
const (
	research int64 = 724960201 + iota
	platform
	sales
)

// addOrganization adds 20 people in sales, an administrator, and a person whom the list changes.
func addOrganization(srv *dingtalktest.Server) {
	srv.AddDepartment(dingtalktest.Department{ID: research, Name: "研发中心"})
	srv.AddDepartment(dingtalktest.Department{ID: platform, Name: "Platform", ParentID: research})
	srv.AddDepartment(dingtalktest.Department{ID: sales, Name: "Sales"})
	srv.AddUser(dingtalktest.User{UserID: "boss", Name: "Chen Boss", Mobile: "13900000001", Boss: true, Admin: true})
	for i := range 20 {
		srv.AddUser(dingtalktest.User{
			UserID: fmt.Sprint("p", i), Name: fmt.Sprint("Person ", i), Mobile: fmt.Sprintf("138%08d", i), DeptIDList: []int64{sales},
		})
	}
	srv.AddUser(dingtalktest.User{
		UserID: "li.na", Name: "Li Na", Mobile: "13900000002", Title: "Engineer", Remark: "old", WorkPlace: "Hangzhou",
		DeptIDList: []int64{platform}, Extension: `{"Hobby":"Chess","Age":"24"}`,
	})
}

const header = "userid,name,mobile,dept_id_list,title,remark!,manager_userid,extension.Hobby\n"

// people returns the list of the tests: 8 people are new, 6 change, 3 stay the same, and 12 are not in it.
func people() string {
	list := header +
		"zhao.min,赵敏,13700000001,\"/研发中心/Platform,/Sales\",Lead,,boss,Go\n" +
		"li.na,Li Na,,/Sales,Lead,,zhao.min,Go\n"
	for i := range 7 {
		list += fmt.Sprintf("new%d,New %d,137%08d,/Sales,New,,zhao.min,\n", i, i, 10+i)
	}
	for i := range 5 {
		list += fmt.Sprintf("p%d,,,,Seller,,,\n", i)
	}
	return list + "p5,,,,,,,\np6,,,,,,,\np7,,,,,,,\n"
}

// imported returns the people after an import of the list, worked out by hand.
func imported(srv *dingtalktest.Server) []dingtalktest.User {
	addOrganization(srv)
	want := normalized(srv.Users())
	add := func(u dingtalktest.User) {
		u.Title, u.StateCode = "New", "86"
		want = append(want, u)
	}
	for i := range 7 {
		add(dingtalktest.User{
			UserID: fmt.Sprint("new", i), Name: fmt.Sprint("New ", i), Mobile: fmt.Sprintf("137%08d", 10+i), DeptIDList: []int64{sales},
			ManagerUserID: "zhao.min",
		})
	}
	add(dingtalktest.User{
		UserID: "zhao.min", Name: "赵敏", Mobile: "13700000001", DeptIDList: []int64{sales, platform},
		ManagerUserID: "boss", Extension: `{"Hobby":"Go"}`,
	})
	for i := range want {
		switch u := &want[i]; u.UserID {
		case "zhao.min":
			u.Title = "Lead"
		case "p0", "p1", "p2", "p3", "p4":
			u.Title = "Seller"
		case "li.na":
			u.Title, u.Remark, u.ManagerUserID, u.DeptIDList, u.Extension = "Lead", "", "zhao.min", []int64{sales}, `{"Age":"24","Hobby":"Go"}`
		}
	}
	return normalized(want)
}

// normalized removes what the service sets by itself, and sorts.
func normalized(users []dingtalktest.User) []dingtalktest.User {
	users = slices.Clone(users)
	for i := range users {
		u := &users[i]
		u.UnionID, u.CreateTime, u.DeptOrderList, u.LeaderInDept, u.Active, u.RealAuthed = "", time.Time{}, nil, nil, false, false
		u.DeptIDList = slices.Sorted(slices.Values(u.DeptIDList))
	}
	slices.SortFunc(users, func(a, b dingtalktest.User) int { return strings.Compare(a.UserID, b.UserID) })
	return users
}

// checkImported checks that the people are as in the list, and that no one was created or deleted twice.
func checkImported(t *testing.T, srv *dingtalktest.Server, gone ...string) {
	t.Helper()
	want := slices.DeleteFunc(imported(dingtalktest.New(t)), func(u dingtalktest.User) bool { return slices.Contains(gone, u.UserID) })
	require.Equal(t, want, normalized(srv.Users()))
	for _, op := range []string{"CreateUser", "DeleteUser"} {
		done := map[string]int{}
		for _, call := range srv.Calls(op) {
			id, _ := call.Body["userid"].(string)
			if call.Code == 0 && call.HTTPStatus == http.StatusOK {
				done[id]++
			}
		}
		for id, n := range done {
			assert.Equal(t, 1, n, "%s %s", op, id)
		}
	}
}

// listFile writes a list into a directory of its own.
func listFile(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "people.csv")
	require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
	return name
}

// runImport runs the program without a rate limit.
func runImport(ctx context.Context, env map[string]string, args ...string) (code int, stdout, stderr string) {
	code, stdout, stderr = clitest.Run(ctx, apptest.Name, apptest.Main(Command), env, "", append([]string{"-qps", "0", "-yes"}, args...)...)
	return code, stdout, clitest.CutPlace(apptest.Name, stderr)
}

// host is a server at a fixed address, with a hook for each call.
type host struct {
	srv  *dingtalktest.Server
	env  map[string]string
	hook atomic.Pointer[func() (after func())]
}

// serve serves the organization of the tests over real connections.
func serve(t *testing.T, opts ...dingtalktest.Option) *host {
	t.Helper()
	h := &host{srv: dingtalktest.New(t, append(opts, dingtalktest.Strict())...)}
	addOrganization(h.srv)
	h.resetHook()
	listening := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		after := (*h.hook.Load())()
		response := httptest.NewRecorder()
		h.srv.ServeHTTP(response, r)
		after()
		maps.Copy(w.Header(), response.Header())
		w.WriteHeader(response.Code)
		_, _ = w.Write(response.Body.Bytes())
	}))
	t.Cleanup(listening.Close)
	h.env = map[string]string{
		"DINGTALK_CLIENT_ID": h.srv.ClientID(), "DINGTALK_CLIENT_SECRET": h.srv.ClientSecret(), "DINGTALK_BASE_URL": listening.URL,
	}
	return h
}

// onCall runs a function at the k-th call from now on, before or after the call is handled.
func (h *host) onCall(k int64, handled bool, do func()) {
	var calls atomic.Int64
	h.hook.Store(new(func() func() {
		due := calls.Add(1) == k
		if due && !handled {
			do()
		}
		return func() {
			if due && handled {
				do()
			}
		}
	}))
}

func (h *host) resetHook() { h.onCall(0, false, func() {}) }

// writes counts the calls that changed something.
func (h *host) writes() int {
	return len(h.srv.Calls("CreateUser")) + len(h.srv.Calls("UpdateUser")) + len(h.srv.Calls("DeleteUser"))
}

// checkNoState checks that an import has left nothing beside its list.
func checkNoState(t *testing.T, file string) {
	t.Helper()
	require.NoFileExists(t, file+".journal")
	require.NoFileExists(t, file+".journal.plan")
}
