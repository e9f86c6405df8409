package main

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/demo"
)

func TestEachMissingPointIsNamedAndTheRestGoesOn(t *testing.T) {
	t.Parallel()
	for _, p := range probes() {
		t.Run(p.point, func(t *testing.T) {
			t.Parallel()
			srv := organisation(t, dingtalktest.WithoutScope(p.point), dingtalktest.Strict())
			r := examined(t, srv)
			require.Equal(t, []string{p.point}, r.with(trouble))
			require.Equal(t, "missing: the app cannot "+p.can, r.text[p.point])
			needed := map[string][]string{
				"qyapi_base":                {"visible range"},
				"qyapi_get_department_list": {"mobile numbers", "personal information"}, // nobody is in the root
				"qyapi_get_member":          {"mobile numbers", "personal information"},
			}
			require.Equal(t, needed[p.point], r.with(notTested))
			require.Len(t, r.toDo, 1)
			require.Contains(t, r.toDo[0],
				"Development configuration > Manage permissions, request what your program needs of: "+p.point+" dingtalk: ")
			require.Contains(t, r.toDo[0], "errcode 60011")
			require.Contains(t, r.toDo[0], "?content="+srv.ClientID()+"%23"+p.point+" ", "the link to the console works")
		})
	}
}

func TestAnAppWithoutAnyPointIsToldAllOfThem(t *testing.T) {
	t.Parallel()
	var points []string
	for _, p := range probes() {
		points = append(points, p.point)
	}
	r := examined(t, organisation(t, dingtalktest.WithoutScope(points...)))
	require.Equal(t, points, r.with(trouble))
	require.Equal(t, []string{"settings", "host and token"}, r.with(fine))
	require.Contains(t, r.text["address of this machine"], "no call came as far as its own work")
	require.Len(t, r.toDo, 1)
	for _, point := range points {
		require.Contains(t, r.toDo[0], point)
	}
}

// The service names the points itself: what it names is what there is to request.
func TestThePointsOfTheAnswerAreTheOnesToRequest(t *testing.T) {
	t.Parallel()
	srv := organisation(t)
	srv.Fail("CountUsers", dingtalktest.PermissionMissing, 1)
	srv.Fail("ListUserBriefs", dingtalktest.Code(43007), 1) // no permission, but which?
	r := examined(t, srv)
	require.Equal(t, []string{"qyapi_get_department_member", "qyapi_get_member"}, r.with(trouble))
	require.Equal(t, "cannot be told: refused (errcode 43007)", r.text["qyapi_get_department_member"])
	require.Len(t, r.toDo, 2)
	require.Contains(t, r.toDo[0], "Check the app's permission points")
	require.Contains(t, r.toDo[1], "what your program needs of: qyapi_get_member dingtalk")
}

func TestAPointThatIsNotNamedIsTheOneThatTheCallNeeds(t *testing.T) {
	t.Parallel()
	srv := organisation(t)
	r := examinedBy(t, t.Context(), srv, environment(srv, somewhere), answering{srv.Transport(), "/user/count", `{"errcode":60011}`})
	require.Equal(t, []string{"qyapi_get_member"}, r.with(trouble))
	require.Contains(t, r.toDo[0], "what your program needs of: qyapi_get_member dingtalk")
}

func TestARefusalForTheRangeProvesNothing(t *testing.T) {
	t.Parallel()
	srv := organisation(t, dingtalktest.WithContactScope([]int64{demo.Sales}, nil))
	srv.Fail("UpdateUser", dingtalktest.Code(50002), 1)
	r := examined(t, srv)
	require.Empty(t, r.with(trouble))
	require.Equal(t, []string{"qyapi_manage_addresslist"}, r.with(notTested))
}

func TestWhatNeedsAPointIsNotTestedWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	for op, needs := range map[string]map[string]string{
		"GetAuthScopes": {"visible range": "cannot be told without qyapi_base"},
		"CountUsers": {
			"mobile numbers":       "cannot be told without qyapi_get_member",
			"personal information": "cannot be told without qyapi_get_member",
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			srv := organisation(t)
			srv.Fail(op, dingtalktest.SystemBusy, 3)
			r := examined(t, srv)
			assert.Len(t, r.with(trouble), 1)
			assert.Len(t, r.with(notTested), len(needs))
			for name, reason := range needs {
				assert.Equal(t, reason, r.text[name])
			}
		})
	}
}

func TestTheRefusalOfAValueProvesThePermission(t *testing.T) {
	t.Parallel()
	for _, code := range []int{33012, 60121, 60111, 40035, 400002} {
		srv := organisation(t, dingtalktest.WithUnknownUserCode(code))
		srv.Fail("GetUserIDByMobile", dingtalktest.Code(40104), 1)
		srv.Fail("ListInactiveUserIDs", dingtalktest.Code(400002), 1)
		r := examined(t, srv)
		require.Equal(t, checks, r.with(fine), r.out)
	}
}

