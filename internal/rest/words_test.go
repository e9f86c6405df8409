package rest

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// grant stands for the payloads of the new API.
type grant struct {
	AccessToken string `json:"accessToken"`
	ExpireIn    int64  `json:"expireIn"`
}

func whole(into **grant) Want {
	fields := []contract.Field{{Name: "accessToken", Type: contract.String, Required: true}, {Name: "expireIn", Type: contract.Int64}}
	return Want{Payload: contract.Whole, Fields: fields, Into: into}
}

func TestTheWholeAnswerIsThePayload(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]grant{
		`{"accessToken":"t","expireIn":7200}`:                       {"t", 7200},
		`{"expireIn":7200,"accessToken":"t","new":{"code":"x"}}`:    {"t", 7200},
		`{"accessToken":"t","expireIn":"7200"}`:                     {"t", 7200},
		`{"accessToken":"t"}`:                                       {"t", 0},
		`{"accessToken":"t","expireIn":null,"code":""}`:             {"t", 0},
		" {\n\"accessToken\" : \"t\" }\r\n":                         {"t", 0},
		`{"accessToken":"t","errcode":0,"errmsg":"ok","code":null}`: {"t", 0},
	} {
		for _, status := range []int{200, 201} {
			var into *grant
			answer, f := decodeWhole(t.Context(), response(status, ""), []byte(body), whole(&into))
			require.Nil(t, f, body)
			assert.Equal(t, Answer{Status: status}, answer, body)
			assert.False(t, answer.Refused(), body)
			assert.Equal(t, want, *into, body)
		}
	}
}

func TestARefusalInWords(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		status int
		body   string
		want   Answer // without the HTTP status
	}{
		"wrong credentials": {400, `{"code":"invalidClientIdOrSecret","message":"无效的clientId或者clientSecret","requestid":"6B2F"}`,
			Answer{Word: "invalidClientIdOrSecret", Message: "无效的clientId或者clientSecret", RequestID: "6B2F"}},
		"a missing permission": {403,
			`{"code":"Forbidden.AccessDenied","message":"m","requestid":"r","accessdenieddetail":{"requiredScopes":["qyapi_base","b"]}}`,
			Answer{Word: "Forbidden.AccessDenied", Message: "m", RequestID: "r", RequiredScopes: []string{"qyapi_base", "b"}}},
		"a server's failure":       {500, `{"code":"x","message":"m","requestid":"r"}`, Answer{Word: "x", Message: "m", RequestID: "r"}},
		"a code alone":             {400, `{"code":"x"}`, Answer{Word: "x"}},
		"a number":                 {400, `{"code":17}`, Answer{Word: "17"}},
		"unreadable details":       {403, `{"code":"x","message":["m"],"requestid":{"a":1},"accessdenieddetail":"none"}`, Answer{Word: "x"}},
		"empty details":            {403, `{"code":"x","accessdenieddetail":{}}`, Answer{Word: "x"}},
		"a token beside it":        {400, `{"code":"x","accessToken":"t"}`, Answer{Word: "x"}},
		"in numbers":               {200, `{"errcode":404,"errmsg":"请求的URI地址不存在"}`, Answer{Code: 404, Message: "请求的URI地址不存在"}},
		"in numbers, with a token": {200, `{"errcode":40078,"accessToken":"t"}`, Answer{Code: 40078}},
		"in numbers and words":     {403, `{"errcode":88,"sub_code":"90018","code":"x"}`, Answer{Code: 90018, Gateway: true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var into *grant
			got, f := decodeWhole(t.Context(), response(tt.status, ""), []byte(tt.body), whole(&into))
			require.Nil(t, f)
			tt.want.Status = tt.status
			assert.Equal(t, tt.want, got)
			assert.True(t, got.Refused())
			assert.Nil(t, into)
		})
	}
}

func TestARefusalInWordsMayTellHowLongToWait(t *testing.T) {
	t.Parallel()
	for wait, resp := range map[time.Duration]*http.Response{
		0:               response(403, ""),
		7 * time.Second: response(403, "", "Retry-After", "7"),
		2 * time.Second: response(403, "", "Date", instant.Format(http.TimeFormat)),
	} {
		body := `{"code":"x","message":"限制将在 2026-09-01 10:00:01 结束"}`
		if wait != 2*time.Second {
			body = `{"code":"x"}`
		}
		got, f := decodeWhole(t.Context(), resp, []byte(body), Want{Payload: contract.Whole})
		require.Nil(t, f)
		assert.Equal(t, wait, got.RetryAfter)
	}
}

