package emulator

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestStrict_RefusesWhatTheServiceTolerates(t *testing.T) {
	t.Parallel()
	const person = `"name":"N","mobile":"13900000000"`
	for _, tt := range []struct{ name, path, body, names string }{
		{"an unknown field", createPath, `{` + person + `,"dept_id_list":"1","nick":"x"}`, "nick"},
		{"a flag in quotes", createPath, `{` + person + `,"dept_id_list":"1","hide_mobile":"false"}`, "hide_mobile"},
		{"a number in quotes", createPath, `{` + person + `,"dept_id_list":"1","hired_date":"1"}`, "hired_date"},
		{"an array for a list", createPath, `{` + person + `,"dept_id_list":[1]}`, "dept_id_list"},
		{"an array in a text for a list", createPath, `{` + person + `,"dept_id_list":"[1]"}`, "dept_id_list"},
		{"an object for JSON text", createPath, `{` + person + `,"dept_id_list":"1","extension":{}}`, "extension"},
		{"JSON text for an array", createPath, `{` + person + `,"dept_id_list":"1","dept_order_list":"[]"}`, "dept_order_list"},
		{"null", createPath, `{` + person + `,"dept_id_list":"1","title":null}`, "title"},
		{"a number for a text", createPath, `{"name":"N","mobile":13900000000,"dept_id_list":"1"}`, "mobile"},
		{"an unknown member", createPath, `{` + person + `,"dept_id_list":"1","dept_order_list":[{"dept_id":1,"rank":2}]}`, "rank"},
		{"a department of others", createPath, `{` + person + `,"dept_id_list":"1","dept_title_list":[{"dept_id":724960198,"title":"T"}]}`, "dept_title_list"},
		{"a field of another kind of account", createPath, `{` + person + `,"dept_id_list":"1","nickname":"N"}`, "nickname"},
		{"a mobile on update", updatePath, `{"userid":"clerk","mobile":"+852-91234567"}`, "mobile"},
		{"a login name in the other case", updatePath, `{"userid":"clerk","login_id":"x"}`, "login_id"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := crowd(t, Strict()).post(tt.path, tt.body)
			assert.Equal(t, "400002", got.code(), "%v", got)
			assert.Contains(t, got["errmsg"], tt.names)
			assert.Equal(t, "0", crowd(t).post(tt.path, tt.body).code(), "by default it is tolerated")
		})
	}
}

func TestStrict_RequiresPOSTAndJSON(t *testing.T) {
	t.Parallel()
	a := newApp(t, Strict())
	query := "?access_token=" + a.token
	json := "application/json;charset=UTF-8"
	assert.Equal(t, "0", a.do(http.MethodPost, listPath+query, json, `{"dept_id":1}`).code())
	assert.Equal(t, "400002", a.do(http.MethodPost, listPath+query, "text/plain", `{"dept_id":1}`).code())
	assert.Equal(t, "400002", a.do(http.MethodPost, listPath+query+"&dept_id=1", json, `{"dept_id":1}`).code())
	assert.Equal(t, "0", a.do(http.MethodPost, listSubPath+query, json, `{}`).code())
	assert.Equal(t, "400002", a.do(http.MethodPost, listSubPath+query, json, `null`).code())
	assert.Equal(t, "400002", a.form(listPath+query, url.Values{"dept_id": {"1"}}).code())
	assert.Equal(t, "400002", a.form(listPath, url.Values{"dept_id": {"1"}, "access_token": {a.token}}).code())
}
