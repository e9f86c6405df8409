package main

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
	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/demo"
)

func TestTheVisibleRangeIsShownByName(t *testing.T) {
	t.Parallel()
	r := examined(t, organisation(t))
	require.Equal(t, `the whole organisation, "Organization" (department 1)`, r.text["visible range"])

	r = examined(t, organisation(t, dingtalktest.WithContactScope([]int64{demo.Engineering, demo.Sales}, []string{"zhao.min"})))
	require.Equal(t, checks, r.with(fine), "a part is no finding: %s", r.out)
	require.Contains(t, r.out, `a part of the organisation: 2 departments and all below, and 1 person by name
                                           "Engineering" (department 724960197)
                                           "销售部" (department 724960198)
`)

	r = examined(t, organisation(t, dingtalktest.WithContactScope([]int64{demo.Sales}, nil)))
	require.Equal(t, checks, r.with(fine), r.out)
	require.Equal(t, "a part of the organisation: 1 department and all below", r.text["visible range"])
}

func TestAnAppThatSeesOnlyPeopleLacksADepartmentToTryWith(t *testing.T) {
	t.Parallel()
	r := examined(t, organisation(t, dingtalktest.WithContactScope(nil, []string{"zhao.min", "li.na"})))
	require.Empty(t, r.with(trouble))
	require.Equal(t, []string{"qyapi_get_department_member"}, r.with(notTested))
	require.Equal(t, "a part of the organisation: 2 people by name", r.text["visible range"])
}

func TestAnEmptyRangeIsAFinding(t *testing.T) {
	t.Parallel()
	r := examined(t, organisation(t, dingtalktest.WithContactScope(nil, nil)))
	require.Equal(t, []string{"visible range"}, r.with(trouble))
	require.Equal(t, []string{"qyapi_get_department_member", "mobile numbers", "personal information"}, r.with(notTested))
	require.Len(t, r.toDo, 1)
	require.Contains(t, r.toDo[0], "Widen the app's visible range in the developer console")
}

func TestWithoutTheRangePeopleAreLookedForFromTheRoot(t *testing.T) {
	t.Parallel()
	r := examined(t, organisation(t, dingtalktest.WithoutScope("qyapi_base"), dingtalktest.WithContactScope([]int64{demo.Sales}, nil)))
	require.Equal(t, []string{"qyapi_base"}, r.with(trouble))
	require.Equal(t, []string{"qyapi_get_department_member", "visible range"}, r.with(notTested))
}

func TestALongRangeIsCutAndNamesStayInTheirLine(t *testing.T) {
	t.Parallel()
	var ids []int64
	for i := range int64(14) {
		ids = append(ids, demo.Sales+1+i)
	}
	srv := organisation(t, dingtalktest.WithContactScope(ids, nil))
	for i, id := range ids[:12] { // the last two are gone
		srv.AddDepartment(dingtalktest.Department{ID: id, Name: fmt.Sprint("\x1b[31m red ", i)})
	}
	r := examined(t, srv)
	require.Contains(t, r.out, `"\x1b[31m red 9" (department`)
	require.NotContains(t, r.out, "red 10")
	require.Contains(t, r.out, "  and 4 more\n")

	r = examined(t, organisation(t, dingtalktest.WithContactScope(ids[12:], nil)))
	require.Contains(t, r.out, fmt.Sprintf("\n%43sdepartment %d\n", "", ids[12]), "a name that cannot be had is left out")
}

func TestABanEndsTheCalls(t *testing.T) {
	t.Parallel()
	for want, fault := range map[string]dingtalktest.Fault{
		"1. Try again in 5m0s ":        dingtalktest.Punished,
		"1. Try again in a few minute": dingtalktest.Code(90003),
	} {
		srv := organisation(t)
		srv.Fail("CountUsers", fault, 1)
		r := examined(t, srv)
		assert.Equal(t, []string{"qyapi_get_member"}, r.with(trouble))
		assert.Equal(t, checks[8:13], r.with(notTested))
		assert.Equal(t, "DingTalk asks to wait", r.text["personal information"])
		assert.Equal(t, "the whole organisation, department 1", r.text["visible range"], "it was read before")
		assert.Contains(t, r.toDo[0], want)
		calls := srv.Calls("")
		assert.Equal(t, "CountUsers", calls[len(calls)-1].Op)
	}
}

func TestATransientFailureOfTheSearchIsAFinding(t *testing.T) {
	t.Parallel()
	for _, op := range []string{"GetUser", "ListUserIDs"} {
		synctest.Test(t, func(t *testing.T) {
			srv := organisation(t)
			srv.Fail(op, dingtalktest.SystemBusy, 3)
			r := examined(t, srv)
			assert.Equal(t, []string{"mobile numbers", "personal information"}, r.with(trouble), op)
			assert.Len(t, r.toDo, 1)
			assert.Equal(t, fine, r.signs["visible range"])
		})
	}
}

func TestCtrlCEndsItWithWhatIsKnown(t *testing.T) {
	t.Parallel()
	for path, untested := range map[string][]string{
		"/gettoken":       checks[1:],
		"/auth/scopes":    checks[2:],
		"/listsubid":      append(append([]string{}, checks[2:4]...), checks[5:13]...), // the range is known by then
		"/getbymobile":    checks[8:13],
		"/user/get":       checks[11:13],
		"/department/get": nil,
	} {
		synctest.Test(t, func(t *testing.T) {
			srv := organisation(t)
			ctx, interrupt := context.WithCancel(t.Context())
			r := examinedBy(t, ctx, srv, environment(srv, somewhere), interrupter{srv.Transport(), path, interrupt})
			assert.Equal(t, 1, r.code, path)
			assert.Empty(t, r.with(trouble), path)
			assert.Empty(t, r.toDo, path)
			assert.Contains(t, r.out, "\nInterrupted: what is not tested was not reached.\n")
			assert.Equal(t, untested, r.with(notTested), path)
			for _, name := range untested {
				assert.Equal(t, "interrupted", r.text[name], path)
			}
		})
	}
}

func TestWhatWasFoundBeforeCtrlCIsSaid(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := organisation(t, dingtalktest.WithoutScope("qyapi_get_member"))
		ctx, interrupt := context.WithCancel(t.Context())
		r := examinedBy(t, ctx, srv, environment(srv, somewhere), interrupter{srv.Transport(), "/getbymobile", interrupt})
		require.Equal(t, []string{"qyapi_get_member"}, r.with(trouble))
		require.Len(t, r.toDo, 1)
		require.Contains(t, r.out, "\nInterrupted")
	})
}

// interrupter is the Ctrl-C of somebody who sees a call under way.
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
