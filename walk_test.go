package dingtalk_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// grow gives the organisation n departments below parent, in a tree that depends on seed, and people in
// each; every seventh person is in a second department too.
func grow(srv *dingtalktest.Server, parent int64, n int, seed uint64) (depts []int64) {
	rnd := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // a tree, not a secret
	depts = []int64{parent}
	for i := range n {
		under := depts[rnd.IntN(len(depts))]
		id := srv.AddDepartment(dingtalktest.Department{ParentID: under, Name: fmt.Sprintf("D%d", i), Order: int64(rnd.IntN(5))})
		depts = append(depts, id)
		for j := range rnd.IntN(4) {
			in := []int64{id}
			if j == 0 && i%7 == 0 {
				if other := depts[rnd.IntN(len(depts))]; other != id {
					in = append(in, other)
				}
			}
			srv.AddUser(dingtalktest.User{Name: fmt.Sprintf("P%d.%d", i, j), DeptIDList: in})
		}
	}
	return depts
}

// way is a transport that may answer, delay or watch what passes.
type way struct {
	next http.RoundTripper
	// meet sees each call with its body. An answer in place of the server's is returned as text.
	meet func(path, body string) (answer string)

	mu       sync.Mutex
	underway map[string]int
	most     map[string]int // at once, by path
}

func (w *way) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		body, _ = io.ReadAll(req.Body)
		req.Body = io.NopCloser(bytes.NewReader(body))
	}
	path := req.URL.Path
	w.mu.Lock()
	if w.most == nil {
		w.underway, w.most = map[string]int{}, map[string]int{}
	}
	w.underway[path]++
	w.most[path] = max(w.most[path], w.underway[path])
	w.mu.Unlock()
	defer func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.underway[path]--
	}()
	if w.meet != nil {
		if answer := w.meet(path, string(body)); answer != "" {
			header := http.Header{"Content-Type": {"application/json"}}
			return &http.Response{StatusCode: http.StatusOK, Header: header, Body: io.NopCloser(strings.NewReader(answer)), Request: req}, nil
		}
	}
	return w.next.RoundTrip(req)
}

const (
	listUsersPath = "/topapi/v2/user/list"
	listSubIDPath = "/topapi/v2/department/listsubid"
	getDeptPath   = "/topapi/v2/department/get"
)

func over(srv *dingtalktest.Server, meet func(path, body string) string, opts ...dingtalk.Option) (*dingtalk.Client, *way) {
	w := &way{next: srv.Transport(), meet: meet}
	hc := &http.Client{Transport: w}
	return srv.Client(append([]dingtalk.Option{dingtalk.WithHTTPClient(hc)}, opts...)...), w
}

// walked is what a walk gave: values, and errors by department.
type walked[T any] struct {
	values []T
	failed map[int64]error
	last   error
}

func through[T any](all iter.Seq2[T, error]) (w walked[T]) {
	w.failed = map[int64]error{}
	for value, err := range all {
		w.last = err
		if err == nil {
			w.values = append(w.values, value)
			continue
		}
		e, ok := errors.AsType[*dingtalk.Error](err)
		if !ok {
			e = &dingtalk.Error{DeptID: -1}
		}
		w.failed[e.DeptID] = err
	}
	return w
}

// anything takes the type away.
func anything[T any](all iter.Seq2[T, error]) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for value, err := range all {
			if !yield(value, err) {
				return
			}
		}
	}
}

func deptIDs(w walked[dingtalk.Department]) (ids []int64) {
	for _, d := range w.values {
		ids = append(ids, d.DeptID)
	}
	return ids
}

func userIDs(w walked[dingtalk.OrgUser]) (ids []string) {
	for _, u := range w.values {
		ids = append(ids, u.UserID)
	}
	return ids
}

// breadthFirst is the order of a walk, from the organisation's own state.
func breadthFirst(srv *dingtalktest.Server, roots ...int64) (ids []int64) {
	all := srv.Departments()
	queue := roots
	for len(queue) > 0 {
		id := queue[0]
		queue = queue[1:]
		ids = append(ids, id)
		var below []dingtalktest.Department
		for _, d := range all {
			if d.ParentID == id && d.ID != id {
				below = append(below, d)
			}
		}
		slices.SortStableFunc(below, func(a, b dingtalktest.Department) int {
			if a.Order != b.Order {
				return int(a.Order - b.Order)
			}
			return int(a.ID - b.ID)
		})
		for _, d := range below {
			queue = append(queue, d.ID)
		}
	}
	return ids
}

