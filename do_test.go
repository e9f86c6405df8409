package dingtalk

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// doing returns a client whose calls get the body, and the transport that keeps the last of them.
func doing(t *testing.T, body string, opts ...Option) (*Client, *canned) {
	t.Helper()
	transport := &canned{body: body}
	client, err := New("dingexample", "example-secret", append([]Option{
		WithHTTPClient(&http.Client{Transport: transport}), WithRetry(RetryPolicy{MaxAttempts: 1}),
	}, opts...)...)
	require.NoError(t, err)
	return client, transport
}

// read is a call that changes nothing.
var read = Operation{Name: "ReadThing", Path: "/topapi/thing/read"}

type base struct {
	Shared string `json:"shared"`
}

// thing is a response of shapes that the package's own responses do not have.
type thing struct {
	base
	ID     int64            `json:"id"`
	Plain  string           // without a tag
	Parent *thing           `json:"parent"`
	Any    any              `json:"any"`
	More   map[string]thing `json:"more"`
}

func TestDo_DecodesTheResponseAsEncodingJSONDoes(t *testing.T) {
	t.Parallel()
	const text = `{"shared":"s","id":9007199254740993,"Plain":"p","parent":{"id":2},"any":["a",{"b":true}],"more":{"x":{"id":3}}}`
	var want thing
	require.NoError(t, json.Unmarshal([]byte(text), &want)) //nolint:musttag // a field without a tag is part of the test
	for body, op := range map[string]Operation{
		`{"errcode":0,"errmsg":"ok","request_id":"r","result":` + text + `}`: read,
		`{"errcode":"0",` + text[1:]:                                         {Name: "A", Path: "/a", TopLevel: true},
	} {
		client, _ := doing(t, body)
		got := thing{Plain: "of an earlier call"}
		require.NoError(t, client.Do(t.Context(), op, nil, &got))
		assert.Equal(t, want, got)

		var raw json.RawMessage
		require.NoError(t, client.Do(t.Context(), op, nil, &raw))
		assert.JSONEq(t, map[bool]string{false: text, true: body}[op.TopLevel], string(raw))

		var members map[string]any
		require.NoError(t, client.Do(t.Context(), op, nil, &members))
		assert.Equal(t, "s", members["shared"])
		require.NoError(t, client.Do(t.Context(), op, nil, nil))
	}
	client, _ := doing(t, `{"errcode":0,"result":[1,2]}`)
	var list []int
	require.NoError(t, client.Do(t.Context(), read, nil, &list))
	assert.Equal(t, []int{1, 2}, list)
}

func TestDo_AcceptsNoOtherResponse(t *testing.T) {
	t.Parallel()
	write := Operation{Name: "WriteThing", Path: "/topapi/thing/write", Write: true, Required: []string{"id"}}
	top := Operation{Name: "ReadThing", Path: "/thing", TopLevel: true, Required: []string{"id"}}
	required := Operation{Name: "ReadThing", Path: "/topapi/thing/read", Required: []string{"id"}}
	ofNewAPI := Operation{Name: "ReadThing", Path: "/v1.0/things", Required: []string{"id"}}
	for name, tt := range map[string]struct {
		op    Operation
		body  string
		class error
		text  string
	}{
		"no result":                 {read, `{"errcode":0,"errmsg":"ok"}`, ErrTransient, `lacks "result"`},
		"null for it":               {read, `{"errcode":0,"result":null}`, ErrTransient, `lacks "result"`},
		"no errcode":                {read, `{"result":{"id":1}}`, ErrTransient, "instead of the documented response"},
		"another kind":              {read, `{"errcode":0,"result":{"id":"one"}}`, ErrUnsupported, `"id" is a JSON string`},
		"another shape":             {read, `{"errcode":0,"result":"nothing"}`, ErrUnsupported, "JSON string"},
		"no required field":         {required, `{"errcode":0,"result":{}}`, ErrTransient, `lacks "id"`},
		"null for it, too":          {required, `{"errcode":0,"result":{"id":null}}`, ErrTransient, `lacks "id"`},
		"an empty text":             {required, `{"errcode":0,"result":{"id":""}}`, ErrTransient, `lacks "id"`},
		"a list":                    {required, `{"errcode":0,"result":[1]}`, ErrTransient, `lacks "id"`},
		"no required field, above":  {top, `{"errcode":0,"errmsg":"ok","result":{"id":1}}`, ErrTransient, `lacks "id"`},
		"a refusal":                 {top, `{"errcode":60121,"errmsg":"找不到该用户","id":1}`, ErrNotFound, "60121"},
		"a write, no result":        {write, `{"errcode":0}`, ErrOutcomeUnknown, `lacks "result"`},
		"a write, another kind":     {write, `{"errcode":0,"result":{"id":"one"}}`, ErrOutcomeUnknown, `"id" is a JSON string`},
		"a write, no field":         {write, `{"errcode":0,"result":{}}`, ErrOutcomeUnknown, `lacks "id"`},
		"a write, a refusal":        {write, `{"errcode":400002,"errmsg":"x"}`, ErrInvalidArgument, "400002"},
		"no field, new API":         {ofNewAPI, `{"status":3}`, ErrTransient, `lacks "id"`},
		"a ban, new API":            {ofNewAPI, `{"status":1111,"wait":5}`, ErrRateLimited, "status 1111"},
		"an HTML page, and a write": {write, `<html>`, ErrOutcomeUnknown, "HTML"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, _ := doing(t, tt.body)
			got := thing{ID: 7}
			err := client.Do(t.Context(), tt.op, nil, &got)
			require.ErrorIs(t, err, tt.class)
			require.ErrorContains(t, err, tt.text)
			require.ErrorContains(t, err, "dingtalk: "+tt.op.Name+": ")
			assert.Equal(t, thing{ID: 7}, got, "it is left as it was")
		})
	}
}

