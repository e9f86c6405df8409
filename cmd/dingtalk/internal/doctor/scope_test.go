package doctor

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/demo"
)

func TestVisibleRange_IsShownByName(t *testing.T) {
	t.Parallel()
	r := examine(t, newServer(t))
	require.Equal(t, `the whole organization, "Organization" (department 1)`, r.text["visible range"])

	r = examine(t, newServer(t, dingtalktest.WithContactScope([]int64{demo.Engineering, demo.Sales}, []string{"zhao.min"})))
	require.Equal(t, checks, r.with(passed), "a partial range is not a finding: %s", r.out)
	require.Contains(t, r.out, `a part of the organization: 2 departments with all sub-departments, and 1 person by name
                                           "Engineering" (department 724960197)
                                           "销售部" (department 724960198)
`)

	r = examine(t, newServer(t, dingtalktest.WithContactScope([]int64{demo.Sales}, nil)))
	require.Equal(t, checks, r.with(passed), r.out)
	require.Equal(t, "a part of the organization: 1 department with all sub-departments", r.text["visible range"])
}

func TestVisibleRange_OfPeopleAloneSkipsTheDepartmentMembers(t *testing.T) {
	t.Parallel()
	r := examine(t, newServer(t, dingtalktest.WithContactScope(nil, []string{"zhao.min", "li.na"})))
	require.Empty(t, r.with(failed))
	require.Equal(t, []string{"qyapi_get_department_member"}, r.with(notTested))
	require.Equal(t, "a part of the organization: 2 people by name", r.text["visible range"])
}

func TestVisibleRange_IsAFindingIfEmpty(t *testing.T) {
	t.Parallel()
	r := examine(t, newServer(t, dingtalktest.WithContactScope(nil, nil)))
	require.Equal(t, []string{"visible range"}, r.with(failed))
	require.Equal(t, []string{"qyapi_get_department_member", "mobile numbers", "personal information"}, r.with(notTested))
	require.Len(t, r.toDo, 1)
	require.Contains(t, r.toDo[0], "Widen the app's visible range in the developer console")
}

func TestFields_SearchFromTheRootIfTheRangeIsUnknown(t *testing.T) {
	t.Parallel()
	r := examine(t, newServer(t, dingtalktest.WithoutScope("qyapi_base"), dingtalktest.WithContactScope([]int64{demo.Sales}, nil)))
	require.Equal(t, []string{"qyapi_base"}, r.with(failed))
	require.Equal(t, []string{"qyapi_get_department_member", "visible range"}, r.with(notTested))
}

func TestVisibleRange_IsCutAndNamesAreQuoted(t *testing.T) {
	t.Parallel()
	var ids []int64
	for i := range int64(14) {
		ids = append(ids, demo.Sales+1+i)
	}
	srv := newServer(t, dingtalktest.WithContactScope(ids, nil))
	for i, id := range ids[:12] { // the last two do not exist
		srv.AddDepartment(dingtalktest.Department{ID: id, Name: fmt.Sprint("\x1b[31m red ", i)})
	}
	r := examine(t, srv)
	require.Contains(t, r.out, `"\x1b[31m red 9" (department`)
	require.NotContains(t, r.out, "red 10")
	require.Contains(t, r.out, "  and 4 more\n")

	r = examine(t, newServer(t, dingtalktest.WithContactScope(ids[12:], nil)))
	require.Contains(t, r.out, fmt.Sprintf("\n%43sdepartment %d\n", "", ids[12]), "a name that cannot be read is left out")
}

func TestDoctor_StopsCallingAfterABan(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]dingtalktest.Fault{
		"of the address": dingtalktest.BanJSON, "of the organization": dingtalktest.Code(90003),
	} {
		srv := newServer(t)
		srv.Fail("CountUsers", fault, 1)
		r := examine(t, srv)
		assert.Equal(t, []string{"qyapi_get_member"}, r.with(failed))
		assert.Equal(t, checks[8:14], r.with(notTested))
		assert.Equal(t, "DingTalk asks to wait", r.text["personal information"])
		assert.Equal(t, "the whole organization, department 1", r.text["visible range"], "it was read before the ban")
		assert.Contains(t, r.toDo[0], "1. DingTalk blocks this app, or the address of this machine's network or proxy: try again in 5m0s", name)
		calls := srv.Calls("")
		assert.Equal(t, "CountUsers", calls[len(calls)-1].Op)
	}
}

func TestFields_ReportATransientFailureOfTheSearch(t *testing.T) {
	t.Parallel()
	for _, op := range []string{"GetUser", "ListUserIDs"} {
		synctest.Test(t, func(t *testing.T) {
			srv := newServer(t)
			srv.Fail(op, dingtalktest.SystemBusy, 3)
			r := examine(t, srv)
			assert.Equal(t, []string{"mobile numbers", "personal information"}, r.with(failed), op)
			assert.Len(t, r.toDo, 1)
			assert.Equal(t, passed, r.status["visible range"])
		})
	}
}

func TestInterruption_ReportsWhatIsKnown(t *testing.T) {
	t.Parallel()
	for path, untested := range map[string][]string{
		"/gettoken":       checks[1:],
		"/auth/scopes":    checks[2:],
		"/listsubid":      append(append([]string{}, checks[2:4]...), checks[5:14]...), // the range is already known
		"/getbymobile":    checks[8:14],
		"/user/get":       checks[12:14],
		"/department/get": nil,
	} {
		synctest.Test(t, func(t *testing.T) {
			srv := newServer(t)
			ctx, interrupt := context.WithCancel(t.Context())
			r := examineAs(t, ctx, srv, environment(srv, gateway), interrupter{srv.Transport(), path, interrupt})
			assert.Equal(t, 1, r.code, path)
			assert.Empty(t, r.with(failed), path)
			assert.Empty(t, r.toDo, path)
			assert.Contains(t, r.out, "\nInterrupted: the remaining checks were not run.\n")
			assert.Equal(t, untested, r.with(notTested), path)
			for _, name := range untested {
				assert.Equal(t, "interrupted", r.text[name], path)
			}
		})
	}
}

func TestInterruption_ReportsEarlierFindings(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := newServer(t, dingtalktest.WithoutScope("qyapi_get_member"))
		ctx, interrupt := context.WithCancel(t.Context())
		r := examineAs(t, ctx, srv, environment(srv, gateway), interrupter{srv.Transport(), "/getbymobile", interrupt})
		require.Equal(t, []string{"qyapi_get_member"}, r.with(failed))
		require.Len(t, r.toDo, 1)
		require.Contains(t, r.out, "\nInterrupted")
	})
}

// interrupter interrupts the program while a call to a path is in flight.
type interrupter struct {
	http.RoundTripper
	path      string
	interrupt func()
}

func (i interrupter) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, i.path) {
		i.interrupt()
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	return i.RoundTripper.RoundTrip(r)
}