func allUserIDs(srv *dingtalktest.Server) (ids []string) {
	for _, u := range srv.Users() {
		ids = append(ids, u.UserID)
	}
	return ids
}

func TestAWalkReadsTheWholeTreeInOneOrder(t *testing.T) {
	t.Parallel()
	for _, concurrency := range []int{1, 3, 0, 100} {
		t.Run(fmt.Sprint(concurrency), func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				grow(srv, 1, 200, 7)
				client, w := over(srv, func(string, string) string {
					time.Sleep(time.Duration(rand.IntN(50)) * time.Millisecond) // answers overtake each other
					return ""
				})
				depts := client.OrgDepartments(t.Context(), dingtalk.OrgDepartmentsRequest{Concurrency: concurrency})
				people := client.OrgUsers(t.Context(), dingtalk.OrgUsersRequest{Concurrency: concurrency})
				for range 2 { // ranging again starts over
					got := through(depts)
					assert.Empty(t, got.failed)
					assert.Equal(t, breadthFirst(srv, 1), deptIDs(got))
					for _, d := range got.values {
						stored, _ := srv.Department(d.DeptID)
						require.Equal(t, stored.Name, d.Name)
						require.Equal(t, stored.ParentID, d.ParentID)
					}

					users := through(people)
					assert.Empty(t, users.failed)
					assert.ElementsMatch(t, allUserIDs(srv), userIDs(users), "everybody, and once")
					for _, u := range users.values {
						stored, _ := srv.User(u.UserID)
						require.ElementsMatch(t, stored.DeptIDList, u.DeptIDList)
						require.Contains(t, u.DeptIDList, u.DeptID)
					}
				}
				limit := concurrency
				if limit == 0 {
					limit = 16
				}
				for _, path := range []string{listUsersPath, listSubIDPath, getDeptPath} {
					assert.LessOrEqual(t, w.most[path], limit, path)
					if limit <= 16 {
						assert.GreaterOrEqual(t, w.most[path], limit, "%s: all lanes are used", path)
					}
				}
				assert.Len(t, srv.Calls("GetDepartment"), 2*201)
				assert.Len(t, srv.Calls("ListSubDepartmentIDs"), 2*2*201)
			})
		})
	}
}

func TestPeopleComeInTheOrderOfDepartmentsWhateverTheNetworkDoes(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		grow(srv, 1, 60, 3)
		want := userIDs(through(srv.Client().OrgUsers(t.Context(), dingtalk.OrgUsersRequest{Concurrency: 1})))
		require.NotEmpty(t, want)
		for range 5 {
			client, _ := over(srv, func(string, string) string {
				time.Sleep(time.Duration(rand.IntN(500)) * time.Millisecond)
				return ""
			})
			assert.Equal(t, want, userIDs(through(client.OrgUsers(t.Context(), dingtalk.OrgUsersRequest{Concurrency: 7}))))
		}
	})
}

func TestSomebodyInTenDepartmentsComesOnceWithAllOfThem(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		var depts []int64
		for i := range 10 {
			depts = append(depts, srv.AddDepartment(dingtalktest.Department{Name: fmt.Sprint("D", i), Order: int64(i)}))
		}
		srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min", DeptIDList: depts})
		got := through(srv.Client().OrgUsers(t.Context(), dingtalk.OrgUsersRequest{}))
		require.Equal(t, []string{"zhao.min"}, userIDs(got))
		assert.ElementsMatch(t, depts, got.values[0].DeptIDList)
		assert.Equal(t, depts[0], got.values[0].DeptID)
	})
}

func TestADepartmentOfSeveralPagesIsReadToItsEnd(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		for i := range 1001 {
			srv.AddUser(dingtalktest.User{Name: fmt.Sprint("P", i)})
		}
		got := through(srv.Client().OrgUsers(t.Context(), dingtalk.OrgUsersRequest{}))
		assert.Empty(t, got.failed)
		assert.ElementsMatch(t, allUserIDs(srv), userIDs(got))
		assert.Len(t, srv.Calls("ListUsers"), 11)
	})
}

