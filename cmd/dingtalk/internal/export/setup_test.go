package export

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/apptest"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/clitest"
)

// The departments in the tests.
const (
	research int64 = 724960201 + iota
	platform
	storage
	sales
	abroad
)

// addOrganization adds a small organization with awkward names, memberships and values.
func addOrganization(srv *dingtalktest.Server) {
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

// departmentPaths returns the path of each department that the server stores.
func departmentPaths(srv *dingtalktest.Server) map[int64]string {
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

func userIDs(srv *dingtalktest.Server) []string {
	var ids []string
	for _, u := range srv.Users() {
		ids = append(ids, u.UserID)
	}
	return ids
}

// runExport runs the program without a rate limit.
func runExport(ctx context.Context, env map[string]string, args ...string) (code int, stdout, stderr string) {
	code, stdout, stderr = clitest.Run(ctx, apptest.Name, apptest.Main(Command), env, "", append([]string{"-qps", "0"}, args...)...)
	return code, stdout, clitest.CutPlace(apptest.Name, stderr)
}

// environment serves a server and returns the environment in which the program takes it for DingTalk.
func environment(t *testing.T, srv *dingtalktest.Server) map[string]string {
	t.Helper()
	return serve(t, srv).env
}

// host is a server at a fixed address, with a hook for each call.
type host struct {
	env     map[string]string
	hook    atomic.Pointer[func()]
	handler atomic.Pointer[http.Handler]

	mu     sync.Mutex
	conns  int // open connections; each ends after its last request
	closed sync.Cond
}

// countConnections counts the open connections.
func (h *host) countConnections(_ net.Conn, state http.ConnState) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch state {
	case http.StateNew:
		h.conns++
	case http.StateClosed:
		h.conns--
		h.closed.Broadcast()
	default:
	}
}

// waitForRequests returns once no connection is open, and so all requests are handled. Their clients must have ended.
func (h *host) waitForRequests() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for h.conns > 0 {
		h.closed.Wait()
	}
}

// serve serves a server over real connections.
func serve(t *testing.T, srv *dingtalktest.Server) *host {
	t.Helper()
	h := &host{}
	h.beforeCall(func(int64) {})
	h.setHandler(srv)
	listening := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		(*h.hook.Load())()
		(*h.handler.Load()).ServeHTTP(w, r)
	}))
	h.closed.L = &h.mu
	listening.Config.ConnState = h.countConnections
	listening.Start()
	t.Cleanup(listening.Close)
	h.env = map[string]string{
		"DINGTALK_CLIENT_ID": srv.ClientID(), "DINGTALK_CLIENT_SECRET": srv.ClientSecret(), "DINGTALK_BASE_URL": listening.URL,
	}
	return h
}

// beforeCall runs a function before each call from now on, with the number of the call.
func (h *host) beforeCall(call func(n int64)) {
	var calls atomic.Int64
	h.hook.Store(new(func() { call(calls.Add(1)) }))
}

// setHandler has handler serve each call from now on.
func (h *host) setHandler(handler http.Handler) { h.handler.Store(&handler) }

func sortedLines(text string) []string {
	return slices.Sorted(strings.Lines(text))
}
