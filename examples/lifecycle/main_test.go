package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

var zhaoMin = dingtalk.CreateUserRequest{
	UserID: "zhao.min", Name: "Zhao Min", Mobile: "13800001234", DeptIDList: []int64{dingtalk.RootDepartmentID},
}

func TestHireSurvivesALostAnswer(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	srv.Fail("CreateUser", dingtalktest.LostResponse, 1) // the work is done, the answer never arrives

	err := hire(t.Context(), srv.Client(), zhaoMin, t.Logf)
	require.NoError(t, err)
	require.Len(t, srv.Calls("CreateUser"), 1, "it is not sent again")
	user, found := srv.User("zhao.min")
	require.True(t, found)
	require.Equal(t, "Zhao Min", user.Name)
}

func TestHireCreatesAgainWhatNeverArrived(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	srv.Fail("CreateUser", dingtalktest.DropConnection, 1)

	require.NoError(t, hire(t.Context(), srv.Client(), zhaoMin, t.Logf))
	require.Len(t, srv.Calls("CreateUser"), 2)
	require.Len(t, srv.Users(), 1)
}

func TestHireStaysUncertainWhereReadingBackFails(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	srv.Fail("CreateUser", dingtalktest.LostResponse, 1)
	srv.Fail("GetUser", dingtalktest.PermissionMissing, 1)

	err := hire(t.Context(), srv.Client(), zhaoMin, t.Logf)
	require.ErrorIs(t, err, dingtalk.ErrOutcomeUnknown)
	require.ErrorIs(t, err, dingtalk.ErrPermission)
}

func TestOnTheEmulatorItLosesAnAnswerAndReadsBack(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	require.NoError(t, run(t.Context(), environment(nil), &out))
	require.Equal(t, `on the built-in emulator
no answer (dingtalk: CreateUser: read tcp: read: connection reset by peer: it is unknown whether the change was made), so read back
zhao.min is there: it had worked
Zhao Min is Engineer now
zhao.min is not in the organisation any more
`, out.String())
}

func TestOnAServiceItLeavesNobodyBehind(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]func(*dingtalktest.Server){
		"nothing fails":      func(*dingtalktest.Server) {},
		"the answer is lost": func(srv *dingtalktest.Server) { srv.Fail("CreateUser", dingtalktest.LostResponse, 1) },
		"updating fails":     func(srv *dingtalktest.Server) { srv.Fail("UpdateUser", dingtalktest.Code(40035), 1) },
		"reading back fails": func(srv *dingtalktest.Server) {
			srv.Fail("CreateUser", dingtalktest.LostResponse, 1)
			srv.Fail("GetUser", dingtalktest.PermissionMissing, 1)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := dingtalktest.New(t)
			fault(srv)
			host := httptest.NewServer(srv)
			defer host.Close()

			var out strings.Builder
			_ = run(t.Context(), environment(map[string]string{
				"DINGTALK_CLIENT_ID": srv.ClientID(), "DINGTALK_CLIENT_SECRET": srv.ClientSecret(),
				"DINGTALK_BASE_URL": host.URL, "DINGTALK_MOBILE": "13800001234",
			}), &out)
			require.NotEmpty(t, srv.Calls("CreateUser"))
			require.Empty(t, srv.Users(), out.String())
		})
	}
}

func TestAdviceFollowsTheClass(t *testing.T) {
	t.Parallel()
	for advice, fault := range map[string]dingtalktest.Fault{
		"Read the person back":     dingtalktest.LostResponse,
		"somebody has it already":  dingtalktest.Code(60104),
		"no such department":       dingtalktest.Code(60003),
		"Wait for ":                dingtalktest.Code(90001),
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

func environment(values map[string]string) func(string) string {
	return func(name string) string { return values[name] }
}
