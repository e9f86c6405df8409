package e2e_test

import (
	"flag"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// The table of docs/performance.md: a program reads an organization in fake time.
var walkTable = flag.Bool("walk.table", false, "read 5,000 departments and 100,000 people for the table, which takes minutes")

// callCounter is a transport that counts the calls by path.
type callCounter struct {
	http.RoundTripper

	mu    sync.Mutex
	calls map[string]int
}

func (c *callCounter) RoundTrip(req *http.Request) (*http.Response, error) {
	c.mu.Lock()
	c.calls[req.URL.Path]++
	c.mu.Unlock()
	return c.RoundTripper.RoundTrip(req)
}

// all returns the number of calls to the directory, and of those to its busiest endpoint.
func (c *callCounter) all() (all, most int) {
	for path, n := range c.calls {
		if path != "/gettoken" && path != "/auth/scopes" {
			all, most = all+n, max(most, n)
		}
	}
	return all, most
}

// walker holds a program that reads all people and returns their number.
type walker struct {
	name   string
	limits dingtalk.RateLimit
	read   func(t *testing.T, client *dingtalk.Client) int

	atLeast float64 // times as fast as the loops; 0: bound by the limit
}

func walkers() []walker {
	none := dingtalk.NoRateLimit
	walk := func(concurrency int) func(*testing.T, *dingtalk.Client) int {
		return func(t *testing.T, client *dingtalk.Client) (n int) {
			t.Helper()
			for _, err := range client.OrgUsers(t.Context(), dingtalk.OrgUsersRequest{Concurrency: concurrency}) {
				require.NoError(t, err)
				n++
			}
			return n
		}
	}
	return []walker{
		{"loops by hand, no limit", none, readSequentially, 1},
		{"`OrgUsers`, no limit", none, walk(0), 12},
		{"`OrgUsers`, no limit, `Concurrency` 64", none, walk(64), 12},
		{"`OrgUsers`, 20 a second", dingtalk.RateLimit{}, walk(0), 0},
	}
}

// readSequentially reads all people with loops, as without the walk.
func readSequentially(t *testing.T, client *dingtalk.Client) int {
	t.Helper()
	seen := map[string]bool{}
	open := []int64{dingtalk.RootDepartmentID}
	for len(open) > 0 {
		dept := open[0]
		open = open[1:]
		sub, err := client.ListSubDepartmentIDs(t.Context(), dingtalk.ListSubDepartmentIDsRequest{DeptID: dept})
		require.NoError(t, err)
		open = append(open, sub.DeptIDList...)
		for u, err := range client.DepartmentUsers(t.Context(), dingtalk.ListUsersRequest{DeptID: dept}) {
			require.NoError(t, err)
			seen[u.UserID] = true
		}
	}
	return len(seen)
}

// TestWalk_Table prints the table. Without its flag it reads a small organization.
func TestWalk_Table(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped with -short: makes 5,000 calls to print a table")
	}
	departments, people, latencies := 60, 400, []time.Duration{30 * time.Millisecond}
	if *walkTable {
		departments, people = 5_000, 100_000
		latencies = append(latencies, 100*time.Millisecond, 300*time.Millisecond)
	}
	var table strings.Builder
	table.WriteString("| program | round trip | calls | time | against the loops | of the ceiling |\n| --- | --- | --- | --- | --- | --- |\n")
	for _, latency := range latencies {
		var byHand time.Duration
		for _, r := range walkers() {
			opts := []dingtalktest.Option{
				dingtalktest.WithSampleOrg(departments, people, 1), dingtalktest.WithLatency(latency),
			}
			if r.limits.PerSecond == 0 {
				opts = append(opts, dingtalktest.WithQPS(20), dingtalktest.WithSlidingWindow(), dingtalktest.WithAddressLimit(10_000))
			}
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				count := &callCounter{RoundTripper: srv.Transport(), calls: map[string]int{}}
				client := srv.Client(dingtalk.WithHTTPClient(&http.Client{Transport: count}), dingtalk.WithRateLimit(r.limits))
				assert.Equal(t, people, r.read(t, client))
				took := sinceStart()
				calls, most := count.all()
				ceiling := "-"
				if r.limits.PerSecond == 0 {
					part := float64(most) / 20 / took.Seconds()
					ceiling = fmt.Sprintf("%.1f %%", 100*part)
					assert.LessOrEqual(t, part, 1.05, "that would be more than the limit lets through")
					assert.GreaterOrEqual(t, part, 1/(1+latency.Seconds())-0.03, "the limit is not made use of")
				}
				if byHand == 0 {
					byHand = took
				}
				if r.atLeast > 0 {
					assert.GreaterOrEqual(t, byHand.Seconds()/took.Seconds(), r.atLeast, r.name)
				}
				fmt.Fprintf(&table, "| %s | %v | %d | %v | %.1f | %s |\n",
					r.name, latency, calls, took.Round(time.Second), byHand.Seconds()/took.Seconds(), ceiling)
			}, opts...)
		}
	}
	t.Log("\n" + table.String())
}
