package main

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/clitest"
)

func TestNotify_KeepsTheConventions(t *testing.T) {
	t.Parallel()
	clitest.CheckConventions(t, clitest.Program{
		Name: "notify", Run: run, TakesArgs: true, Writes: true, Operation: "SendWorkNotification",
		OnService: []string{"-agent", "4711", "-to", "zhao.min", "Hello"},
	})
}

func TestNotify_RunsOnTheEmulatorWithoutArguments(t *testing.T) {
	t.Parallel()
	code, out, _ := clitest.Run(t.Context(), "notify", run, nil, "", "-emulator")
	require.Equal(t, 0, code)
	require.Regexp(t, `^the service has taken the message, as task \d+\n$`, out)
}

func TestNotify_SendsTheTextToEachUser(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t, dingtalktest.Strict())
	srv.Fail("SendWorkNotification", dingtalktest.LostResponse, 1)
	code, _, errOut := clitest.Run(t.Context(), "notify", run, clitest.Environment(t, srv), "",
		"-yes", "-agent", "4711", "-to", "zhao.min,li.na", "请提交", "日报。")
	require.Equal(t, 0, code, errOut)
	calls := srv.Calls("SendWorkNotification")
	require.Len(t, calls, 2, "it is repeated after the lost response")
	body, err := json.Marshal(calls[0].Body)
	require.NoError(t, err)
	require.JSONEq(t, `{"agent_id":4711,"userid_list":"zhao.min,li.na","msg":{"msgtype":"text","text":{"content":"请提交 日报。"}}}`, string(body))
}

func TestNotify_SaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t, dingtalktest.WithoutScope("qyapi_base"))
	env := clitest.Environment(t, srv)
	code, _, errOut := clitest.Run(t.Context(), "notify", run, env, "", "-yes", "-agent", "4711", "Hello")
	require.Equal(t, 2, code)
	require.Contains(t, errOut, "set -agent and -to, and add a text")
	code, _, errOut = clitest.Run(t.Context(), "notify", run, env, "", "-yes", "-agent", "4711", "-to", "zhao.min", "Hello")
	require.Equal(t, 1, code)
	require.Contains(t, errOut, "request qyapi_base in the developer console")
}