func TestAWalkBeginsAtWhatTheAppMaySee(t *testing.T) {
	t.Parallel()
	const east, west, shop, far = 4300000010, 4300000020, 4300000030, 4300000040
	seed := func(srv *dingtalktest.Server) {
		srv.AddDepartment(dingtalktest.Department{ID: east, Name: "East"})
		srv.AddDepartment(dingtalktest.Department{ID: west, Name: "West"})
		srv.AddDepartment(dingtalktest.Department{ID: shop, ParentID: east, Name: "Shop"})
		srv.AddDepartment(dingtalktest.Department{ID: far, ParentID: west, Name: "Far"})
		for id, dept := range map[string]int64{"root": 1, "east": east, "west": west, "shop": shop, "far": far} {
			srv.AddUser(dingtalktest.User{UserID: id, Name: "Name of " + id, Title: "Title", DeptIDList: []int64{dept}})
		}
	}
	for name, tt := range map[string]struct {
		opts   []dingtalktest.Option
		only   []int64
		depts  []int64
		people []string
		failed []int64
	}{
		"everything":  {nil, nil, []int64{1, east, west, shop, far}, []string{"root", "east", "west", "shop", "far"}, nil},
		"a sub-tree":  {nil, []int64{east}, []int64{east, shop}, []string{"east", "shop"}, nil},
		"two of them": {nil, []int64{far, east}, []int64{far, east, shop}, []string{"far", "east", "shop"}, nil},
		"nested, the lower first": {
			nil, []int64{shop, far, east}, []int64{far, east, shop}, []string{"far", "east", "shop"}, nil,
		},
		"nothing asked for": {nil, []int64{}, nil, nil, nil},
		"one branch": {
			[]dingtalktest.Option{dingtalktest.WithContactScope([]int64{west}, nil)}, nil,
			[]int64{west, far}, []string{"west", "far"}, nil,
		},
		"nested branches": {
			[]dingtalktest.Option{dingtalktest.WithContactScope([]int64{far, west}, nil)}, nil,
			[]int64{west, far}, []string{"west", "far"}, nil,
		},
		"people for themselves, one of them seen already": {
			[]dingtalktest.Option{dingtalktest.WithContactScope([]int64{west}, []string{"shop", "far", "root"})}, nil,
			[]int64{west, far}, []string{"west", "far", "shop", "root"}, nil,
		},
		"somebody named twice": {
			[]dingtalktest.Option{dingtalktest.WithContactScope(nil, []string{"shop", "far", "shop"})}, nil,
			nil, []string{"shop", "far"}, nil,
		},
		"people alone": {
			[]dingtalktest.Option{dingtalktest.WithContactScope(nil, []string{"shop"})}, nil, nil, []string{"shop"}, nil,
		},
		"nobody": {[]dingtalktest.Option{dingtalktest.WithContactScope(nil, nil)}, nil, nil, nil, nil},
		"not allowed to ask": {
			[]dingtalktest.Option{dingtalktest.WithoutScope("qyapi_base")}, nil,
			[]int64{1, east, west, shop, far}, []string{"root", "east", "west", "shop", "far"}, nil,
		},
		"not allowed to ask, and the root out of sight": {
			[]dingtalktest.Option{dingtalktest.WithoutScope("qyapi_base"), dingtalktest.WithContactScope([]int64{east}, nil)}, nil,
			[]int64{east, shop}, []string{"east", "shop"}, []int64{1, west, far},
		},
		"a branch out of sight": {
			[]dingtalktest.Option{dingtalktest.WithContactScope([]int64{east}, nil)}, []int64{west, shop},
			[]int64{shop}, []string{"shop"}, []int64{west, far},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				seed(srv)
				client := srv.Client()
				depts := through(client.OrgDepartments(t.Context(), dingtalk.OrgDepartmentsRequest{DeptIDs: tt.only}))
				assert.Equal(t, tt.depts, deptIDs(depts))
				people := through(client.OrgUsers(t.Context(), dingtalk.OrgUsersRequest{DeptIDs: tt.only}))
				assert.Equal(t, tt.people, userIDs(people))
				for _, u := range people.values {
					assert.Equal(t, "Title", u.Title)
				}
				assert.Len(t, depts.failed, len(tt.failed))
				assert.Len(t, people.failed, len(tt.failed))
				for _, id := range tt.failed {
					require.ErrorIs(t, depts.failed[id], dingtalk.ErrPermission)
					require.ErrorIs(t, people.failed[id], dingtalk.ErrPermission)
					require.ErrorContains(t, people.failed[id], fmt.Sprintf("dingtalk: ListUsers: department %d: errcode 50004", id))
				}
			}, tt.opts...)
		})
	}
}

