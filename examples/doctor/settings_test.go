package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func TestSettingsThatLookWrongAreNamed(t *testing.T) {
	t.Parallel()
	const id, secret = "dingabc123def456", "s3cretValue-_x"
	for _, test := range []struct{ id, secret, base, what, advice string }{
		{`"` + id + `"`, secret, somewhere, "DINGTALK_CLIENT_ID contains a quotation mark", "copy DINGTALK_CLIENT_ID again"},
		{id, "<" + secret + ">", somewhere, "DINGTALK_CLIENT_SECRET contains a quotation mark", "copy DINGTALK_CLIENT_SECRET again"},
		{id, "s3cret Value", somewhere, "DINGTALK_CLIENT_SECRET contains white space", "copy DINGTALK_CLIENT_SECRET again"},
		{id + "\u200b", secret, somewhere, "DINGTALK_CLIENT_ID contains white space", "copy DINGTALK_CLIENT_ID again"},
		{id, id, somewhere, "DINGTALK_CLIENT_ID and DINGTALK_CLIENT_SECRET are the same", "copy both again"},
		{id, secret, "https://api.dingtalk.com", "DINGTALK_BASE_URL", "set DINGTALK_BASE_URL=" + dingtalk.BaseURLChina},
		{id, secret, "https://open-dev.dingtalk.io", "DINGTALK_BASE_URL", "set DINGTALK_BASE_URL=" + dingtalk.BaseURLInternational},
		{id, secret, "https://dingtalk.com", "DINGTALK_BASE_URL", "set DINGTALK_BASE_URL=" + dingtalk.BaseURLChina},
		{id, secret, dingtalk.BaseURLChina + "/gettoken", "DINGTALK_BASE_URL", "set DINGTALK_BASE_URL=" + dingtalk.BaseURLChina},
	} {
		faults := faultsOf(test.id, test.secret, test.base)
		require.Len(t, faults, 1, test.what)
		assert.Contains(t, faults[0].what, test.what)
		assert.Contains(t, faults[0].advice, test.advice)
		assert.NotContains(t, faults[0].what+faults[0].advice, secret)
	}
	for _, base := range []string{
		dingtalk.BaseURLChina, dingtalk.BaseURLInternational + "/", "http://localhost:8080/dingtalk", "https://gateway.example.com/dingtalk",
		"https://notdingtalk.com",
	} {
		assert.Empty(t, faultsOf(id, secret, base), base)
	}
}

func TestEverySettingThatLooksWrongGetsALine(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	env := map[string]string{
		"DINGTALK_CLIENT_ID": `"example"`, "DINGTALK_CLIENT_SECRET": `'example'`, "DINGTALK_BASE_URL": somewhere,
	}
	r := examinedBy(t, t.Context(), srv, env, srv.Transport())
	require.Equal(t, []string{"settings", "host and token"}, r.with(trouble))
	require.Contains(t, r.out, "DINGTALK_CLIENT_ID contains")
	require.Contains(t, r.out, "DINGTALK_CLIENT_SECRET contains")
	require.Len(t, r.toDo, 3)
}
