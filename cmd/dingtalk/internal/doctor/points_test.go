package doctor

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/demo"
)

func TestPoints_NamesTheMissingOneAndTestsTheRest(t *testing.T) {
	t.Parallel()
	for _, p := range newProbes() {
		t.Run(p.point, func(t *testing.T) {
			t.Parallel()
			srv := newServer(t, dingtalktest.WithoutScope(p.point), dingtalktest.Strict())
			r := examine(t, srv)
			require.Equal(t, []string{p.point}, r.with(failed))
			require.Equal(t, "missing: the app cannot "+p.can, r.text[p.point])
			needed := map[string][]string{
				"qyapi_base":                {"visible range"},
				"qyapi_get_department_list": {"mobile numbers", "personal information"}, // the root has no members
				"qyapi_get_member":          {"mobile numbers", "personal information"},
			}
			require.Equal(t, needed[p.point], r.with(notTested))
			require.Len(t, r.toDo, 1)
			require.Contains(t, r.toDo[0],
				"Development configuration > Manage permissions, request those that your program needs: "+p.point+" dingtalk: ")
			require.Regexp(t, "errcode 60011|AccessTokenPermissionDenied", r.toDo[0])
			require.Contains(t, r.toDo[0], "?content="+srv.ClientID()+"%23"+p.point+", ", "the link to the console is complete")
		})
	}
}

func TestPoints_NamesAllIfNoneIsGranted(t *testing.T) {
	t.Parallel()
	var points []string
	for _, p := range newProbes() {
		points = append(points, p.point)
	}
	r := examine(t, newServer(t, dingtalktest.WithoutScope(points...)))
	require.Equal(t, points, r.with(failed))
	require.Equal(t, []string{"settings", "host and token"}, r.with(passed))
	require.Contains(t, r.text["address of this machine"], "no call got past the permission check")
	require.Len(t, r.toDo, 1)
	for _, point := range points {
		require.Contains(t, r.toDo[0], point)
	}
}

func TestPoints_RequestsThoseOfTheResponse(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	srv.Fail("CountUsers", dingtalktest.PermissionMissing, 1)
	srv.Fail("ListUserBriefs", dingtalktest.Code(43007), 1) // it does not name the permission
	r := examine(t, srv)
	require.Equal(t, []string{"qyapi_get_department_member", "qyapi_get_member"}, r.with(failed))
	require.Equal(t, "inconclusive: refused (errcode 43007)", r.text["qyapi_get_department_member"])
	require.Len(t, r.toDo, 2)
	require.Contains(t, r.toDo[0], "Check the app's permission points")
	require.Contains(t, r.toDo[1], "those that your program needs: qyapi_get_member dingtalk")
}

func TestPoints_RequestsTheOneOfTheCallIfTheResponseNamesNone(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	r := examineAs(t, t.Context(), srv, environment(srv, gateway), fixedResponse{srv.Transport(), "/user/count", `{"errcode":60011}`})
	require.Equal(t, []string{"qyapi_get_member"}, r.with(failed))
	require.Contains(t, r.toDo[0], "those that your program needs: qyapi_get_member dingtalk")
}

func TestPoints_AreInconclusiveOutsideTheVisibleRange(t *testing.T) {
	t.Parallel()
	srv := newServer(t, dingtalktest.WithContactScope([]int64{demo.Sales}, nil))
	srv.Fail("UpdateUser", dingtalktest.Code(50002), 1)
	r := examine(t, srv)
	require.Empty(t, r.with(failed))
	require.Equal(t, []string{"qyapi_manage_addresslist"}, r.with(notTested))
}

func TestPoints_SkipDependentChecksWithoutAResponse(t *testing.T) {
	t.Parallel()
	for op, needs := range map[string]map[string]string{
		"GetAuthScopes": {"visible range": "inconclusive without qyapi_base"},
		"CountUsers": {
			"mobile numbers":       "inconclusive without qyapi_get_member",
			"personal information": "inconclusive without qyapi_get_member",
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			srv := newServer(t)
			srv.Fail(op, dingtalktest.SystemBusy, 3)
			r := examine(t, srv)
			assert.Len(t, r.with(failed), 1)
			assert.Len(t, r.with(notTested), len(needs))
			for name, reason := range needs {
				assert.Equal(t, reason, r.text[name])
			}
		})
	}
}

func TestPoints_AreProvenByTheRefusalOfAValue(t *testing.T) {
	t.Parallel()
	for _, code := range []int{33012, 60121, 60111, 40035, 400002} {
		srv := newServer(t, dingtalktest.WithUnknownUserCode(code))
		srv.Fail("GetUserIDByMobile", dingtalktest.Code(40104), 1)
		srv.Fail("ListInactiveUserIDs", dingtalktest.Code(400002), 1)
		r := examine(t, srv)
		require.Equal(t, checks, r.with(passed), r.out)
	}
}

