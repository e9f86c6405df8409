package survey

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// respond is a transport that responds to every request with a body.
type respond string

func (r respond) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(string(r)))}, nil
}

// record returns the exchange of a request that a body responds to, as it is written.
func record(t *testing.T, body string) (e exchange, text string) {
	t.Helper()
	rec := &recorder{base: respond(body)}
	rec.scrub.add("dingclientid")
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://oapi.dingtalk.io/topapi/v2/user/get?access_token=secret", nil)
	require.NoError(t, err)
	res, err := rec.RoundTrip(r)
	require.NoError(t, err)
	received, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.Equal(t, body, string(received), "the client gets what came")
	e = rec.exchanges[0]
	for i, text := range e.Texts {
		e.Texts[i] = rec.scrub.clean(text)
	}
	encoded, err := json.Marshal(e)
	require.NoError(t, err)
	return e, string(encoded)
}

func TestExchange_HasShapesInsteadOfValues(t *testing.T) {
	t.Parallel()
	e, text := record(t, `{"errcode":0,"errmsg":"ok","result":{"list":[{"userid":"zhao.min","name":"赵敏","email":"","extension":"{\"a\":\"b\"}"},
		{"userid":"li.na","name":null,"hired_date":1633017600000,"create_time":"2024-07-15T07:05:43.000Z"}],"has_more":false,"next":[],
		"zhao.min":1,"13800001234":true}}`)
	require.Equal(t, map[string]any{
		"errcode": "number", "errmsg": "text", "result": map[string]any{
			"has_more": "boolean", "next": "empty list", "(other name)": "boolean | number",
			"list": []any{map[string]any{
				"userid": "text", "name": "null | text", "email?": "empty text", "extension?": "JSON text", "hired_date?": "number",
				"create_time?": "RFC 3339 time",
			}},
		},
	}, e.Shape)
	for _, private := range []string{"zhao", "li.na", "赵敏", "1380000", "1633017600000", "secret"} {
		assert.NotContains(t, text, private)
	}
}

func TestExchange_KeepsTextsWithoutWhatIsPersonal(t *testing.T) {
	t.Parallel()
	e, text := record(t, `{"errcode":60104,"errmsg":"dingclientid: 手机号码13800001234在公司中已存在, userid:zhao.min, 赵敏敏, IP 203.0.113.7 or 2001:db8::7, zhao@example.com, `+
		`token 0123456789abcdef0123","result":{"userid":"zhao.min","name":"赵敏敏"},"request_id":"1q8w4e2r6t0yb"}`)
	require.Equal(t, []string{"(value): 手机号码(number)在公司中已存在, userid:(value), (value), IP (address) or (address), (mail), token (token)"}, e.Texts)
	require.Equal(t, json.Number("60104"), e.Code)
	for _, private := range []string{"1380000", "zhao", "赵敏敏", "203.0", "2001", "0123456789", "dingclientid", "1q8w4e2r6t0yb"} {
		assert.NotContains(t, text, private)
	}
}

func TestExchange_DescribesWhatIsNoJSON(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{"": "empty", " <html>赵敏": "HTML or XML", "busy": "other text", `{"a":1} x`: "other text"} {
		e, text := record(t, body)
		assert.Equal(t, want, e.Body)
		assert.NotContains(t, text, "赵敏")
	}
	e, _ := record(t, `{"code":"Forbidden.AccessDenied.QpsLimitForApi","message":"Request was denied","requestid":"6A1C3F00-0000-7000-8000-000000000000"}`)
	assert.Equal(t, "Forbidden.AccessDenied.QpsLimitForApi", e.Code)
	assert.Equal(t, "upper-case UUID", e.Shape.(map[string]any)["requestid"])
}