func TestDo_NamesEachFaultOfTheOperation(t *testing.T) {
	t.Parallel()
	client, transport := doing(t, `{"errcode":0}`)
	const name, method, path = "the name must", "the method must be one of", "the path must have segments"
	for want, ops := range map[string][]Operation{
		name: {
			{Path: "/a"}, {Name: "a b", Path: "/a"}, {Name: "a\n", Path: "/a"}, {Name: "发送", Path: "/a"},
			{Name: strings.Repeat("a", 65), Path: "/a"},
		},
		method + " GET, POST": {
			{Name: "A", Method: "PUT", Path: "/a"}, {Name: "A", Method: "get", Path: "/a"}, {Name: "A", Method: "GET /b HTTP/1.1\r\n", Path: "/a"},
		},
		method + " GET, POST, PUT, PATCH, DELETE": {{Name: "A", Method: "HEAD", Path: "/v1.0/a"}},
		path: {
			{Name: "A"}, {Name: "A", Path: "a"}, {Name: "A", Path: "/"}, {Name: "A", Path: "/a/"}, {Name: "A", Path: "//evil.example.com/a"},
			{Name: "A", Path: "https://evil.example.com/a"}, {Name: "A", Path: "/a?access_token=x"}, {Name: "A", Path: "/a#b"},
			{Name: "A", Path: "/a/../b"}, {Name: "A", Path: "/./a"}, {Name: "A", Path: "/a b"}, {Name: "A", Path: "/a%2fb"},
			{Name: "A", Path: "/a\r\nHost: evil"}, {Name: "A", Path: `/a\b`}, {Name: "A", Path: "/a@b"}, {Name: "A", Path: "/a;b"},
			{Name: "A", Path: "/{a"}, {Name: "A", Path: "/a{b}", Values: []string{"x"}}, {Name: "A", Path: "/{}", Values: []string{"x"}},
		},
		"the path has 1 segments in braces, but there are 0 values": {{Name: "A", Path: "/v1.0/{a}"}},
		"the path has 0 segments in braces, but there are 1 values": {{Name: "A", Path: "/v1.0/a", Values: []string{"x"}}},
		"value 1 would change the path": {
			{Name: "A", Path: "/v1.0/{a}", Values: []string{""}}, {Name: "A", Path: "/v1.0/{a}", Values: []string{".."}},
			{Name: "A", Path: "/v1.0/{a}/b", Values: []string{"."}},
		},
		"the legacy API takes no access token of a user": {{Name: "A", Path: "/a", AccessToken: NewSecret("usertoken-4711")}},
	} {
		for _, op := range ops {
			err := client.Do(t.Context(), op, nil, nil)
			require.ErrorIs(t, err, ErrInvalidArgument, "%+v", op)
			require.ErrorContains(t, err, "dingtalk: Do: invalid argument: "+want, "%+v", op)
			assert.NotContains(t, err.Error(), ";", "one fault")
		}
	}
	err := client.Do(t.Context(), Operation{}, nil, nil)
	require.ErrorContains(t, err, name)
	require.ErrorContains(t, err, path)
	for _, res := range []any{thing{}, (*thing)(nil), "x", func() {}} {
		require.ErrorContains(t, client.Do(t.Context(), read, nil, res), "not a pointer that is set", "%T", res)
	}
	require.ErrorIs(t, client.Do(nil, read, nil, nil), ErrInvalidArgument) //nolint:staticcheck // a nil context is the test case
	for _, req := range []any{func() {}, make(chan int), map[string]any{"a": func() {}}} {
		require.ErrorIs(t, client.Do(t.Context(), read, req, nil), ErrInvalidArgument, "%T", req)
	}
	assert.Nil(t, transport.sent, "none of them was sent")
}

