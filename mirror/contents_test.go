package mirror

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/event"
)

// A list names a department that the service does not show. That it cannot be read must not lead to reads without end.
func TestContents_LeaveADepartmentThatOnlyTheListNames(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		dept := srv.AddDepartment(dingtalktest.Department{Name: "Sales"})
		m := running(t, srv.Client(dingtalk.WithMiddleware(func(next dingtalk.Invoker) dingtalk.Invoker {
			return func(ctx context.Context, call *dingtalk.Call) error {
				err := next(ctx, call)
				if res, ok := call.Response.(*dingtalk.ListSubDepartmentIDsResponse); ok && err == nil {
					res.DeptIDList = append(res.DeptIDList, 987_654_321)
				}
				return err
			}
		})), NewMemoryStore())
		before := len(srv.Calls("ListSubDepartmentIDs"))
		require.NoError(t, m.Accept(t.Context(), event.Event{
			Type: event.OrgDeptCreate, ID: "e1", Payload: &event.DepartmentChange{DeptIDs: []int64{dept}},
		}))
		time.Sleep(2 * time.Minute)
		require.Less(t, len(srv.Calls("ListSubDepartmentIDs"))-before, 10)
		require.Zero(t, status(t, m).Dirty)
	})
}
