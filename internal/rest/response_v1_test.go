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

// grant stands for the payloads of the v1.0 API.
type grant struct {
	AccessToken string `json:"accessToken"`
	ExpireIn    int64  `json:"expireIn"`
}

func wantV1(into **grant) Want {
	fields := []contract.Field{{Name: "accessToken", Type: contract.String, Required: true}, {Name: "expireIn", Type: contract.Int64}}
	return Want{Payload: contract.Whole, Fields: fields, Into: into}
}

func TestDecodeV1_DecodesTheWholeResponse(t *testing.T) {
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
			resp, f := decodeV1(t.Context(), httpResponse(status, ""), []byte(body), wantV1(&into))
			require.Nil(t, f, body)
			assert.Equal(t, Response{Status: status}, resp, body)
			assert.False(t, resp.Refused(), body)
			assert.Equal(t, want, *into, body)
		}
	}
}

func TestDecodeV1_DecodesRefusals(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		status int
		body   string
		want   Response // without the HTTP status
	}{
		"wrong credentials": {400, `{"code":"invalidClientIdOrSecret","message":"无效的clientId或者clientSecret","requestid":"6B2F"}`,
			Response{StringCode: "invalidClientIdOrSecret", Message: "无效的clientId或者clientSecret", RequestID: "6B2F"}},
		"a missing permission": {403,
			`{"code":"Forbidden.AccessDenied","message":"m","requestid":"r","accessdenieddetail":{"requiredScopes":["qyapi_base","b"]}}`,
			Response{StringCode: "Forbidden.AccessDenied", Message: "m", RequestID: "r", RequiredScopes: []string{"qyapi_base", "b"}}},
		"status 500":               {500, `{"code":"x","message":"m","requestid":"r"}`, Response{StringCode: "x", Message: "m", RequestID: "r"}},
		"a code alone":             {400, `{"code":"x"}`, Response{StringCode: "x"}},
		"a number":                 {400, `{"code":17}`, Response{StringCode: "17"}},
		"unreadable details":       {403, `{"code":"x","message":["m"],"requestid":{"a":1},"accessdenieddetail":"none"}`, Response{StringCode: "x"}},
		"empty details":            {403, `{"code":"x","accessdenieddetail":{}}`, Response{StringCode: "x"}},
		"a token beside it":        {400, `{"code":"x","accessToken":"t"}`, Response{StringCode: "x"}},
		"an errcode":               {200, `{"errcode":404,"errmsg":"请求的URI地址不存在"}`, Response{Code: 404, Message: "请求的URI地址不存在"}},
		"an errcode, with a token": {200, `{"errcode":40078,"accessToken":"t"}`, Response{Code: 40078}},
		"an errcode and a code":    {403, `{"errcode":88,"sub_code":"90018","code":"x"}`, Response{Code: 90018, Gateway: true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var into *grant
			got, f := decodeV1(t.Context(), httpResponse(tt.status, ""), []byte(tt.body), wantV1(&into))
			require.Nil(t, f)
			tt.want.Status = tt.status
			assert.Equal(t, tt.want, got)
			assert.True(t, got.Refused())
			assert.Nil(t, into)
		})
	}
}

func TestDecodeV1_ReadsHowLongToWait(t *testing.T) {
	t.Parallel()
	for wait, resp := range map[time.Duration]*http.Response{
		0:               httpResponse(403, ""),
		7 * time.Second: httpResponse(403, "", "Retry-After", "7"),
		2 * time.Second: httpResponse(403, "", "Date", instant.Format(http.TimeFormat)),
	} {
		body := `{"code":"x","message":"限制将在 2026-09-01 10:00:01 结束"}`
		if wait != 2*time.Second {
			body = `{"code":"x"}`
		}
		got, f := decodeV1(t.Context(), resp, []byte(body), Want{Payload: contract.Whole})
		require.Nil(t, f)
		assert.Equal(t, wait, got.RetryAfter)
	}
}