func TestWhatIsNotTheDocumentedAnswerIsNoToken(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		status int
		body   string
		kind   Kind
		text   string
	}{
		"nothing":                     {200, "", Malformed, "an empty body"},
		"no content":                  {204, "", Malformed, "an empty body"},
		"null":                        {200, "null", Malformed, "other JSON"},
		"text":                        {200, "t", Malformed, "unreadable text"},
		"a JSON text":                 {200, `"t"`, Malformed, "other JSON"},
		"an array":                    {200, `[{"accessToken":"t"}]`, Malformed, "other JSON"},
		"an empty object":             {200, `{}`, Malformed, `lacks "accessToken"`},
		"a cut answer":                {200, `{"accessToken":"t"`, Malformed, "unreadable text"},
		"two answers":                 {200, `{"accessToken":"t"}{"accessToken":"t"}`, Malformed, "unreadable text"},
		"an empty token":              {200, `{"accessToken":"","expireIn":7200}`, Malformed, `lacks "accessToken"`},
		"null for the token":          {200, `{"accessToken":null}`, Malformed, `lacks "accessToken"`},
		"an object for the token":     {200, `{"accessToken":{"a":1}}`, Foreign, `"accessToken" is a JSON object`},
		"an empty object for it":      {200, `{"accessToken":{}}`, Malformed, `lacks "accessToken"`},
		"another name":                {200, `{"access_token":"t","expires_in":7200}`, Malformed, `lacks "accessToken"`},
		"the name in another case":    {200, `{"accesstoken":"t"}`, Malformed, `lacks "accessToken"`},
		"it under result":             {200, `{"result":{"accessToken":"t"}}`, Malformed, `lacks "accessToken"`},
		"the other API's success":     {200, `{"errcode":0,"errmsg":"ok","access_token":"t"}`, Malformed, `lacks "accessToken"`},
		"a life in words":             {200, `{"accessToken":"t","expireIn":"soon"}`, Foreign, `"expireIn" is a JSON string`},
		"a refusal with status 200":   {200, `{"code":"invalidClientIdOrSecret","accessToken":"t"}`, Malformed, "other JSON"},
		"a token with status 500":     {500, `{"accessToken":"t"}`, Malformed, "HTTP status 500"},
		"a token with status 400":     {400, `{"accessToken":"t"}`, Foreign, "HTTP status 400"},
		"a token with status 302":     {302, `{"accessToken":"t"}`, Foreign, "HTTP status 302"},
		"a code with status 302":      {302, `{"code":"x"}`, Foreign, "HTTP status 302"},
		"an empty code":               {403, `{"code":"","message":"m"}`, Foreign, "HTTP status 403"},
		"an object for the code":      {403, `{"code":{"a":1}}`, Foreign, "HTTP status 403"},
		"a proxy's page":              {502, "<html>", Malformed, "an HTML page"},
		"a page":                      {403, "<html>", Foreign, "an HTML page"},
		"a page with status 200":      {200, "<html>", Page, "an HTML page"},
		"a ban":                       {200, `{"status":1111,"wait":5,"source":"x5","punish":"deny","uuid":"u"}`, Banned, "other JSON"},
		"a ban with status 403":       {403, `{"status":1111,"wait":5,"punish":"deny"}`, Banned, "other JSON"},
		"too many calls":              {429, "", Throttled, "HTTP status 429"},
		"errcode 0 with status 500":   {500, `{"errcode":0,"accessToken":"t"}`, Malformed, "HTTP status 500"},
		"a JSON text with the answer": {200, `"{\"accessToken\":\"t\"}"`, Malformed, "other JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var into *grant
			answer, f := decodeWhole(t.Context(), response(tt.status, ""), []byte(tt.body), whole(&into))
			require.NotNil(t, f)
			assert.Zero(t, answer)
			assert.Equal(t, tt.kind, f.Kind)
			assert.Equal(t, tt.status, f.Status)
			assert.ErrorContains(t, f, tt.text)
		})
	}
}

func TestARefusalInWordsIsScrubbed(t *testing.T) {
	t.Parallel()
	const secret = `S3cret+/=&"<z>` + "钥"
	sent, err := json.Marshal(map[string]string{"appSecret": secret})
	require.NoError(t, err)
	echo := map[string]any{
		"code": "Bad" + secret, "message": "got " + string(sent) + strconv.Quote(string(sent)), "requestid": secret,
		"accessdenieddetail": map[string]any{"requiredScopes": []string{secret}},
	}
	body, err := json.Marshal(echo)
	require.NoError(t, err)
	req := Request{Method: http.MethodPost, Path: "/x", Secret: secret, Body: sent}
	answer, err := over(answering(403, string(body))).Do(t.Context(), req, Want{Payload: contract.Whole})
	require.NoError(t, err)
	assert.Equal(t, Answer{
		Status: 403, Word: "BadREDACTED", Message: `got {"appSecret":"REDACTED"}"{\"appSecret\":\"REDACTED\"}"`,
		RequestID: "REDACTED", RequiredScopes: []string{"REDACTED"},
	}, answer)
}

// FuzzDecodeWhole holds every body to the promise that what is not literally a token is none.
func FuzzDecodeWhole(f *testing.F) {
	for _, seed := range []string{
		`{"accessToken":"t","expireIn":7200}`, `{"accessToken":"t","expireIn":72`, "", "null", "<html>", `[]`, `{"accessToken":7}`,
		`{"code":"Forbidden.AccessDenied","message":"m","requestid":"r","accessdenieddetail":{"requiredScopes":["a"]}}`,
		`{"code":"x","accessdenieddetail":{"requiredScopes":"a,b"},"message":[]}`, `{"AccessToken":"t","accesstoken":"u"}`,
		`{"errcode":404,"errmsg":"x"}`, `{"errcode":0,"accessToken":"t"}`, `{"status":1111,"wait":5}`, `{"accessToken":"","accessToken":"t"}`,
	} {
		for _, status := range []int{200, 403, 500} {
			f.Add(status, []byte(seed))
		}
	}
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		var into *grant
		answer, failure := decodeWhole(t.Context(), response(status, ""), body, whole(&into))
		good := status >= 200 && status <= 299
		switch {
		case failure != nil:
			if failure.Err == nil || strings.ContainsAny(failure.Error(), "\r\n") || failure.Kind == Unsent || failure.Kind == Lost {
				t.Errorf("failure %#v", failure)
			}
		case answer.Word != "":
			if status < 400 || answer.Code != 0 || answer.RetryAfter < 0 {
				t.Errorf("status %d: refusal %#v", status, answer)
			}
		case answer.Code != 0:
		case !good || into == nil || into.AccessToken == "" || !literalToken(body):
			t.Errorf("status %d: success without a token", status)
		}
	})
}

// literalToken looks for the documented name, to the letter, by means of its own.
func literalToken(body []byte) bool {
	var members map[string]any
	err := json.Unmarshal(body, &members)
	_, there := members["accessToken"]
	return err == nil && there
}
