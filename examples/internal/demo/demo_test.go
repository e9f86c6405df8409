package demo_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/demo"
)

func TestOpen_StartsAnEmulatorWithoutCredentials(t *testing.T) {
	t.Parallel()
	target, err := demo.Open(env{}.get)
	require.NoError(t, err)
	defer target.Close()
	require.NotNil(t, target.Emulator)
	demo.Seed(target.Emulator)
	_, err = target.Client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: demo.Manager})
	require.NoError(t, err)

	userid, mobile, err := target.NewUser("")
	require.NoError(t, err)
	require.Equal(t, []string{"zhao.min", "13800001234"}, []string{userid, mobile})
	_, mobile, err = target.NewUser("13800009999")
	require.NoError(t, err)
	require.Equal(t, "13800009999", mobile)
}

func TestSeed_HasAnAdministratorAndRolesNamedAsLive(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	demo.Seed(srv)
	admins, err := srv.Client().ListAdmins(t.Context())
	require.NoError(t, err)
	require.Equal(t, []dingtalk.Admin{{UserID: demo.Owner, SysLevel: 1}}, admins)
	roles := func(userid string) (names []string) {
		u, err := srv.Client().GetUser(t.Context(), dingtalk.GetUserRequest{UserID: userid})
		require.NoError(t, err)
		for _, r := range u.RoleList {
			names = append(names, r.GroupName+"/"+r.Name)
		}
		return names
	}
	require.Equal(t, []string{"默认/负责人", "默认/主管理员"}, roles(demo.Owner))
	require.Equal(t, []string{"默认/主管"}, roles(demo.Manager))
}

func TestOpen_CallsTheServiceWithCredentials(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	url, err := srv.Listen("")
	require.NoError(t, err)
	target, err := demo.Open(env{
		"DINGTALK_CLIENT_ID": srv.ClientID(), "DINGTALK_CLIENT_SECRET": srv.ClientSecret(), "DINGTALK_BASE_URL": url,
	}.get)
	require.NoError(t, err)
	defer target.Close()
	require.Nil(t, target.Emulator)
	require.Equal(t, url, target.Name)
	_, err = target.Client.Token(t.Context())
	require.NoError(t, err)

	_, _, err = target.NewUser("")
	require.ErrorContains(t, err, "set DINGTALK_MOBILE")
	one, _, err := target.NewUser("13800001234")
	require.NoError(t, err)
	another, _, err := target.NewUser("13800001234")
	require.NoError(t, err)
	require.NotEqual(t, one, another, "a userid is random")
}

func TestTarget_ReachesTheSameAppOnAnotherHost(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	target, err := demo.Open(env{"DINGTALK_CLIENT_ID": srv.ClientID(), "DINGTALK_CLIENT_SECRET": srv.ClientSecret()}.get)
	require.NoError(t, err)
	defer target.Close()
	target.Client.HTTPClient().Transport = srv.Transport()
	china, err := target.WithBaseURL(dingtalk.BaseURLChina)
	require.NoError(t, err)
	_, err = china.Token(t.Context())
	require.NoError(t, err, "it has the same credentials and transport")
	_, err = target.WithBaseURL("dingtalk")
	require.ErrorIs(t, err, dingtalk.ErrInvalidArgument)

	target, err = demo.Open(env{}.get, dingtalktest.WithoutScope("qyapi_base"))
	require.NoError(t, err)
	defer target.Close()
	_, err = target.Client.GetAuthScopes(t.Context())
	require.ErrorIs(t, err, dingtalk.ErrPermission, "the emulator has the options")
	_, err = target.WithBaseURL(dingtalk.BaseURLChina)
	require.EqualError(t, err, "the built-in emulator has no other host")
}

func TestOpen_DefaultsToTheInternationalHost(t *testing.T) {
	t.Parallel()
	target, err := demo.Open(env{"DINGTALK_CLIENT_ID": "dingexample", "DINGTALK_CLIENT_SECRET": "example-secret"}.get)
	require.NoError(t, err)
	require.Equal(t, dingtalk.BaseURLInternational, target.Name)
}

func TestOpen_NamesAnIncompleteEnvironment(t *testing.T) {
	t.Parallel()
	for want, env := range map[string]env{
		"DINGTALK_CLIENT_ID is set, but not DINGTALK_CLIENT_SECRET":                       {"DINGTALK_CLIENT_ID": "x"},
		"DINGTALK_CLIENT_SECRET is set, but not DINGTALK_CLIENT_ID":                       {"DINGTALK_CLIENT_SECRET": "x"},
		"DINGTALK_BASE_URL is set, but not DINGTALK_CLIENT_ID and DINGTALK_CLIENT_SECRET": {"DINGTALK_BASE_URL": "x"},
		"WithBaseURL: not an absolute http or https address: correct DINGTALK_CLIENT_ID": {
			"DINGTALK_CLIENT_ID": "x", "DINGTALK_CLIENT_SECRET": "y", "DINGTALK_BASE_URL": "oapi.dingtalk.com",
		},
		"the client secret begins or ends with white space": {
			"DINGTALK_CLIENT_ID": "x", "DINGTALK_CLIENT_SECRET": "y\n",
		},
	} {
		_, err := demo.Open(env.get)
		assert.ErrorContains(t, err, want)
	}
}

type env map[string]string

func (e env) get(name string) string { return e[name] }

func TestTarget_CreatesAClientWithFurtherOptions(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	url, err := srv.Listen("")
	require.NoError(t, err)
	for _, env := range []env{
		{},
		{"DINGTALK_CLIENT_ID": srv.ClientID(), "DINGTALK_CLIENT_SECRET": srv.ClientSecret(), "DINGTALK_BASE_URL": url},
	} {
		target, err := demo.Open(env.get, demo.Sample())
		require.NoError(t, err)
		defer target.Close()
		called := false
		client, err := target.With(dingtalk.WithMiddleware(func(next dingtalk.Invoker) dingtalk.Invoker {
			called = true
			return next
		}))
		require.NoError(t, err)
		count, err := client.CountUsers(t.Context(), dingtalk.CountUsersRequest{})
		require.NoError(t, err)
		require.True(t, called)
		require.Equal(t, target.Emulator != nil, count.Count == 60)
	}
}
