package main

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/clitest"
)

var zhaoMin = dingtalk.CreateUserRequest{
	UserID: "zhao.min", Name: "Zhao Min", Mobile: "13800001234", DeptIDList: []int64{dingtalk.RootDepartmentID},
}

func TestHire_SurvivesALostResponse(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	srv.Fail("CreateUser", dingtalktest.LostResponse, 1) // the user is created, but the response is lost

	err := hire(t.Context(), srv.Client(), zhaoMin, t.Logf)
	require.NoError(t, err)
	require.Len(t, srv.Calls("CreateUser"), 1, "it is not sent again")
	user, found := srv.User("zhao.min")
	require.True(t, found)
	require.Equal(t, "Zhao Min", user.Name)
}

func TestHire_CreatesAgainAfterALostRequest(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	srv.Fail("CreateUser", dingtalktest.DropConnection, 1)

	require.NoError(t, hire(t.Context(), srv.Client(), zhaoMin, t.Logf))
	require.Len(t, srv.Calls("CreateUser"), 2)
	require.Len(t, srv.Users(), 1)
}

func TestHire_ReportsAnUnknownOutcomeIfReadingBackFails(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	srv.Fail("CreateUser", dingtalktest.LostResponse, 1)
	srv.Fail("GetUser", dingtalktest.PermissionMissing, 1)

	err := hire(t.Context(), srv.Client(), zhaoMin, t.Logf)
	require.ErrorIs(t, err, dingtalk.ErrOutcomeUnknown)
	require.ErrorIs(t, err, dingtalk.ErrPermission)
}

func TestLifecycle_ReadsBackAfterALostResponseOnTheEmulator(t *testing.T) {
	t.Parallel()
	code, out, errOut := clitest.Run(t.Context(), "lifecycle", run, nil, "", "-emulator")
	require.Zero(t, code, errOut)
	require.Equal(t, `no response (dingtalk: CreateUser: outcome unknown: the change may have been made: read: connection reset by peer), so read back
zhao.min exists: the creation succeeded
Zhao Min is Engineer now
zhao.min is no longer in the organization
`, out)
}

func TestLifecycle_LeavesNoUserOnAService(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]func(*dingtalktest.Server){
		"nothing fails":        func(*dingtalktest.Server) {},
		"the response is lost": func(srv *dingtalktest.Server) { srv.Fail("CreateUser", dingtalktest.LostResponse, 1) },
		"updating fails":       func(srv *dingtalktest.Server) { srv.Fail("UpdateUser", dingtalktest.Code(40035), 1) },
		"reading back fails": func(srv *dingtalktest.Server) {
			srv.Fail("CreateUser", dingtalktest.LostResponse, 1)
			srv.Fail("GetUser", dingtalktest.PermissionMissing, 1)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := dingtalktest.New(t)
			fault(srv)
			env := clitest.Environment(t, srv)
			env["DINGTALK_MOBILE"] = "13800001234"

			_, out, _ := clitest.Run(t.Context(), "lifecycle", run, env, "", "-yes")
			require.NotEmpty(t, srv.Calls("CreateUser"))
			require.Empty(t, srv.Users(), out)
		})
	}
}

func TestLifecycle_KeepsTheConventions(t *testing.T) {
	t.Parallel()
	clitest.CheckConventions(t, clitest.Program{
		Name: "lifecycle", Run: run, Writes: true, Env: map[string]string{"DINGTALK_MOBILE": "13800001234"},
	})
}

func TestAdvise_FollowsTheErrorClass(t *testing.T) {
	t.Parallel()
	for advice, fault := range map[string]dingtalktest.Fault{
		"Read the person back":     dingtalktest.LostResponse,
		"another user has it":      dingtalktest.Code(60104),
		"no such department":       dingtalktest.Code(60003),
		"Wait at least ":           dingtalktest.Code(90001),
		"qyapi_manage_addresslist": dingtalktest.PermissionMissing,
		"a wider contact scope":    dingtalktest.Code(50004),
		"Check client ID":          dingtalktest.Code(40089),
	} {
		srv := dingtalktest.New(t)
		srv.Fail("CreateUser", fault, 1)
		_, err := srv.Client().CreateUser(t.Context(), zhaoMin)
		require.Contains(t, advise(err), advice, err)
	}
	srv := dingtalktest.New(t)
	srv.Fail("GetToken", dingtalktest.DropConnection, 3)
	_, err := srv.Client().Token(t.Context())
	require.Contains(t, advise(err), "Check the network")
	require.Empty(t, advise(context.Canceled))
	require.Empty(t, advise(http.ErrServerClosed))
}
