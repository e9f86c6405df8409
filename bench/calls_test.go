package main

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/mirror"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

// The table of a whole read in docs/performance.md.
var (
	callsTable = flag.Bool("calls.table", false, "read organizations of up to 5,000 departments and 100,000 people, which takes minutes")
	callsCSV   = flag.String("calls.csv", "", "write the table to this `file` as well")
)

// reader is a way to read the people of an organization with their departments. It returns how many it has read.
type reader struct {
	name      string
	unlimited bool // without the client's limit
	details   bool // reads each department as well
	read      func(ctx context.Context, t *testing.T, c *dingtalk.Client) int
}

var readers = []reader{
	{"`OrgUsers`", false, false, func(ctx context.Context, t *testing.T, c *dingtalk.Client) (n int) {
		t.Helper()
		for _, err := range c.OrgUsers(ctx, dingtalk.OrgUsersRequest{}) {
			require.NoError(t, err)
			n++
		}
		return n
	}},
	{"`provision.NewPlan`", false, false, func(ctx context.Context, t *testing.T, c *dingtalk.Client) int {
		t.Helper()
		plan, err := provision.NewPlan(ctx, c, provision.List(), provision.Options{})
		require.NoError(t, err)
		return plan.People
	}},
	{"`mirror`, first scan", false, true, scanOnce},
	{"loops: sub-departments, pages of people", true, false, func(ctx context.Context, t *testing.T, c *dingtalk.Client) int {
		t.Helper()
		seen := map[string]bool{}
		eachDepartment(ctx, t, c, func(dept int64) { readPages(ctx, t, c, dept, seen) })
		return len(seen)
	}},
	{"the same, and each department for its name", true, false, func(ctx context.Context, t *testing.T, c *dingtalk.Client) int {
		t.Helper()
		seen := map[string]bool{}
		eachDepartment(ctx, t, c, func(dept int64) {
			_, err := c.GetDepartment(ctx, dingtalk.GetDepartmentRequest{DeptID: dept})
			require.NoError(t, err)
			readPages(ctx, t, c, dept, seen)
		})
		return len(seen)
	}},
	{"loops: sub-departments, user IDs, each person", true, false, func(ctx context.Context, t *testing.T, c *dingtalk.Client) int {
		t.Helper()
		seen := map[string]bool{}
		eachDepartment(ctx, t, c, func(dept int64) {
			res, err := c.ListUserIDs(ctx, dingtalk.ListUserIDsRequest{DeptID: dept})
			require.NoError(t, err)
			for _, id := range res.UserIDList {
				if seen[id] {
					continue
				}
				seen[id] = true
				_, err := c.GetUser(ctx, dingtalk.GetUserRequest{UserID: id})
				require.NoError(t, err)
				time.Sleep(50 * time.Millisecond) // as programs do that know of the limit
			}
		})
		return len(seen)
	}},
}

func eachDepartment(ctx context.Context, t *testing.T, c *dingtalk.Client, read func(dept int64)) {
	t.Helper()
	for open := []int64{dingtalk.RootDepartmentID}; len(open) > 0; {
		dept := open[0]
		res, err := c.ListSubDepartmentIDs(ctx, dingtalk.ListSubDepartmentIDsRequest{DeptID: dept})
		require.NoError(t, err)
		open = append(open[1:], res.DeptIDList...)
		read(dept)
	}
}

func readPages(ctx context.Context, t *testing.T, c *dingtalk.Client, dept int64, seen map[string]bool) {
	t.Helper()
	for u, err := range c.DepartmentUsers(ctx, dingtalk.ListUsersRequest{DeptID: dept}) {
		require.NoError(t, err)
		seen[u.UserID] = true
	}
}

// scanOnce has a mirror read the organization, and ends it.
func scanOnce(ctx context.Context, t *testing.T, c *dingtalk.Client) (n int) {
	t.Helper()
	ctx, cancel := context.WithCancel(ctx)
	m, err := mirror.Open(ctx, c, mirror.NewMemoryStore())
	require.NoError(t, err)
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	running.Go(func() { _ = m.Run(ctx) })
	require.NoError(t, m.Ready(ctx))
	require.NoError(t, m.View(ctx, func(v *mirror.View) error {
		for _, err := range v.Users() {
			if err != nil {
				return err
			}
			n++
		}
		return nil
	}))
	return n
}