func TestFieldPermissionsAreToldByWhatPeopleShow(t *testing.T) {
	t.Parallel()
	r := examined(t, organisation(t, dingtalktest.WithoutMobileField()))
	require.Equal(t, []string{"mobile numbers"}, r.with(trouble))
	require.Contains(t, r.toDo[0], `"enterprise staff mobile" (fieldMobile)`)

	r = examined(t, organisation(t, dingtalktest.WithoutPersonalInfo()))
	require.Empty(t, r.with(trouble))
	require.Equal(t, "cannot be told: nobody looked at has any, or the app may not see it", r.text["personal information"])

	r = examined(t, dingtalktest.New(t))
	require.Equal(t, []string{"mobile numbers", "personal information"}, r.with(notTested))
	require.Contains(t, r.text["mobile numbers"], "nobody was found to look at")
}

func TestOnlyPeopleWhoMustHaveANumberProveThatItIsHidden(t *testing.T) {
	t.Parallel()
	account := dingtalktest.User{
		UserID: "kiosk", Name: "Kiosk", ExclusiveAccount: true, ExclusiveAccountType: "sso", DeptIDList: []int64{1},
	}
	srv := dingtalktest.New(t)
	srv.AddUser(account)
	r := examined(t, srv)
	require.Equal(t, notTested, r.signs["mobile numbers"])
	require.Contains(t, r.text["mobile numbers"], "nobody looked at has any")
}

func TestTheSearchForPeopleIsBounded(t *testing.T) {
	t.Parallel()
	srv := organisation(t, dingtalktest.WithoutPersonalInfo())
	for range 30 {
		srv.AddUser(dingtalktest.User{DeptIDList: []int64{demo.Engineering, demo.Sales}})
	}
	examined(t, srv)
	require.Len(t, srv.Calls("GetUser"), 10)

	srv = organisation(t, dingtalktest.WithoutPersonalInfo(),
		dingtalktest.WithContactScope([]int64{demo.Engineering, demo.Sales}, []string{"zhao.min"}))
	examined(t, srv)
	require.Len(t, srv.Calls("GetUser"), 2, "nobody is read twice")

	srv = dingtalktest.New(t)
	for range 30 {
		srv.AddDepartment(dingtalktest.Department{Name: time.Now().Format("150405.000000000")})
	}
	examined(t, srv)
	require.Len(t, srv.Calls("ListUserIDs"), 10)

	srv = organisation(t)
	examined(t, srv)
	require.Len(t, srv.Calls("GetUser"), 1, "one who shows everything is enough")
}

func TestAFaultOfOneCallLeavesTheOthersAlone(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault  dingtalktest.Fault
		text   string
		advice string
	}{
		"throttled":       {dingtalktest.Throttled, "cannot be told: DingTalk asks to wait", "1. Try again in "},
		"busy":            {dingtalktest.SystemBusy, "cannot be told: DingTalk is busy or out of order", "1. Try again later"},
		"a proxy's error": {dingtalktest.HTTPStatus(502), "cannot be told: DingTalk is busy or out of order", "1. Try again later"},
		"reset":           {dingtalktest.DropConnection, "cannot be told: there was no answer", "1. Check the network"},
		"not offered":     {dingtalktest.Code(22), "cannot be told: refused (errcode 22)", "1. The server is not DingTalk, or does not support"},
		"a page":          {dingtalktest.HTTPStatus(404), "cannot be told: what answers is not DingTalk", "1. The server is not DingTalk"},
		"unknown code":    {dingtalktest.Code(12345), "cannot be told: refused (errcode 12345)", "1. Look the code up"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv := organisation(t)
				srv.Fail("GetUserIDByMobile", test.fault, 3)
				r := examined(t, srv)
				require.Equal(t, []string{"qyapi_get_member_by_mobile"}, r.with(trouble))
				require.Empty(t, r.with(notTested))
				require.Equal(t, test.text, r.text["qyapi_get_member_by_mobile"])
				require.Len(t, r.toDo, 1)
				require.Contains(t, r.toDo[0], test.advice)
				require.Contains(t, r.toDo[0], "dingtalk: GetUserIDByMobile: ")
			})
		})
	}
}

func TestALostAnswerToTheOneUpdateIsNothingToFear(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := organisation(t)
		srv.Fail("UpdateUser", dingtalktest.LostResponse, 3)
		r := examined(t, srv)
		require.Equal(t, []string{"qyapi_manage_addresslist"}, r.with(trouble))
		require.Contains(t, r.toDo[0], "nothing can have been changed, for nobody was named")
	})
}

func TestTheDayAskedForIsOver(t *testing.T) {
	t.Parallel()
	for now, want := range map[string]string{
		"2026-03-01T15:59:59Z": "20260227",
		"2026-03-01T16:00:00Z": "20260228", // midnight in China
	} {
		at, err := time.Parse(time.RFC3339, now)
		require.NoError(t, err)
		assert.Equal(t, want, theDayBeforeYesterday(at))
	}
}
