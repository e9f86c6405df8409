package service_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/clitest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/demo"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/service"
)

// open opens a target in an environment.
func open(ctx context.Context, env map[string]string, flags service.Flags, o service.Options) (*service.Target, error) {
	return flags.Open(ctx, cli.Process{Getenv: func(name string) string { return env[name] }}, o)
}

func TestOpen_StartsAnEmulatorOnRequest(t *testing.T) {
	t.Parallel()
	for _, env := range []map[string]string{nil, {"DINGTALK_CLIENT_ID": "x", "DINGTALK_CLIENT_SECRET": "y"}} {
		target, err := open(t.Context(), env, service.Flags{Emulator: true}, service.Options{})
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
}

func TestOpen_CallsTheServiceWithCredentials(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	env := clitest.Environment(t, srv)
	target, err := open(t.Context(), env, service.Flags{}, service.Options{})
	require.NoError(t, err)
	defer target.Close()
	require.Nil(t, target.Emulator)
	require.Equal(t, env["DINGTALK_BASE_URL"], target.Name)
	require.Equal(t, "client ID "+srv.ClientID()+" at "+target.Name, target.App)
	_, err = target.Client.Token(t.Context())
	require.NoError(t, err)

	_, _, err = target.NewUser("")
	require.ErrorContains(t, err, "set -mobile or DINGTALK_MOBILE")
	one, _, err := target.NewUser("13800001234")
	require.NoError(t, err)
	another, _, err := target.NewUser("13800001234")
	require.NoError(t, err)
	require.NotEqual(t, one, another, "a userid is random")
}

func TestTarget_ReachesTheSameAppOnAnotherHost(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	env := map[string]string{"DINGTALK_CLIENT_ID": srv.ClientID(), "DINGTALK_CLIENT_SECRET": srv.ClientSecret()}
	target, err := open(t.Context(), env, service.Flags{}, service.Options{})
	require.NoError(t, err)
	defer target.Close()
	target.Client.HTTPClient().Transport = srv.Transport()
	china, err := target.WithBaseURL(dingtalk.BaseURLChina)
	require.NoError(t, err)
	_, err = china.Token(t.Context())
	require.NoError(t, err, "it has the same credentials and transport")
	_, err = target.WithBaseURL("dingtalk")
	require.ErrorIs(t, err, dingtalk.ErrInvalidArgument)

	target, err = open(t.Context(), nil, service.Flags{Emulator: true}, service.Options{Emulator: []dingtalktest.Option{dingtalktest.WithoutScope("qyapi_base")}})
	require.NoError(t, err)
	defer target.Close()
	_, err = target.Client.GetAuthScopes(t.Context())
	require.ErrorIs(t, err, dingtalk.ErrPermission, "the emulator has the options")
	_, err = target.WithBaseURL(dingtalk.BaseURLChina)
	require.EqualError(t, err, "the built-in emulator has no other host")
}

func TestOpen_DefaultsToTheInternationalHost(t *testing.T) {
	t.Parallel()
	target, err := open(t.Context(), map[string]string{"DINGTALK_CLIENT_ID": "dingexample", "DINGTALK_CLIENT_SECRET": "example-secret"},
		service.Flags{}, service.Options{})
	require.NoError(t, err)
	require.Equal(t, dingtalk.BaseURLInternational, target.Name)
}

func TestOpen_NamesTheVariableToCorrect(t *testing.T) {
	t.Parallel()
	const id, secret, baseURL = "DINGTALK_CLIENT_ID", "DINGTALK_CLIENT_SECRET", "DINGTALK_BASE_URL"
	for want, env := range map[string]map[string]string{
		"no app is set: set " + id + " and " + secret + ", or add -emulator":                            nil,
		id + " is set, but not " + secret:                                                               {id: "x"},
		secret + " is set, but not " + id:                                                               {secret: "x"},
		baseURL + " is set, but not " + id + " and " + secret:                                           {baseURL: "x"},
		baseURL + ": not an absolute http or https address":                                             {id: "x", secret: "y", baseURL: "oapi.dingtalk.com"},
		baseURL + ": Contacts are on " + dingtalk.BaseURLInternational + " or " + dingtalk.BaseURLChina: {id: "x", secret: "y", baseURL: "https://api.dingtalk.com"},
		secret + ": the client secret begins or ends with white space":                                  {id: "x", secret: "y\n"},
		id + ": the client ID begins or ends with white space":                                          {id: " x", secret: "y"},
	} {
		_, err := open(t.Context(), env, service.Flags{}, service.Options{})
		assert.ErrorContains(t, err, want)
	}
	_, err := open(t.Context(), map[string]string{id: "x", secret: "y", baseURL: "http://oapi.dingtalk.com"}, service.Flags{}, service.Options{})
	require.EqualError(t, err, baseURL+": plain http would send the client secret in the clear; use https")
}

func TestOpen_GivesTheEmulatorOrTheClientItsOptions(t *testing.T) {
	t.Parallel()
	env := clitest.Environment(t, dingtalktest.New(t))
	for _, flags := range []service.Flags{{}, {Emulator: true}} {
		called := false
		target, err := open(t.Context(), env, flags, service.Options{
			Emulator: []dingtalktest.Option{demo.Sample()},
			Service: []dingtalk.Option{dingtalk.WithMiddleware(func(next dingtalk.Invoker) dingtalk.Invoker {
				return func(ctx context.Context, call *dingtalk.Call) error {
					called = true
					return next(ctx, call)
				}
			})},
		})
		require.NoError(t, err)
		defer target.Close()
		count, err := target.Client.CountUsers(t.Context(), dingtalk.CountUsersRequest{})
		require.NoError(t, err)
		require.Equal(t, !flags.Emulator, called)
		require.Equal(t, flags.Emulator, count.Count == 60)
	}
}
