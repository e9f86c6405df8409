package e2e_test

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

func refusalOf(code int) string {
	return fmt.Sprintf(`{"errcode":%d,"errmsg":"refused","request_id":"1b7w3r5t9y2ua"}`, code)
}

func about(body string, dept int64) bool {
	return strings.Contains(body, fmt.Sprintf(`"dept_id":%d`, dept))
}
