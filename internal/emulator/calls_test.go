package emulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCallsInTheirOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newApp(t)
		time.Sleep(time.Second)
		a.post("/topapi/nothing", `{}`)
		a.post(createPath, `{"name":"N","mobile":"13900000000","dept_id_list":"1","hired_date":1666143772000,"x":[null]}`)
		a.post(getPath, `not JSON`)

		all, err := a.server.Calls("")
		require.NoError(t, err)
		ops := []string{}
		for _, c := range all {
			ops = append(ops, c.Op)
		}
		assert.Equal(t, []string{"GetToken", "", "CreateUser", "GetUser"}, ops)
		assert.Equal(t, 22, all[1].Code)
		assert.Equal(t, "/topapi/nothing", all[1].Path)

		created, err := a.server.Calls("CreateUser")
		require.NoError(t, err)
		assert.Equal(t, []Call{{
			Op: "CreateUser", Method: http.MethodPost, Path: createPath,
			Query: url.Values{"access_token": {"REDACTED"}},
			Body: map[string]any{
				"name": "N", "mobile": "13900000000", "dept_id_list": "1",
				"hired_date": json.Number("1666143772000"), "x": []any{nil},
			},
			Time: time.Date(2000, 1, 1, 0, 0, 1, 0, time.UTC).Local(), HTTPStatus: 200,
		}}, created)
		assert.Nil(t, all[3].Body)
		assert.Equal(t, 400002, all[3].Code)
	})
}

func TestCallsHoldNoSecret(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	body := `{"init_password":"tops3cret","access_token":"` + a.token + `"}`
	a.post(createPath, body)
	a.form(createPath, url.Values{"init_password": {"tops3cret"}, "access_token": {a.token, a.token}})
	a.get(getPath, url.Values{"access_token": {a.token, a.token}})
	a.get("/gettoken", url.Values{"corpid": {a.server.ClientID()}, "corpsecret": {a.server.ClientSecret()}})
	calls, err := a.server.Calls("")
	require.NoError(t, err)
	text := fmt.Sprintf("%+v", calls)
	assert.Contains(t, text, a.server.ClientID())
	for _, secret := range []string{a.token, a.server.ClientSecret(), "tops3cret"} {
		assert.NotContains(t, text, secret)
	}
	assert.Equal(t, "REDACTED", calls[1].Body["init_password"])
	assert.Equal(t, "REDACTED", calls[2].Body["access_token"])
}

func TestTheLatestCallsAreRemembered(t *testing.T) {
	t.Parallel()
	var j journal
	for i := range journalSize + 3 {
		j.add(&entry{op: "GetUser", code: i, request: &request{}})
	}
	s := newServer(t)
	s.journal = j
	calls, err := s.Calls("GetUser")
	require.NoError(t, err)
	require.Len(t, calls, journalSize)
	assert.Equal(t, 3, calls[0].Code)
	assert.Equal(t, journalSize+2, calls[journalSize-1].Code)
}