func TestFields_AreTestedByWhatPeopleShow(t *testing.T) {
	t.Parallel()
	r := examine(t, newServer(t, dingtalktest.WithoutMobileField()))
	require.Equal(t, []string{"mobile numbers"}, r.with(failed))
	require.Contains(t, r.toDo[0], `"enterprise staff mobile" (fieldMobile)`)

	r = examine(t, newServer(t, dingtalktest.WithoutPersonalInfo()))
	require.Empty(t, r.with(failed))
	require.Equal(t, "inconclusive: no one read has any, or the app may not see it", r.text["personal information"])

	r = examine(t, dingtalktest.New(t))
	require.Equal(t, []string{"mobile numbers", "personal information"}, r.with(notTested))
	require.Contains(t, r.text["mobile numbers"], "the app sees no people to read")
}

func TestFields_IgnoreAccountsThatHaveNoNumber(t *testing.T) {
	t.Parallel()
	account := dingtalktest.User{
		UserID: "kiosk", Name: "Kiosk", ExclusiveAccount: true, ExclusiveAccountType: "sso", DeptIDList: []int64{1},
	}
	srv := dingtalktest.New(t)
	srv.AddUser(account)
	r := examine(t, srv)
	require.Equal(t, notTested, r.status["mobile numbers"])
	require.Contains(t, r.text["mobile numbers"], "no one read has any")
}

func TestFields_BoundTheSearchForPeople(t *testing.T) {
	t.Parallel()
	srv := newServer(t, dingtalktest.WithoutPersonalInfo())
	for range 30 {
		srv.AddUser(dingtalktest.User{DeptIDList: []int64{demo.Engineering, demo.Sales}})
	}
	examine(t, srv)
	require.Len(t, srv.Calls("GetUser"), 10)

	srv = newServer(t, dingtalktest.WithoutPersonalInfo(),
		dingtalktest.WithContactScope([]int64{demo.Engineering, demo.Sales}, []string{"zhao.min"}))
	examine(t, srv)
	require.Len(t, srv.Calls("GetUser"), 2, "each person is read once")

	srv = dingtalktest.New(t)
	for range 30 {
		srv.AddDepartment(dingtalktest.Department{Name: time.Now().Format("150405.000000000")})
	}
	examine(t, srv)
	require.Len(t, srv.Calls("ListUserIDs"), 10)

	srv = newServer(t)
	examine(t, srv)
	require.Len(t, srv.Calls("GetUser"), 1, "one person who shows everything is enough")
}

func TestPoints_TestTheRestAfterAFailedCall(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault  dingtalktest.Fault
		text   string
		advice string
	}{
		"throttled":       {dingtalktest.Throttled, "inconclusive: DingTalk asks to wait", "1. Try again in "},
		"busy":            {dingtalktest.SystemBusy, "inconclusive: DingTalk is busy or out of order", "1. Try again later"},
		"a proxy's error": {dingtalktest.HTTPStatus(502), "inconclusive: DingTalk is busy or out of order", "1. Try again later"},
		"reset":           {dingtalktest.DropConnection, "inconclusive: no response", "1. Check the network"},
		"not offered":     {dingtalktest.Code(22), "inconclusive: refused (errcode 22)", "1. The server is not DingTalk, or does not support"},
		"a page":          {dingtalktest.HTTPStatus(404), "inconclusive: the server is not DingTalk", "1. The server is not DingTalk"},
		"unknown code":    {dingtalktest.Code(12345), "inconclusive: refused (errcode 12345)", "1. Look up the code"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv := newServer(t)
				srv.Fail("GetUserIDByMobile", test.fault, 3)
				r := examine(t, srv)
				require.Equal(t, []string{"qyapi_get_member_by_mobile"}, r.with(failed))
				require.Empty(t, r.with(notTested))
				require.Equal(t, test.text, r.text["qyapi_get_member_by_mobile"])
				require.Len(t, r.toDo, 1)
				require.Contains(t, r.toDo[0], test.advice)
				require.Contains(t, r.toDo[0], "dingtalk: GetUserIDByMobile: ")
			})
		})
	}
}

func TestPoints_ExplainThatALostResponseChangedNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := newServer(t)
		srv.Fail("UpdateUser", dingtalktest.LostResponse, 3)
		r := examine(t, srv)
		require.Equal(t, []string{"qyapi_manage_addresslist"}, r.with(failed))
		require.Contains(t, r.toDo[0], "nothing can have been changed, because the call names no existing user")
	})
}

func TestDayBeforeYesterday_IsOverInChina(t *testing.T) {
	t.Parallel()
	for now, want := range map[string]string{
		"2026-03-01T15:59:59Z": "20260227",
		"2026-03-01T16:00:00Z": "20260228", // midnight in China
	} {
		at, err := time.Parse(time.RFC3339, now)
		require.NoError(t, err)
		assert.Equal(t, want, dayBeforeYesterday(at))
	}
}