func refusalOf(code int) string {
	return fmt.Sprintf(`{"errcode":%d,"errmsg":"refused","request_id":"1b7w3r5t9y2ua"}`, code)
}

func about(body string, dept int64) bool {
	return strings.Contains(body, fmt.Sprintf(`"dept_id":%d`, dept))
}

func TestABranchThatFailsDoesNotLoseTheRest(t *testing.T) {
	t.Parallel()
	const east, shop, west = 4300000010, 4300000011, 4300000020
	for name, tt := range map[string]struct {
		path          string
		code          int
		depts, people []int64
		class         error
	}{
		"the children cannot be listed": {listSubIDPath, -1, []int64{1, east, west}, []int64{1, east, west}, dingtalk.ErrTransient},
		"it cannot be read":             {getDeptPath, 400001, []int64{1, west, shop}, []int64{1, east, west, shop}, dingtalk.ErrTransient},
		"its people cannot be read":     {listUsersPath, 60019, []int64{1, east, west, shop}, []int64{1, west, shop}, dingtalk.ErrInvalidArgument},
		"it is out of sight":            {listUsersPath, 50004, []int64{1, east, west, shop}, []int64{1, west, shop}, dingtalk.ErrPermission},
		"it is throttled for ever":      {getDeptPath, 90018, []int64{1, west, shop}, []int64{1, east, west, shop}, dingtalk.ErrRateLimited},
		"it answers with a page":        {getDeptPath, 0, []int64{1, west, shop}, []int64{1, east, west, shop}, dingtalk.ErrTransient},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				srv.AddDepartment(dingtalktest.Department{ID: east, Name: "East", Order: 1})
				srv.AddDepartment(dingtalktest.Department{ID: west, Name: "West", Order: 2})
				srv.AddDepartment(dingtalktest.Department{ID: shop, ParentID: east, Name: "Shop"})
				for _, dept := range []int64{1, east, west, shop} {
					srv.AddUser(dingtalktest.User{Name: fmt.Sprint(dept), DeptIDList: []int64{dept}})
				}
				client, _ := over(srv, func(path, body string) string {
					switch {
					case path != tt.path || !about(body, east):
						return ""
					case tt.code == 0:
						return `{"errcode":0,"result":{"dept_id":{}}`
					}
					return refusalOf(tt.code)
				})
				depts := through(client.OrgDepartments(t.Context(), dingtalk.OrgDepartmentsRequest{}))
				people := through(client.OrgUsers(t.Context(), dingtalk.OrgUsersRequest{}))
				assert.Equal(t, tt.depts, deptIDs(depts))
				var in []int64
				for _, u := range people.values {
					in = append(in, u.DeptID)
				}
				assert.Equal(t, tt.people, in)
				both := 0
				for _, failed := range []map[int64]error{depts.failed, people.failed} {
					if err := failed[east]; err != nil {
						both++
						require.Len(t, failed, 1)
						require.ErrorIs(t, err, tt.class)
						e, ok := errors.AsType[*dingtalk.Error](err)
						require.True(t, ok)
						assert.Equal(t, int64(east), e.DeptID)
						assert.Contains(t, err.Error(), "department 4300000010: ")
					}
				}
				assert.Positive(t, both)
			})
		})
	}
}

func TestAPageThatFailsKeepsThePeopleBeforeIt(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		sales := srv.AddDepartment(dingtalktest.Department{Name: "Sales"})
		for i := range 250 {
			srv.AddUser(dingtalktest.User{Name: fmt.Sprint("P", i), DeptIDList: []int64{1, sales}})
		}
		client, _ := over(srv, func(path, body string) string {
			if path == listUsersPath && about(body, 1) && strings.Contains(body, `"cursor":100`) {
				return refusalOf(60019)
			}
			return ""
		})
		got := through(client.OrgUsers(t.Context(), dingtalk.OrgUsersRequest{}))
		assert.ElementsMatch(t, allUserIDs(srv), userIDs(got), "the first hundred once, the others by their second department")
		assert.Len(t, got.failed, 1)
		assert.Error(t, got.failed[1])
	})
}