// counter is a transport that counts calls by path.
type counter struct {
	http.RoundTripper

	mu    sync.Mutex
	calls map[string]int
}

func (c *counter) RoundTrip(req *http.Request) (*http.Response, error) {
	c.mu.Lock()
	c.calls[req.URL.Path]++
	c.mu.Unlock()
	return c.RoundTripper.RoundTrip(req)
}

// leastCalls returns the fewest calls that show all people and departments: a list of its children for each department, which
// alone shows that there are none, and the pages of its people, of which there is one if there are none.
func leastCalls(srv *dingtalktest.Server) (least int) {
	members := map[int64]int{}
	for _, u := range srv.Users() {
		for _, dept := range u.DeptIDList {
			members[dept]++
		}
	}
	for _, d := range srv.Departments() {
		least += 1 + max(1, (members[d.ID]+pageSize-1)/pageSize)
	}
	return least
}

// TestCalls_Table reads organizations in fake time, and prints the table. Without its flag it reads a small one.
func TestCalls_Table(t *testing.T) {
	t.Parallel()
	sizes := [][2]int{{20, 100}}
	if *callsTable {
		sizes = [][2]int{{500, 10_000}, {500, 100_000}, {5_000, 10_000}, {5_000, 100_000}}
	}
	rows := [][]string{{"departments", "people", "program", "calls", "of the least possible", "at the limit", "took"}}
	for _, size := range sizes {
		for _, r := range readers {
			synctest.Test(t, func(t *testing.T) {
				srv := dingtalktest.New(t, dingtalktest.WithSampleOrg(size[0], size[1], 1), dingtalktest.WithQPS(20),
					dingtalktest.WithSlidingWindow(), dingtalktest.WithAddressLimit(10_000), dingtalktest.WithLatency(30*time.Millisecond))
				count := &counter{RoundTripper: srv.Transport(), calls: map[string]int{}}
				limit := dingtalk.RateLimit{}
				if r.unlimited {
					limit = dingtalk.NoRateLimit
				}
				client := srv.Client(dingtalk.WithHTTPClient(&http.Client{Transport: count}), dingtalk.WithRateLimit(limit))
				start := time.Now()
				require.Equal(t, size[1], r.read(t.Context(), t, client), r.name)
				took := time.Since(start)
				count.mu.Lock()
				defer count.mu.Unlock()
				all, most := 0, 0
				least := leastCalls(srv)
				for path, n := range count.calls {
					// A mirror reads the roles as well, and goes on to read each person.
					besides := r.details && (path == getPath || strings.HasPrefix(path, "/topapi/role/"))
					if path != tokenPath && !besides {
						all, most = all+n, max(most, n)
					}
				}
				if r.details {
					least += len(srv.Departments())
				}
				part := float64(all) / float64(least)
				if r.name == "`OrgUsers`" || r.name == "`provision.NewPlan`" {
					assert.LessOrEqual(t, part, 1.05)
				}
				rows = append(rows, []string{
					fmt.Sprint(size[0]), fmt.Sprint(size[1]), r.name, fmt.Sprint(all), fmt.Sprintf("%.3f", part),
					(time.Duration(most) * time.Second / 20).Round(time.Second).String(), took.Round(time.Second).String(),
				})
			})
		}
	}
	writeTable(t, rows)
}

func writeTable(t *testing.T, rows [][]string) {
	t.Helper()
	var table strings.Builder
	for i, row := range rows {
		fmt.Fprintf(&table, "| %s |\n", strings.Join(row, " | "))
		if i == 0 {
			table.WriteString(strings.Repeat("| --- ", len(row)) + "|\n")
		}
	}
	t.Log("\n" + table.String())
	if *callsCSV == "" {
		return
	}
	require.NoError(t, writeCSV(*callsCSV, rows))
}
