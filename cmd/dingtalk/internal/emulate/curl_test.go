package emulate

import (
	"encoding/json"
	"net/url"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// curl runs the program curl against an emulator.
type curl struct {
	t    *testing.T
	path string // of the executable
	p    *process
}

// run runs curl as a user at a shell would, but without configuration files and proxies.
func (c curl) run(args ...string) map[string]any {
	c.t.Helper()
	cmd := exec.CommandContext(c.t.Context(), c.path, append([]string{
		"--disable", "--silent", "--show-error", "--fail", "--noproxy", "*", "--max-time", "30",
	}, args...)...)
	var errOut strings.Builder
	cmd.Stderr = &errOut
	out, err := cmd.Output()
	require.NoError(c.t, err, errOut.String())
	var response map[string]any
	decoder := json.NewDecoder(strings.NewReader(string(out)))
	decoder.UseNumber()
	require.NoError(c.t, decoder.Decode(&response), "%s", out)
	return response
}

// json sends a JSON body, with the token in the URL.
func (c curl) json(path, token, body string) map[string]any {
	c.t.Helper()
	return c.run("--header", "Content-Type: application/json", "--data-binary", body,
		c.p.base+path+"?"+url.Values{"access_token": {token}}.Encode())
}

// form sends a form that includes the token, as the commands in DingTalk's documentation do.
func (c curl) form(path, token string, fields ...string) map[string]any {
	c.t.Helper()
	args := []string{"--data-urlencode", "access_token=" + token}
	for _, field := range fields {
		args = append(args, "--data-urlencode", field)
	}
	return c.run(append(args, c.p.base+path)...)
}

func TestEmulator_ServesCurl(t *testing.T) {
	t.Parallel()
	program, err := exec.LookPath("curl")
	if err != nil {
		t.Skip("the program curl is not installed: ", err)
	}
	c := curl{t, program, start(t)}
	credentials := url.Values{"appkey": {c.p.id}, "appsecret": {c.p.secret}}
	token, _ := c.run(c.p.base + "/gettoken?" + credentials.Encode())["access_token"].(string)
	require.Len(t, token, 32)

	const (
		list   = "/topapi/v2/department/listsubid"
		create = "/topapi/v2/user/create"
		get    = "/topapi/v2/user/get"
		update = "/topapi/v2/user/update"
		remove = "/topapi/v2/user/delete"
	)
	for kind, calls := range map[string][]map[string]any{
		"JSON": {
			c.json(list, token, `{"dept_id":1}`),
			c.json(create, token, `{"userid":"zhao.min","name":"赵敏","mobile":"+852-51234567","hide_mobile":true,
				"dept_id_list":"1,724960197","dept_order_list":[{"dept_id":1,"order":176200000000000513}],
				"extension":"{\"爱好\":\"象棋\"}"}`),
			c.json(update, token, `{"userid":"zhao.min","title":"工程师 & <Lead>"}`),
			c.json(get, token, `{"userid":"zhao.min"}`),
			c.json(remove, token, `{"userid":"zhao.min"}`),
			c.json(get, token, `{"userid":"zhao.min"}`),
			c.json(get, "0123456789abcdef0123456789abcdef", `{"userid":"zhao.min"}`),
		},
		"form": {
			c.form(list, token, "dept_id=1"),
			c.form(create, token, "userid=zhao.min", "name=赵敏", "mobile=+852-51234567", "hide_mobile=true",
				"dept_id_list=1,724960197", `dept_order_list=[{"dept_id":1,"order":176200000000000513}]`,
				`extension={"爱好":"象棋"}`),
			c.form(update, token, "userid=zhao.min", "title=工程师 & <Lead>"),
			c.form(get, token, "userid=zhao.min"),
			c.form(remove, token, "userid=zhao.min"),
			c.form(get, token, "userid=zhao.min"),
			c.form(get, "0123456789abcdef0123456789abcdef", "userid=zhao.min"),
		},
	} {
		result := func(i int) map[string]any { r, _ := calls[i]["result"].(map[string]any); return r }
		assert.Equal(t, []any{json.Number("724960197"), json.Number("724960198")}, result(0)["dept_id_list"], kind)
		assert.Equal(t, "zhao.min", result(1)["userid"], kind)
		assert.Equal(t, json.Number("0"), calls[2]["errcode"], kind)
		user := result(3)
		assert.Equal(t, []any{"赵敏", "工程师 & <Lead>", "852", "51234567", true, `{"爱好":"象棋"}`},
			[]any{user["name"], user["title"], user["state_code"], user["mobile"], user["hide_mobile"], user["extension"]}, kind)
		orders, _ := user["dept_order_list"].([]any)
		require.Len(t, orders, 2, kind)
		assert.Equal(t, map[string]any{"dept_id": json.Number("1"), "order": json.Number("176200000000000513")}, orders[0], kind)
		assert.Equal(t, json.Number("0"), calls[4]["errcode"], kind)
		assert.Equal(t, json.Number("60121"), calls[5]["errcode"], kind)
		assert.Equal(t, "40014", calls[6]["sub_code"], kind)
	}
}
