package emulator

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

func numbers(entries []LogEntry) []int64 {
	out := []int64{}
	for _, e := range entries {
		out = append(out, e.Number)
	}
	return out
}

func TestLog_IsNewestFirst(t *testing.T) {
	t.Parallel()
	a := newApp(t) // the first call
	for range 2 {
		a.post(getPath, `{}`)
		a.post(listPath, `{}`)
	}
	s := a.server
	assert.Equal(t, []int64{5, 4, 3, 2, 1}, numbers(s.Log(LogFilter{}, 0, 10)))
	assert.Equal(t, []int64{5, 4}, numbers(s.Log(LogFilter{}, 0, 2)))
	assert.Equal(t, []int64{3, 2}, numbers(s.Log(LogFilter{}, 4, 2)))
	assert.Equal(t, []int64{4, 2}, numbers(s.Log(LogFilter{Op: "GetUser"}, 0, 10)))
	assert.Equal(t, []int64{2}, numbers(s.Log(LogFilter{Op: "GetUser"}, 4, 10)))
	assert.Empty(t, s.Log(LogFilter{}, 1, 10))
}

func TestLog_EntryDescribesACall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newApp(t, WithLatency(3*time.Second))
		a.server.Advance(time.Hour)
		at, _ := a.server.Clock()
		got := a.post(getPath, `{"userid":"absent"}`)
		line := a.server.Log(LogFilter{}, 0, 1)[0]
		assert.Len(t, line.RequestID, len(got["request_id"].(string)))
		assert.Equal(t, LogEntry{
			Number: 2, Op: "GetUser", Method: http.MethodPost, Path: getPath, From: "127.0.0.1", Time: at,
			Code: 60121, Message: "找不到该用户", Ended: true, HTTPStatus: 200,
			RequestID: got["request_id"].(string), Duration: 3 * time.Second,
		}, line)

		a.get("/nowhere", nil)
		line = a.server.Log(LogFilter{}, 0, 1)[0]
		assert.Equal(t, []any{"", 404, "请求的URI地址不存在"}, []any{line.Op, line.Code, line.Message})
		a.post("/topapi/nowhere", `{}`)
		line = a.server.Log(LogFilter{}, 0, 1)[0]
		assert.Equal(t, []any{22, "不合法ApiName，ApiName = dingtalk.oapi.nowhere"}, []any{line.Code, line.Message})
	})
}

func TestLog_EntryOfTheNewAPI(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	_, body, err := a.send(http.MethodPost, "/v1.0/oauth2/accessToken", "application/json", `{"appKey":"x","appSecret":"y"}`)
	require.NoError(t, err)
	line := a.server.Log(LogFilter{Op: "GetOAuth2Token"}, 0, 1)[0]
	assert.Equal(t, 400, line.HTTPStatus)
	assert.Equal(t, 40096, line.Code)
	assert.Equal(t, "无效的clientId或者clientSecret", line.Message)
	assert.Equal(t, parse(t, body)["requestid"], line.RequestID)
}

func TestLog_HangingCallIsInProgress(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newApp(t)
		require.NoError(t, a.server.Fail("GetUser", Hang, 1))
		a.client.Timeout = time.Minute
		done := make(chan error)
		go func() {
			_, _, err := a.send(http.MethodPost, getPath, "application/json", `{}`)
			done <- err
		}()
		synctest.Wait()
		line := a.server.Log(LogFilter{Op: "GetUser"}, 0, 1)[0]
		assert.False(t, line.Ended)
		assert.Zero(t, line.Duration)
		assert.Equal(t, Hang.Parts(), line.Fault)

		require.Error(t, <-done)
		line = a.server.Log(LogFilter{Op: "GetUser"}, 0, 1)[0]
		assert.True(t, line.Ended)
		assert.Zero(t, line.HTTPStatus)
		assert.Equal(t, time.Minute, line.Duration)
	})
}

func TestJournalEntry_RecordsResponsesOnDemand(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	id := a.seed(directory.User{Name: "<名>"}).UserID
	read := func() JournalEntry {
		a.post(getPath, `{"userid":"`+id+`","x":{"b":1234567890123456789,"a":"<&>"}}`)
		e, found := a.server.JournalEntry(a.server.Log(LogFilter{}, 0, 1)[0].Number)
		require.True(t, found)
		return e
	}
	assert.Empty(t, read().Response)

	a.server.RecordResponses()
	e := read()
	assert.Equal(t, "GetUser", e.Op)
	assert.Equal(t, url.Values{"access_token": {"REDACTED"}}, e.Query)
	assert.Equal(t, `{
  "userid": "`+id+`",
  "x": {
    "a": "<&>",
    "b": 1234567890123456789
  }
}`, e.Body)
	assert.Equal(t, "<名>", parse(t, []byte(e.Response)).result()["name"])
	assert.True(t, strings.HasPrefix(e.Response, "{\n  \"errcode\": 0,"), e.Response)

	_, found := a.server.JournalEntry(0)
	assert.False(t, found)
	_, found = a.server.JournalEntry(e.Number + 1)
	assert.False(t, found)
}

