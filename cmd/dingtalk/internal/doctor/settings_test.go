package doctor

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func TestSettings_NameWhatLooksWrong(t *testing.T) {
	t.Parallel()
	const id, secret = "dingabc123def456", "s3cretValue-_x"
	for _, test := range []struct{ id, secret, base, text, advice string }{
		{`"` + id + `"`, secret, gateway, "DINGTALK_CLIENT_ID contains a quotation mark", "copy DINGTALK_CLIENT_ID again"},
		{id, "<" + secret + ">", gateway, "DINGTALK_CLIENT_SECRET contains a quotation mark", "copy DINGTALK_CLIENT_SECRET again"},
		{id, "s3cret Value", gateway, "DINGTALK_CLIENT_SECRET contains white space", "copy DINGTALK_CLIENT_SECRET again"},
		{id + "\u200b", secret, gateway, "DINGTALK_CLIENT_ID contains white space", "copy DINGTALK_CLIENT_ID again"},
		{id, id, gateway, "DINGTALK_CLIENT_ID and DINGTALK_CLIENT_SECRET are the same", "copy both again"},
		{id, secret, "https://api.dingtalk.com", "DINGTALK_BASE_URL", "set DINGTALK_BASE_URL=" + dingtalk.BaseURLChina},
		{id, secret, "https://open-dev.dingtalk.io", "DINGTALK_BASE_URL", "set DINGTALK_BASE_URL=" + dingtalk.BaseURLInternational},
		{id, secret, "https://dingtalk.com", "DINGTALK_BASE_URL", "set DINGTALK_BASE_URL=" + dingtalk.BaseURLChina},
		{id, secret, dingtalk.BaseURLChina + "/gettoken", "DINGTALK_BASE_URL", "set DINGTALK_BASE_URL=" + dingtalk.BaseURLChina},
	} {
		problems := findProblems(test.id, test.secret, test.base)
		require.Len(t, problems, 1, test.text)
		assert.Contains(t, problems[0].text, test.text)
		assert.Contains(t, problems[0].advice, test.advice)
		assert.NotContains(t, problems[0].text+problems[0].advice, secret)
	}
	for _, base := range []string{
		dingtalk.BaseURLChina, dingtalk.BaseURLInternational + "/", "http://localhost:8080/dingtalk", "https://gateway.example.com/dingtalk",
		"https://notdingtalk.com",
	} {
		assert.Empty(t, findProblems(id, secret, base), base)
	}
}

func TestSettings_ReportEachProblem(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	env := map[string]string{
		"DINGTALK_CLIENT_ID": `"example"`, "DINGTALK_CLIENT_SECRET": `'example'`, "DINGTALK_BASE_URL": gateway,
	}
	r := examineAs(t, t.Context(), srv, env, srv.Transport())
	require.Equal(t, []string{"settings", "host and token"}, r.with(failed))
	require.Contains(t, r.out, "DINGTALK_CLIENT_ID contains")
	require.Contains(t, r.out, "DINGTALK_CLIENT_SECRET contains")
	require.Len(t, r.toDo, 3)
}