func TestDo_EncodesTheRequest(t *testing.T) {
	t.Parallel()
	client, transport := doing(t, `{"errcode":0}`)
	for want, req := range map[string]any{
		`{}`:          nil,
		`{"a":"<&>"}`: map[string]string{"a": "<&>"},
		`{"b":[1,2]}`: struct {
			B []int `json:"b"`
		}{[]int{1, 2}},
		`{"raw":1}`: json.RawMessage(`{"raw":1}`),
		`{"code":"s3cret-4711"}`: struct {
			Code Secret `json:"code"`
		}{NewSecret("s3cret-4711")},
	} {
		require.NoError(t, client.Do(t.Context(), read, req, nil))
		assert.Equal(t, http.MethodPost, transport.sent.Method)
		assert.Equal(t, "/topapi/thing/read", transport.sent.URL.Path)
		assert.Equal(t, []string{"7c0f1d2e3b4a59687766554433221100"}, transport.sent.URL.Query()["access_token"])
		assert.Equal(t, want, string(transport.sentBody))
	}
}

func TestDo_EncodesTheRequestOfAGETInTheQuery(t *testing.T) {
	t.Parallel()
	client, transport := doing(t, `{"errcode":60121,"errmsg":"no s3cret&-4711"}`)
	get := Operation{Name: "GetThing", Method: http.MethodGet, Path: "/thing/get"}
	err := client.Do(t.Context(), get, map[string]any{
		"userid": "a&access_token=x#\r\n", "dept_id": int64(9007199254740993), "fetch_child": true, "none": nil, "code": NewSecret("s3cret&-4711"),
	}, nil)
	require.ErrorIs(t, err, ErrNotFound)
	assert.NotContains(t, err.Error(), "s3cret")
	assert.Equal(t, url.Values{
		"access_token": {"7c0f1d2e3b4a59687766554433221100"}, "userid": {"a&access_token=x#\r\n"},
		"dept_id": {"9007199254740993"}, "fetch_child": {"true"}, "code": {"s3cret&-4711"},
	}, transport.sent.URL.Query())
	assert.Empty(t, transport.sentBody)
	for text, req := range map[string]any{
		"access token":             map[string]string{"access_token": "x"},
		`"list"`:                   map[string]any{"list": []int{1}},
		`"object"`:                 map[string]any{"object": map[string]int{}},
		"encoded as a JSON object": []int{1},
	} {
		err := client.Do(t.Context(), get, req, nil)
		require.ErrorIs(t, err, ErrInvalidArgument)
		require.ErrorContains(t, err, text)
	}
}

func TestDo_CallsTheNewAPIForAPathWithAVersion(t *testing.T) {
	t.Parallel()
	client, transport := doing(t, `{"unionId":"u"}`)
	op := Operation{Name: "GetContactUser", Method: http.MethodGet, Path: "/v1.0/contact/users/{unionId}", Values: []string{"a/b?c=d&e ü"}}
	var got struct {
		UnionID string `json:"unionId"`
	}
	require.NoError(t, client.Do(t.Context(), op, nil, &got))
	assert.Equal(t, "u", got.UnionID)
	assert.Equal(t, "https://api.dingtalk.io/v1.0/contact/users/a%2Fb%3Fc=d&e%20%C3%BC", transport.sent.URL.String())
	assert.Equal(t, "7c0f1d2e3b4a59687766554433221100", transport.sent.Header.Get("X-Acs-Dingtalk-Access-Token"))

	op.AccessToken = NewSecret("usertoken-4711")
	require.NoError(t, client.Do(t.Context(), op, map[string]int{"size": 1}, nil))
	assert.Equal(t, "usertoken-4711", transport.sent.Header.Get("X-Acs-Dingtalk-Access-Token"))
	assert.Equal(t, "size=1", transport.sent.URL.RawQuery)

	transport.body = "" // as for calls that return nothing
	change := Operation{Name: "ChangeThing", Method: http.MethodPut, Path: "/v2.0/things/{id}", Values: []string{"7"}}
	require.NoError(t, client.Do(t.Context(), change, map[string]string{"name": "n"}, nil))
	assert.Equal(t, http.MethodPut, transport.sent.Method)
	assert.JSONEq(t, `{"name":"n"}`, string(transport.sentBody))
	err := client.Do(t.Context(), change, nil, &got)
	require.ErrorIs(t, err, ErrOutcomeUnknown, "a PUT is a write")

	transport.body, transport.statusCode = `{"code":"Forbidden.AccessDenied.X","message":"no","requestid":"r","accessdenieddetail":{"requiredScopes":["Contact.User.Read"]}}`, 403
	err = client.Do(t.Context(), change, nil, nil)
	require.ErrorIs(t, err, ErrPermission)
	assert.Equal(t, []string{"Contact.User.Read"}, asError(err).RequiredScopes)
}