func TestDecodeV1_AcceptsOnlyTheDocumentedResponse(t *testing.T) {
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
		"a cut response":              {200, `{"accessToken":"t"`, Malformed, "unreadable text"},
		"two responses":               {200, `{"accessToken":"t"}{"accessToken":"t"}`, Malformed, "unreadable text"},
		"an empty token":              {200, `{"accessToken":"","expireIn":7200}`, Malformed, `lacks "accessToken"`},
		"null for the token":          {200, `{"accessToken":null}`, Malformed, `lacks "accessToken"`},
		"an object for the token":     {200, `{"accessToken":{"a":1}}`, WrongHost, `"accessToken" is a JSON object`},
		"an empty object for it":      {200, `{"accessToken":{}}`, Malformed, `lacks "accessToken"`},
		"another name":                {200, `{"access_token":"t","expires_in":7200}`, Malformed, `lacks "accessToken"`},
		"the name in another case":    {200, `{"accesstoken":"t"}`, Malformed, `lacks "accessToken"`},
		"the token under result":      {200, `{"result":{"accessToken":"t"}}`, Malformed, `lacks "accessToken"`},
		"a success of the legacy API": {200, `{"errcode":0,"errmsg":"ok","access_token":"t"}`, Malformed, `lacks "accessToken"`},
		"a life that is no number":    {200, `{"accessToken":"t","expireIn":"soon"}`, WrongHost, `"expireIn" is a JSON string`},
		"a refusal with status 200":   {200, `{"code":"invalidClientIdOrSecret","accessToken":"t"}`, Malformed, "other JSON"},
		"a token with status 500":     {500, `{"accessToken":"t"}`, Malformed, "HTTP status 500"},
		"a token with status 400":     {400, `{"accessToken":"t"}`, WrongHost, "HTTP status 400"},
		"a token with status 302":     {302, `{"accessToken":"t"}`, WrongHost, "HTTP status 302"},
		"a code with status 302":      {302, `{"code":"x"}`, WrongHost, "HTTP status 302"},
		"an empty code":               {403, `{"code":"","message":"m"}`, WrongHost, "HTTP status 403"},
		"an object for the code":      {403, `{"code":{"a":1}}`, WrongHost, "HTTP status 403"},
		"a proxy's page":              {502, "<html>", Malformed, "an HTML page"},
		"a page":                      {403, "<html>", WrongHost, "an HTML page"},
		"a page with status 200":      {200, "<html>", ForeignPage, "an HTML page"},
		"a ban":                       {200, `{"status":1111,"wait":5,"source":"x5","punish":"deny","uuid":"u"}`, Banned, "status 1111 in a response"},
		"a ban with status 403":       {403, `{"status":1111,"wait":5,"punish":"deny"}`, Banned, "status 1111 in a response"},
		"too many calls":              {429, "", Throttled, "HTTP status 429"},
		"errcode 0 with status 500":   {500, `{"errcode":0,"accessToken":"t"}`, Malformed, "HTTP status 500"},
		"a JSON text with a response": {200, `"{\"accessToken\":\"t\"}"`, Malformed, "other JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var into *grant
			resp, f := decodeV1(t.Context(), httpResponse(tt.status, ""), []byte(tt.body), wantV1(&into))
			require.NotNil(t, f)
			assert.Zero(t, resp)
			assert.Equal(t, tt.kind, f.Kind)
			assert.Equal(t, tt.status, f.Status)
			assert.ErrorContains(t, f, tt.text)
		})
	}
}

