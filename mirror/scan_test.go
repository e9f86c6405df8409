package mirror

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// A read of a scan that fails for a moment does not cost the whole scan.
func TestScan_TriesEachReadAgain(t *testing.T) {
	for _, op := range []string{"ListRoles", "ListRoleUsers", "GetDepartment", "ListSubDepartmentIDs", "ListUsers"} {
		t.Run(op, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				srv := dingtalktest.New(t, dingtalktest.WithSampleOrg(5, 20, 1))
				srv.Fail(op, dingtalktest.SystemBusy, 4) // the client itself makes three attempts
				running(t, srv.Client(), NewMemoryStore())
				require.Len(t, srv.Calls("GetAuthScopes"), 1, "the scan began anew")
			})
		})
	}
}

// What a scan can never read does not lead to one scan after another.
func TestScan_IsRepeatedMoreAndMoreSeldomWhileItCannotBeComplete(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t, dingtalktest.WithSampleOrg(2, 20, 1))
		running(t, srv.Client(), NewMemoryStore())
		srv.Fail("ListUsers", dingtalktest.SystemBusy, 1_000_000)
		before := len(srv.Calls("GetAuthScopes"))
		time.Sleep(3 * time.Hour)
		scans := len(srv.Calls("GetAuthScopes")) - before
		require.LessOrEqual(t, scans, 75, "each takes some 10 seconds")
		require.Greater(t, scans, 12, "those of 3 hours without a failure")
	})
}

// A department that was read for another reason since the scan began is not read again.
func TestScan_ReadsNoDepartmentTwice(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		dept := srv.AddDepartment(dingtalktest.Department{Name: "Legal"})
		var reads atomic.Int64
		client := srv.Client(
			after(func(call *dingtalk.Call) bool {
				req, ok := call.Request.(dingtalk.GetDepartmentRequest)
				return ok && req.DeptID == dept
			}, func(context.Context) { reads.Add(1) }),
			after(func(call *dingtalk.Call) bool { return call.Op == "ListSubDepartmentIDs" }, func(context.Context) { time.Sleep(time.Minute) }),
		)
		m, err := Open(t.Context(), client, NewMemoryStore(), seldom, noDetails)
		require.NoError(t, err)
		run(t, m)
		time.Sleep(30 * time.Second)
		require.NoError(t, m.Refresh(t.Context(), DepartmentKey(dept)))
		require.NoError(t, m.Ready(t.Context()))
		require.EqualValues(t, 1, reads.Load())
	})
}
