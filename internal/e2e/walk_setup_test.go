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

// addTree adds n departments below parent, in a tree that depends on seed, and users in each. Some users are
// in a second department, too.
func addTree(srv *dingtalktest.Server, parent int64, n int, seed uint64) (depts []int64) {
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

// interceptor is a transport that may respond, delay or record.
type interceptor struct {
	next http.RoundTripper
	// intercept gets each request. It returns a response in place of the server's, or "".
	intercept func(path, body string) (response string)

	mu       sync.Mutex
	inFlight map[string]int
	most     map[string]int // concurrent requests, by path
}

func (w *interceptor) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		body, _ = io.ReadAll(req.Body)
		req.Body = io.NopCloser(bytes.NewReader(body))
	}
	path := req.URL.Path
	w.mu.Lock()
	if w.most == nil {
		w.inFlight, w.most = map[string]int{}, map[string]int{}
	}
	w.inFlight[path]++
	w.most[path] = max(w.most[path], w.inFlight[path])
	w.mu.Unlock()
	defer func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.inFlight[path]--
	}()
	if w.intercept != nil {
		if response := w.intercept(path, string(body)); response != "" {
			header := http.Header{"Content-Type": {"application/json"}}
			return &http.Response{StatusCode: http.StatusOK, Header: header, Body: io.NopCloser(strings.NewReader(response)), Request: req}, nil
		}
	}
	return w.next.RoundTrip(req)
}

const (
	listUsersPath = "/topapi/v2/user/list"
	listSubIDPath = "/topapi/v2/department/listsubid"
	getDeptPath   = "/topapi/v2/department/get"
)

func intercepted(srv *dingtalktest.Server, intercept func(path, body string) string, opts ...dingtalk.Option) (*dingtalk.Client, *interceptor) {
	w := &interceptor{next: srv.Transport(), intercept: intercept}
	hc := &http.Client{Transport: w}
	return srv.Client(append([]dingtalk.Option{dingtalk.WithHTTPClient(hc)}, opts...)...), w
}

// walkResult holds the values of a walk, its errors by department, and its last error.
type walkResult[T any] struct {
	values []T
	failed map[int64]error
	last   error
}

func collectWalk[T any](all iter.Seq2[T, error]) (w walkResult[T]) {
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

// untyped returns the iterator without the type of its values.
func untyped[T any](all iter.Seq2[T, error]) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for value, err := range all {
			if !yield(value, err) {
				return
			}
		}
	}
}

func deptIDs(w walkResult[dingtalk.Department]) (ids []int64) {
	for _, d := range w.values {
		ids = append(ids, d.DeptID)
	}
	return ids
}

func userIDs(w walkResult[dingtalk.OrgUser]) (ids []string) {
	for _, u := range w.values {
		ids = append(ids, u.UserID)
	}
	return ids
}

// walkOrder returns the expected order of a walk, from the state of the server.
func walkOrder(srv *dingtalktest.Server, roots ...int64) (ids []int64) {
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

func storedUserIDs(srv *dingtalktest.Server) (ids []string) {
	for _, u := range srv.Users() {
		ids = append(ids, u.UserID)
	}
	return ids
}

func errorResponse(code int) string {
	return fmt.Sprintf(`{"errcode":%d,"errmsg":"refused","request_id":"1b7w3r5t9y2ua"}`, code)
}

func isAbout(body string, dept int64) bool {
	return strings.Contains(body, fmt.Sprintf(`"dept_id":%d`, dept))
}
