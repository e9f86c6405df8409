package demo_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/demo"
)

func TestWithoutCredentialsThePlaceIsAnEmulator(t *testing.T) {
	t.Parallel()
	place, err := demo.Open(env{}.get)
	require.NoError(t, err)
	defer place.Close()
	require.NotNil(t, place.Emulator)
	demo.Seed(place.Emulator)
	_, err = place.Client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: demo.Manager})
	require.NoError(t, err)

	userid, mobile, err := place.Newcomer("")
	require.NoError(t, err)
	require.Equal(t, []string{"zhao.min", "13800001234"}, []string{userid, mobile})
	_, mobile, err = place.Newcomer("13800009999")
	require.NoError(t, err)
	require.Equal(t, "13800009999", mobile)
}

func TestWithCredentialsThePlaceIsAService(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	url, err := srv.Listen("")
	require.NoError(t, err)
	place, err := demo.Open(env{
		"DINGTALK_CLIENT_ID": srv.ClientID(), "DINGTALK_CLIENT_SECRET": srv.ClientSecret(), "DINGTALK_BASE_URL": url,
	}.get)
	require.NoError(t, err)
	defer place.Close()
	require.Nil(t, place.Emulator)
	require.Equal(t, url, place.Name)
	_, err = place.Client.Token(t.Context())
	require.NoError(t, err)

	_, _, err = place.Newcomer("")
	require.ErrorContains(t, err, "set DINGTALK_MOBILE")
	one, _, err := place.Newcomer("13800001234")
	require.NoError(t, err)
	another, _, err := place.Newcomer("13800001234")
	require.NoError(t, err)
	require.NotEqual(t, one, another, "nobody else may have the userid")
}

func TestTheSameAppCanBeAskedForOnAnotherHost(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	place, err := demo.Open(env{"DINGTALK_CLIENT_ID": srv.ClientID(), "DINGTALK_CLIENT_SECRET": srv.ClientSecret()}.get)
	require.NoError(t, err)
	defer place.Close()
	place.Client.HTTPClient().Transport = srv.Transport()
	china, err := place.At(dingtalk.BaseURLChina)
	require.NoError(t, err)
	_, err = china.Token(t.Context())
	require.NoError(t, err, "by the same credentials and transport")
	_, err = place.At("dingtalk")
	require.ErrorIs(t, err, dingtalk.ErrInvalidArgument)

	place, err = demo.Open(env{}.get, dingtalktest.WithoutScope("qyapi_base"))
	require.NoError(t, err)
	defer place.Close()
	_, err = place.Client.GetAuthScopes(t.Context())
	require.ErrorIs(t, err, dingtalk.ErrPermission, "the options are the emulator's")
	_, err = place.At(dingtalk.BaseURLChina)
	require.EqualError(t, err, "the built-in emulator has no other host")
}

func TestTheDefaultHostIsTheInternationalOne(t *testing.T) {
	t.Parallel()
	place, err := demo.Open(env{"DINGTALK_CLIENT_ID": "dingexample", "DINGTALK_CLIENT_SECRET": "example-secret"}.get)
	require.NoError(t, err)
	require.Equal(t, dingtalk.BaseURLInternational, place.Name)
}

func TestAnIncompleteEnvironmentIsNamed(t *testing.T) {
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

func TestAClientCanHaveOptionsOfItsOwn(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	url, err := srv.Listen("")
	require.NoError(t, err)
	for _, env := range []env{
		{},
		{"DINGTALK_CLIENT_ID": srv.ClientID(), "DINGTALK_CLIENT_SECRET": srv.ClientSecret(), "DINGTALK_BASE_URL": url},
	} {
		place, err := demo.Open(env.get, demo.Sample())
		require.NoError(t, err)
		defer place.Close()
		called := false
		client, err := place.With(dingtalk.WithMiddleware(func(next dingtalk.Invoker) dingtalk.Invoker {
			called = true
			return next
		}))
		require.NoError(t, err)
		count, err := client.CountUsers(t.Context(), dingtalk.CountUsersRequest{})
		require.NoError(t, err)
		require.True(t, called)
		require.Equal(t, place.Emulator != nil, count.Count == 60)
	}
}
