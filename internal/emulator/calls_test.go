package emulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCalls_AreInOrder(t *testing.T) {
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

func TestCalls_HoldNoSecret(t *testing.T) {
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

func TestJournal_KeepsTheLatestCalls(t *testing.T) {
	t.Parallel()
	var j journal
	for i := range journalSize + 3 {
		j.add(&entry{op: "GetUser", code: i})
	}
	s := newServer(t)
	s.journal = j
	calls, err := s.Calls("GetUser")
	require.NoError(t, err)
	require.Len(t, calls, journalSize)
	assert.Equal(t, 3, calls[0].Code)
	assert.Equal(t, journalSize+2, calls[journalSize-1].Code)
}

func TestJournal_KeepsTheLatestBytes(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	in := s.arrived(httptest.NewRequestWithContext(t.Context(), http.MethodPost, getPath, nil), nil)
	remember := func(in arrival, times int) (latest entry, remembered int) {
		for i := range times {
			s.journal.add(&entry{arrival: in, op: "GetUser", code: i})
		}
		all := s.remembered("GetUser")
		return all[len(all)-1], len(all)
	}
	const most = journalBytes / maxBody
	big, long, endless := in, in, in // what is shared here is counted as what each of them would hold
	big.rawBody = make([]byte, maxBody)
	long.rawQuery = strings.Repeat("x", maxBody)
	endless.rawQuery = strings.Repeat("x", journalBytes)

	latest, n := remember(big, 2*most)
	assert.Equal(t, most-1, n, "the paths take room as well")
	assert.Equal(t, 2*most-1, latest.code, "the latest is there")
	assert.LessOrEqual(t, s.journal.bytes, journalBytes)

	_, n = remember(long, 1)
	assert.Equal(t, most-1, n, "a query weighs what a body does")
	_, n = remember(s.arrived(httptest.NewRequestWithContext(t.Context(), http.MethodPost, getPath, nil), make([]byte, maxBody+1)), 1)
	assert.Equal(t, most, n, "a body that was not read weighs nothing")

	_, n = remember(in, journalSize)
	assert.Equal(t, journalSize, n)
	assert.Equal(t, journalSize*in.size(), s.journal.bytes, "what is forgotten is not counted")
	_, n = remember(endless, 1)
	assert.Equal(t, 1, n, "the latest stays, whatever its size")
}
