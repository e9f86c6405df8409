package e2e_test

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// The size of the organization that TestWalk_ReadsALargeOrganizationExactly reads. make walk reads the largest.
var (
	walkDepartments = flag.Int("walk.departments", 200, "departments of the organization to read")
	walkUsers       = flag.Int("walk.users", 4_000, "people of the organization to read")
)

// largeServer is the variable that makes the test binary the server of the organization. In the test's own process
// the memory of the server would be counted as the client's.
const largeServer = "DINGTALK_TEST_LARGE_SERVER"

func TestMain(m *testing.M) {
	flag.Parse()
	if os.Getenv(largeServer) != "" { //nolint:forbidigo // how a process passes its child the role
		srv := dingtalktest.NewServer(largeOrganization()...)
		url, err := srv.Listen("")
		fmt.Println(url, err)                //nolint:forbidigo // to the process that started this one
		_, _ = io.Copy(io.Discard, os.Stdin) // returns when the test ends
		srv.Close()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func largeOrganization() []dingtalktest.Option {
	return []dingtalktest.Option{
		dingtalktest.WithSampleOrg(*walkDepartments, *walkUsers, 1),
		dingtalktest.WithCredentials("dingexample", "example-secret"),
	}
}

// largeClient returns a client of the organization in another process.
func largeClient(t *testing.T) *dingtalk.Client {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], //nolint:gosec // this very program
		fmt.Sprint("-walk.departments=", *walkDepartments), fmt.Sprint("-walk.users=", *walkUsers))
	cmd.Env = append(cmd.Environ(), largeServer+"=1")
	stdin, err := cmd.StdinPipe()
	require.NoError(t, err)
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = stdin.Close()
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(t, err)
	url, ok := strings.CutSuffix(strings.TrimSpace(line), " <nil>")
	require.True(t, ok, line)
	unlimited := dingtalk.WithRateLimit(dingtalk.NoRateLimit)
	client, err := dingtalk.New("dingexample", "example-secret", dingtalk.WithBaseURL(url), unlimited)
	require.NoError(t, err)
	return client
}

// heap holds the memory that a walk uses.
type heap struct {
	before, live, inUse uint64
	stats               runtime.MemStats
}

func (h *heap) measure() {
	runtime.ReadMemStats(&h.stats)
	h.inUse = max(h.inUse, h.stats.HeapInuse)
	runtime.GC()
	runtime.ReadMemStats(&h.stats)
	if h.before == 0 {
		h.before = h.stats.HeapAlloc
	}
	h.live = max(h.live, h.stats.HeapAlloc-min(h.before, h.stats.HeapAlloc))
}

// Not in parallel: it measures the memory of the whole process.
func TestWalk_ReadsALargeOrganizationExactly(t *testing.T) { //nolint:paralleltest // see above
	if testing.Short() {
		t.Skip("skipped with -short: starts a process and reads 4,000 people")
	}
	client := largeClient(t)
	var h heap
	h.measure()
	start := time.Now()
	var depts []int64
	parents := map[int64]int64{}
	for d, err := range client.OrgDepartments(t.Context(), dingtalk.OrgDepartmentsRequest{}) {
		require.NoError(t, err)
		depts = append(depts, d.DeptID)
		parents[d.DeptID] = d.ParentID
	}
	took := time.Since(start)

	h = heap{}
	h.measure()
	start = time.Now()
	var digest uint64 // of all people as read; a list of them would be measured, too
	n := 0
	for u, err := range client.OrgUsers(t.Context(), dingtalk.OrgUsersRequest{}) {
		require.NoError(t, err)
		digest += sum(u.UserID, u.UnionID, u.Name, u.Mobile, u.Title, u.DeptIDList)
		if n++; n%max(1, *walkUsers/20) == 0 {
			h.measure()
		}
	}
	t.Logf("%d departments in %v", len(depts), took.Round(time.Millisecond))
	t.Logf("%d people in %v; live at most %.1f MiB more than before, heap in use at most %.1f MiB",
		n, time.Since(start).Round(time.Millisecond), mebibytes(h.live), mebibytes(h.inUse))
	if *walkUsers >= 50_000 {
		assert.Less(t, mebibytes(h.live), 32., "collected they would be 138 MiB for 100,000")
	}

	srv := dingtalktest.New(t, largeOrganization()...)
	stored := srv.Departments()
	require.Len(t, depts, len(stored))
	for _, d := range stored {
		parent, there := parents[d.ID]
		require.True(t, there, d.ID)
		require.Equal(t, d.ParentID, parent)
		if d.ID != dingtalk.RootDepartmentID {
			require.Less(t, slices.Index(depts, d.ParentID), slices.Index(depts, d.ID), "parents first")
		}
	}
	people := srv.Users()
	require.Len(t, people, *walkUsers)
	assert.Equal(t, len(people), n, "once each")
	var want uint64
	for _, u := range people {
		want += sum(u.UserID, u.UnionID, u.Name, u.Mobile, u.Title, u.DeptIDList)
	}
	assert.Equal(t, want, digest)
}

func sum(parts ...any) uint64 {
	h := sha256.Sum256([]byte(fmt.Sprintf("%q", parts)))
	return binary.BigEndian.Uint64(h[:])
}

func mebibytes(bytes uint64) float64 { return float64(bytes) / (1 << 20) }