func TestDo_ShowsAMiddlewareWhatAnyCallShows(t *testing.T) {
	t.Parallel()
	var seen []Call
	var log bytes.Buffer
	client, _ := doing(t, `{"errcode":0,"result":{"id":1}}`, WithMiddleware(func(next Invoker) Invoker {
		return func(ctx context.Context, call *Call) error {
			copied := *call
			err := next(ctx, &copied)
			seen = append(seen, copied)
			return err
		}
	}), WithLogger(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
	req := map[string]string{"userid": "zhao.min"}
	var got thing
	require.NoError(t, client.Do(t.Context(), read, req, &got), "also if a middleware passes on a copy")
	assert.EqualValues(t, 1, got.ID)
	require.Len(t, seen, 2)
	assert.Equal(t, "GetToken", seen[0].Op)
	seen = seen[1:]
	assert.Equal(t, "ReadThing", seen[0].Op)
	assert.Equal(t, 1, seen[0].Attempts)
	assert.Equal(t, "/topapi/thing/read", seen[0].Path)
	assert.Equal(t, req, seen[0].Request)
	assert.Equal(t, &thing{ID: 1}, seen[0].Response)
	assert.Contains(t, log.String(), "op=ReadThing attempts=1")
	assert.NotContains(t, log.String(), "zhao.min")
}

func TestDo_TakesTheResponseOfAMiddleware(t *testing.T) {
	t.Parallel()
	for want, response := range map[string]any{
		"": &thing{ID: 7}, "without setting Response": nil, "without setting Response ": &base{}, "without setting Response  ": (*thing)(nil),
	} {
		client, transport := doing(t, `{"errcode":0}`, WithMiddleware(func(Invoker) Invoker {
			return func(_ context.Context, call *Call) error {
				call.Response = response
				return nil
			}
		}))
		got := thing{ID: 1}
		err := client.Do(t.Context(), read, nil, &got)
		if want == "" {
			require.NoError(t, err)
			assert.EqualValues(t, 7, got.ID)
		} else {
			require.ErrorContains(t, err, strings.TrimSpace(want))
			assert.EqualValues(t, 1, got.ID)
		}
		assert.Nil(t, transport.sent)
		require.NoError(t, client.Do(t.Context(), read, nil, nil))
	}
}

func TestDo_IsPacedByThePathWithoutValues(t *testing.T) {
	t.Parallel()
	limiter := &pathLimiter{}
	client, _ := doing(t, `{"id":1}`, WithLimiter(limiter))
	for _, id := range []string{"a", "b"} {
		op := Operation{Name: "GetThing", Method: http.MethodGet, Path: "/v1.0/things/{id}", Values: []string{id}}
		require.NoError(t, client.Bulk().Do(t.Context(), op, nil, nil))
	}
	assert.Equal(t, []LimitRequest{
		{Path: "/gettoken", ClientID: client.ClientID()},
		{Path: "/v1.0/things/{id}", Bulk: true, ClientID: client.ClientID()}, {Path: "/v1.0/things/{id}", Bulk: true, ClientID: client.ClientID()},
	}, limiter.seen)
}

type pathLimiter struct{ seen []LimitRequest }

func (l *pathLimiter) Acquire(_ context.Context, call LimitRequest) (LimitPermit, error) {
	l.seen = append(l.seen, call)
	return noLimiter{}, nil
}