func TestJournalEntry_RecordsBrokenResponses(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.server.RecordResponses()
	for _, tt := range []struct {
		fault    Fault
		response string
	}{
		{LostResponse, ""},
		{DropConnection, ""},
		{BanPage, "<!DOCTYPE html>\n<html><head><title>访问被拒绝"},
		{BanJSON, "{\n  \"status\": 1111,"},
		{BadJSON, `{"errcode":0,`},
		{CutBody, `{"errcode":0,`},
	} {
		require.NoError(t, a.server.Fail("ListSubDepartmentIDs", tt.fault, 1))
		_, _, _ = a.send(http.MethodPost, listPath+"?access_token="+a.token, "application/json", `{"dept_id":1}`)
		e, _ := a.server.JournalEntry(a.server.Log(LogFilter{}, 0, 1)[0].Number)
		name := e.Fault.Name
		assert.Equal(t, tt.fault.Parts(), e.Fault)
		assert.True(t, e.Ended)
		assert.Equal(t, tt.response == "", e.Response == "", name)
		assert.True(t, strings.HasPrefix(e.Response, tt.response), "%s: %s", name, e.Response)
		assert.False(t, strings.HasSuffix(e.Response, "}") && tt.fault != BanJSON, "%s: %s", name, e.Response)
		assert.Equal(t, tt.response == "", e.HTTPStatus == 0)
		assert.Equal(t, tt.response != "", e.Broken, name)
	}
}

func TestLog_HoldsNoSecret(t *testing.T) {
	t.Parallel()
	a := newApp(t, WithTokenRotation()) // an earlier token is not known any more, and is hidden nevertheless
	a.server.RecordResponses()
	id, secret, tokens := a.server.ClientID(), a.server.ClientSecret(), []string{a.token}
	for _, f := range []Fault{{}, Slow(0), BadJSON, CutBody} {
		for _, op := range []string{"GetToken", "GetOAuth2Token"} {
			if f != (Fault{}) {
				require.NoError(t, a.server.Fail(op, f, 1))
			}
		}
		credentials := url.Values{"appkey": {id}, "appsecret": {secret}}
		_, _, _ = a.send(http.MethodGet, "/gettoken?"+credentials.Encode(), "", "")
		tokens = append(tokens, a.server.token.value)
		_, _, _ = a.send(http.MethodPost, "/v1.0/oauth2/accessToken", "application/json",
			`{"appKey":"`+id+`","appSecret":"`+secret+`"}`)
		tokens = append(tokens, a.server.token.value)
	}
	a.token = a.server.token.value
	a.post(createPath, `{"init_password":"tops3cret","nested":[{"Init_Password":"tops3cret","x":"`+secret+`"},"`+secret+`"]}`)
	a.get(getPath, url.Values{"access_token": {a.token, a.token}, "app_secret": {secret}})
	_, _, _ = a.send(http.MethodGet, "/topapi/"+secret+"/"+a.token, "", "") // the response names the path

	var told strings.Builder
	for number := int64(1); number <= 12; number++ {
		e, found := a.server.JournalEntry(number)
		require.True(t, found)
		fmt.Fprintf(&told, "%+v\n", e)
	}
	fmt.Fprintf(&told, "%+v\n%+v\n", a.server.Log(LogFilter{}, 0, 100), a.server.Changes(0, LogFilter{}, 100))

	assert.Contains(t, told.String(), `"access_token": "REDACTED"`)
	assert.Contains(t, told.String(), `"accessToken": "REDACTED"`)
	assert.Contains(t, told.String(), id)
	for _, token := range tokens {
		assert.Len(t, token, 32)
		assert.NotContains(t, told.String(), token[:8], "not even the beginning, where the response was cut")
	}
	assert.NotContains(t, told.String(), secret)
	assert.NotContains(t, told.String(), "tops3cret")
}

func TestLog_HidesASecretUsedAsAName(t *testing.T) {
	t.Parallel()
	const secret = `a"b\c<d>&e`
	a := newApp(t, WithCredentials("id", secret))
	a.server.RecordResponses()
	name := string(encode(secret))
	_, _, _ = a.send(http.MethodPost, getPath+"?"+url.QueryEscape(secret)+"=1&"+a.token, "application/json",
		`{"`+a.token+`":{`+name+`:[{"`+a.token+`":""}]}}`)
	_, _, _ = a.send(http.MethodGet, "/topapi/"+url.PathEscape(secret), "", "") // the response names the path

	for number, want := range map[int64]int{2: 4, 3: 4} {
		e, found := a.server.JournalEntry(number)
		require.True(t, found)
		told := fmt.Sprintf("%+v", e)
		for _, hidden := range []string{a.token, secret, name[1 : len(name)-1]} {
			assert.NotContains(t, told, hidden)
		}
		assert.Equal(t, want, strings.Count(told, redacted), told)
	}
}

func TestLog_HidesATruncatedSecret(t *testing.T) {
	t.Parallel()
	const whole = `{"errcode":0,"access_token" : "top\"s3\\cret","expires_in":7200}`
	for end := range len(whole) + 1 {
		got := withoutTokens([]byte(whole[:end]))
		assert.NotContains(t, got, "top")
		assert.NotContains(t, got, "cret")
	}
	assert.Equal(t, `{"errcode":0,"access_token":"REDACTED","expires_in":7200}`, withoutTokens([]byte(whole)))
	other := `{"name":"access_token","x":"\"access_token\":\"harmless\""}`
	assert.Equal(t, other, withoutTokens([]byte(other)))
}