func TestADepartmentThatDisappearsMeanwhileIsNamedOnce(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		gone := srv.AddDepartment(dingtalktest.Department{Name: "Gone", Order: 1})
		stays := srv.AddDepartment(dingtalktest.Department{Name: "Stays", Order: 2})
		srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min", DeptIDList: []int64{stays}})
		boss := srv.Client()
		client, _ := over(srv, func(path, body string) string {
			if about(body, gone) { // listed as a child of the root a moment ago
				_ = boss.DeleteDepartment(t.Context(), dingtalk.DeleteDepartmentRequest{DeptID: gone})
			}
			return ""
		})
		var order []int64
		for d, err := range client.OrgDepartments(t.Context(), dingtalk.OrgDepartmentsRequest{}) {
			if err != nil {
				require.ErrorIs(t, err, dingtalk.ErrNotFound)
				e, _ := errors.AsType[*dingtalk.Error](err)
				order = append(order, -e.DeptID)
				continue
			}
			order = append(order, d.DeptID)
		}
		assert.Equal(t, []int64{1, -gone, stays}, order, "in its place, and once although two calls failed")
		got := through(client.OrgUsers(t.Context(), dingtalk.OrgUsersRequest{}))
		assert.Empty(t, got.failed, "it is no longer listed")
		assert.Equal(t, []string{"zhao.min"}, userIDs(got))
	})
}

func TestThrottlesAreWaitedFor(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		grow(srv, 1, 30, 5)
		for _, op := range []string{"GetAuthScopes", "ListSubDepartmentIDs", "GetDepartment"} {
			srv.Fail(op, dingtalktest.Throttled, 2)
		}
		depts := through(srv.Client().OrgDepartments(t.Context(), dingtalk.OrgDepartmentsRequest{}))
		assert.Equal(t, breadthFirst(srv, 1), deptIDs(depts))
		for _, op := range []string{"GetAuthScopes", "ListSubDepartmentIDs", "ListUsers"} {
			srv.Fail(op, dingtalktest.Throttled, 2)
		}
		people := through(srv.Client().OrgUsers(t.Context(), dingtalk.OrgUsersRequest{}))
		assert.ElementsMatch(t, allUserIDs(srv), userIDs(people))
		assert.Empty(t, depts.failed)
		assert.Empty(t, people.failed)
	})
}

func TestDepartmentsInACircleAreWalkedOnce(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		srv.AddDepartment(dingtalktest.Department{ID: 10, Name: "A"})
		srv.AddDepartment(dingtalktest.Department{ID: 20, ParentID: 10, Name: "B"})
		client, _ := over(srv, func(path, body string) string {
			if path == listSubIDPath && about(body, 20) {
				return `{"errcode":0,"errmsg":"ok","result":{"dept_id_list":[10,20,1,20]},"request_id":"1q8w4e2r6t0yb"}`
			}
			return ""
		})
		got := through(client.OrgDepartments(t.Context(), dingtalk.OrgDepartmentsRequest{}))
		assert.Empty(t, got.failed)
		assert.Equal(t, []int64{1, 10, 20}, deptIDs(got))
	})
}

func TestACursorThatStandsStillIsAnErrorOfTheDepartment(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		stuck := srv.AddDepartment(dingtalktest.Department{Name: "Stuck", Order: 1})
		fine := srv.AddDepartment(dingtalktest.Department{Name: "Fine", Order: 2})
		srv.AddUser(dingtalktest.User{UserID: "fine", Name: "Fine", DeptIDList: []int64{fine}})
		client, _ := over(srv, func(path, body string) string {
			if path == listUsersPath && about(body, stuck) {
				return `{"errcode":0,"result":{"has_more":true,"next_cursor":0,"list":[{"userid":"u1"}]}}`
			}
			return ""
		})
		got := through(client.OrgUsers(t.Context(), dingtalk.OrgUsersRequest{}))
		assert.Equal(t, []string{"u1", "fine"}, userIDs(got))
		assert.ErrorContains(t, got.failed[stuck], "its cursor does not advance")
	})
}
