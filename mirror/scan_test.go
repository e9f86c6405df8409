package mirror

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

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