func TestDecodeV1_AcceptsAnEmptyBodyOnlyWhereNoneIsDocumented(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", " \n", "{}", " { } "} {
		for status, want := range map[int]Kind{200: -1, 204: -1, 302: WrongHost, 403: WrongHost, 500: Malformed} {
			resp, f := decodeV1(t.Context(), httpResponse(status, ""), []byte(body), Want{})
			if want < 0 {
				require.Nil(t, f, "%d %q", status, body)
				assert.Equal(t, Response{Status: status}, resp)
				continue
			}
			require.NotNil(t, f, "%d %q", status, body)
			assert.Equal(t, want, f.Kind, "%d %q", status, body)
		}
	}
	for body, want := range map[string]Kind{
		`{"result":true}`: Malformed, "<html>": ForeignPage, "null": Malformed, "{": Malformed, "}": Malformed, `{"a`: Malformed,
		`{"code":"x"}`: Malformed, `{"status":1111}`: Banned, "[]": Malformed,
	} {
		_, f := decodeV1(t.Context(), httpResponse(200, ""), []byte(body), Want{})
		require.NotNil(t, f, body)
		assert.Equal(t, want, f.Kind, body)
	}
	resp, f := decodeV1(t.Context(), httpResponse(400, ""), []byte(`{"code":"x","message":"m"}`), Want{})
	require.Nil(t, f)
	assert.Equal(t, Response{Status: 400, StringCode: "x", Message: "m"}, resp)
}

// The documentation of the new API has a dash for the code of these refusals.
func TestDecodeV1_DecodesRefusalsWithoutACode(t *testing.T) {
	t.Parallel()
	for status, reason := range map[int]string{401: "Unauthorized", 403: "Forbidden"} {
		resp, f := decodeV1(t.Context(), httpResponse(status, ""), []byte(`{"message":"m","requestid":"0F3A"}`), Want{Payload: contract.Whole})
		require.Nil(t, f)
		assert.Equal(t, Response{Status: status, StringCode: reason, Message: "m", RequestID: "0F3A"}, resp)
		_, f = decodeV1(t.Context(), httpResponse(status, ""), []byte(`{"message":"from a proxy"}`), Want{Payload: contract.Whole})
		require.NotNil(t, f)
		assert.Equal(t, WrongHost, f.Kind)
	}
	_, f := decodeV1(t.Context(), httpResponse(400, ""), []byte(`{"message":"m","requestid":"0F3A"}`), Want{Payload: contract.Whole})
	require.NotNil(t, f)
}

func TestDo_RedactsRefusalsOfV1(t *testing.T) {
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
	req := Request{API: contract.New, Method: http.MethodPost, Path: "/x", Secret: secret, Body: sent}
	resp, err := newTestClient(fixedResponse(403, string(body))).Do(t.Context(), req, Want{Payload: contract.Whole})
	require.NoError(t, err)
	assert.Equal(t, Response{
		Status: 403, StringCode: "BadREDACTED", Message: `got {"appSecret":"REDACTED"}"{\"appSecret\":\"REDACTED\"}"`,
		RequestID: "REDACTED", RequiredScopes: []string{"REDACTED"},
	}, resp)
}

// FuzzDecodeV1 checks that only a body that literally has a token decodes as a success.
func FuzzDecodeV1(f *testing.F) {
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
		resp, failure := decodeV1(t.Context(), httpResponse(status, ""), body, wantV1(&into))
		good := status >= 200 && status <= 299
		switch {
		case failure != nil:
			if failure.Err == nil || strings.ContainsAny(failure.Error(), "\r\n") || failure.Kind == Unsent || failure.Kind == Lost {
				t.Errorf("failure %#v", failure)
			}
		case resp.StringCode != "":
			if status < 400 || resp.Code != 0 || resp.RetryAfter < 0 {
				t.Errorf("status %d: refusal %#v", status, resp)
			}
		case resp.Code != 0:
		case !good || into == nil || into.AccessToken == "" || !literalToken(body):
			t.Errorf("status %d: success without a token", status)
		}
	})
}

// literalToken reports whether the body has exactly the documented name, by code of its own.
func literalToken(body []byte) bool {
	var members map[string]any
	err := json.Unmarshal(body, &members)
	_, there := members["accessToken"]
	return err == nil && there
}
