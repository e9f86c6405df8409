package emulator

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// foreign is another client, with its way of making the five calls.
type foreign struct {
	name string
	call func(a *app, path string, write bool, values map[string]string) jsonBody
}

func foreigners() []foreign {
	form := func(a *app, path string, values map[string]string) jsonBody {
		body := url.Values{"access_token": {a.token}}
		for name, text := range values {
			body.Set(name, text)
		}
		return a.form(path, body)
	}
	return []foreign{
		{"every scalar a JSON string, JSON texts expanded", func(a *app, path string, _ bool, values map[string]string) jsonBody {
			body := map[string]any{}
			for name, text := range values {
				switch {
				case text == "": // dropped
				case text[0] == '{' || text[0] == '[':
					body[name] = json.RawMessage(text)
				default:
					body[name] = text
				}
			}
			text, err := json.Marshal(body)
			require.NoError(a.t, err)
			return a.post(path, string(text))
		}},
		{"every value a JSON string", func(a *app, path string, _ bool, values map[string]string) jsonBody {
			text, err := json.Marshal(values)
			require.NoError(a.t, err)
			return a.post(path, string(text))
		}},
		{"forms with the token inside", func(a *app, path string, _ bool, values map[string]string) jsonBody {
			return form(a, path, values)
		}},
		{"reads by GET, writes by forms", func(a *app, path string, write bool, values map[string]string) jsonBody {
			if write {
				return form(a, path, values)
			}
			query := url.Values{"access_token": {a.token}}
			for name, text := range values {
				query.Set(name, text)
			}
			return a.get(path, query)
		}},
	}
}

func TestForeignClients_MakeAllCalls(t *testing.T) {
	t.Parallel()
	for _, f := range foreigners() {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t).listening()
			dept := strconv.FormatInt(a.department(directory.Department{}), 10)
			a.seed(directory.User{UserID: "boss"})

			got := f.call(a, listPath, false, map[string]string{"dept_id": "1"})
			require.Equal(t, "0", got.code(), "%v", got)
			assert.Equal(t, []any{json.Number(dept)}, got.result()["dept_id_list"])

			got = f.call(a, createPath, true, map[string]string{
				"userid": "zhao.min", "name": "Zhao Min", "mobile": "13800001234", "hide_mobile": "true",
				"dept_id_list": "1," + dept, "hired_date": "1666143772000", "extension": `{"Hobby":"Chess"}`,
				"dept_order_list": `[{"dept_id":` + dept + `,"order":176200000000000999}]`, "manager_userid": "boss",
			})
			require.Equal(t, "0", got.code(), "%v", got)
			assert.Equal(t, "zhao.min", got.result()["userid"])

			got = f.call(a, getPath, false, map[string]string{"userid": "zhao.min"})
			require.Equal(t, "0", got.code(), "%v", got)
			assert.Equal(t, []any{json.Number("1"), json.Number(dept)}, got.result()["dept_id_list"])
			assert.Equal(t, true, got.result()["hide_mobile"])
			assert.Equal(t, `{"Hobby":"Chess"}`, got.result()["extension"])
			assert.Equal(t, json.Number("176200000000000999"), got.result()["dept_order_list"].([]any)[1].(map[string]any)["order"])

			got = f.call(a, updatePath, true, map[string]string{
				"userid": "zhao.min", "title": "Lead", "hide_mobile": "false", "dept_id_list": dept,
				"extension": `{"Car":"none"}`, "ext_attrs_update_mode": "1",
			})
			require.Equal(t, "0", got.code(), "%v", got)
			u := a.stored("zhao.min")
			assert.Equal(t, "Lead", u.Title)
			assert.False(t, u.HideMobile)
			assert.Equal(t, `{"Car":"none","Hobby":"Chess"}`, u.Extension)
			assert.Len(t, u.DeptIDList, 1)
			assert.Equal(t, "boss", u.ManagerUserID)

			require.Equal(t, "0", f.call(a, deletePath, true, map[string]string{"userid": "zhao.min"}).code())
			assert.Equal(t, "60121", f.call(a, getPath, false, map[string]string{"userid": "zhao.min"}).code())
		})
	}
}

func TestResponses_LookLikeTheService(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
	a := newApp(t, WithClock(func() time.Time { return noon })).listening()
	a.server.Advance(time.Minute)
	a.department(directory.Department{ID: 724960197})
	a.department(directory.Department{ID: 724960198})
	res, text, err := a.send(http.MethodPost, listPath+"?access_token="+a.token, "application/json", `{"dept_id":1}`)
	require.NoError(t, err)
	assert.Equal(t, "application/json;charset=UTF-8", res.Header.Get("Content-Type"))
	assert.Equal(t, []string{"DingTalk/1.0.0"}, res.Header.Values("Server"))
	assert.Equal(t, []string{"Tue, 01 Sep 2026 12:01:00 GMT"}, res.Header.Values("Date"))
	assert.Regexp(t, `^\{"errcode":0,"errmsg":"ok","result":\{"dept_id_list":\[724960197,724960198\]\},"request_id":"[0-9a-z]{12,13}"\}$`, string(text))

	a.seed(directory.User{UserID: "u", Name: "赵 <&>"})
	_, text, err = a.send(http.MethodPost, getPath+"?access_token="+a.token, "application/json", `{"userid":"u"}`)
	require.NoError(t, err)
	assert.Contains(t, string(text), `"name":"赵 <&>"`, "raw UTF-8, nothing escaped for HTML")
}
