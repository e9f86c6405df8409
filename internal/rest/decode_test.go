package rest

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

func TestDecode_DistinguishesSuccessFromRefusal(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		body string
		want Response // without the HTTP status
	}{
		"success":                 {okBody, Response{Message: "ok", RequestID: "1a2b3c4d5e6f"}},
		"success in quotes":       {`{"errcode":"0","errmsg":"ok","result":{"userid":"u"}}`, Response{Message: "ok"}},
		"success without errmsg":  {`{"errcode":0,"result":{"userid":"u"}}`, Response{}},
		"success, errmsg null":    {`{"errcode":0,"errmsg":null,"result":{"userid":"u"}}`, Response{}},
		"success, empty sub_code": {`{"errcode":0,"sub_code":"","result":{"userid":"u"}}`, Response{}},
		"success, sub_code null":  {`{"errcode":0,"sub_code":null,"result":{"userid":"u"}}`, Response{}},
		"success, sub_code {}":    {`{"errcode":0,"sub_code":{},"result":{"userid":"u"}}`, Response{}},
		"payload before the code": {`{"result":{"userid":"u"},"errmsg":"ok","errcode":0}`, Response{Message: "ok"}},
		"white space around":      {"\r\n\t {\"errcode\" : 0 , \"result\" : {\"userid\":\"u\"} } \n", Response{}},
		"unknown fields":          {`{"errcode":0,"result":{"userid":"u","new":[{"a":1}]},"extra":{"errcode":7}}`, Response{}},
		"refusal, result a text":  {`{"errcode":60121,"errmsg":"找不到该用户","result":"nothing"}`, Response{Code: 60121, Message: "找不到该用户"}},
		"refusal":                 {`{"errcode":60121,"errmsg":"找不到该用户","request_id":"r"}`, Response{Code: 60121, Message: "找不到该用户", RequestID: "r"}},
		"refusal in quotes":       {`{"errcode":"60121","errmsg":"x"}`, Response{Code: 60121, Message: "x"}},
		"negative code":           {`{"errcode":-1,"errmsg":"系统繁忙"}`, Response{Code: -1, Message: "系统繁忙"}},
		"negative code in quotes": {`{"errcode":"-1"}`, Response{Code: -1}},
		"refusal without errmsg":  {`{"errcode":400002}`, Response{Code: 400002}},
		"errmsg begins like ok":   {`{"errcode":0,"errmsg":"okay","result":{"userid":"u"}}`, Response{Message: "okay"}},
		"refusal, errmsg no text": {`{"errcode":60121,"errmsg":{"a":1},"request_id":"r"}`, Response{Code: 60121, RequestID: "r"}},
		"gateway, errmsg no text": {
			`{"errcode":88,"errmsg":["x"],"sub_code":"40014","sub_msg":"x"}`, Response{Code: 40014, Gateway: true, Message: "x"},
		},
		"success, errmsg no text":  {`{"errmsg":{"a":1},"errcode":0,"result":{"userid":"u"}}`, Response{}},
		"refusal, errmsg a number": {`{"errcode":400002,"errmsg":17}`, Response{Code: 400002, Message: "17"}},
		"gateway": {
			`{"errcode":88,"sub_code":"40014","sub_msg":"不合法的access_token","errmsg":"ding talk error[subcode=40014,submsg=不合法的access_token]","request_id":"r"}`,
			Response{Code: 40014, Gateway: true, Message: "不合法的access_token", RequestID: "r"},
		},
		"gateway, sub_code a number": {
			`{"errcode":88,"sub_code":40014,"sub_msg":"x"}`, Response{Code: 40014, Gateway: true, Message: "x"},
		},
		"gateway, all in quotes": {
			`{"errcode":"88","sub_code":"40014","sub_msg":"x"}`, Response{Code: 40014, Gateway: true, Message: "x"},
		},
		"gateway, code in the text alone": {
			`{"errcode":88,"errmsg":"ding talk error[subcode=90018,submsg=qps]"}`,
			Response{Code: 90018, Gateway: true, Message: "ding talk error[subcode=90018,submsg=qps]"},
		},
		"gateway, nested brackets": {
			`{"errcode":88,"sub_code":"60011","sub_msg":"[qyapi_get_member] {requiredScopes=[qyapi_get_member]}","errmsg":"ding talk error[subcode=60011,submsg=[qyapi_get_member] {requiredScopes=[qyapi_get_member]}]"}`,
			Response{
				Code: 60011, Gateway: true, Message: "[qyapi_get_member] {requiredScopes=[qyapi_get_member]}",
				RequiredScopes: []string{"qyapi_get_member"},
			},
		},
		"gateway, nested brackets in the text alone": {
			`{"errcode":88,"errmsg":"ding talk error[subcode=60011,submsg=[a] {requiredScopes=[a]}]"}`,
			Response{
				Code: 60011, Gateway: true, Message: "ding talk error[subcode=60011,submsg=[a] {requiredScopes=[a]}]",
				RequiredScopes: []string{"a"},
			},
		},
		"service behind the gateway": {
			`{"errcode":15,"errmsg":"Remote service error[subcode=isp.-1,submsg=system busy]","sub_code":"isp.-1","sub_msg":"system busy","request_id":"r"}`,
			Response{Code: 15, Message: "Remote service error[subcode=isp.-1,submsg=system busy]", RequestID: "r"},
		},
		"service behind the gateway, with a code": {
			`{"errcode":15,"errmsg":"Remote service error","sub_code":"60121","sub_msg":"x"}`, Response{Code: 60121, Message: "x"},
		},
		"service behind the gateway, code in the text alone": {
			`{"errcode":15,"errmsg":"Remote service error[subcode=60121,submsg=x]"}`,
			Response{Code: 60121, Message: "Remote service error[subcode=60121,submsg=x]"},
		},
		"gateway, string sub_code":    {`{"errcode":88,"errmsg":"x","sub_code":"isp.-1","sub_msg":"busy"}`, Response{Code: 88, Message: "x"}},
		"gateway, spaces in sub_code": {`{"errcode":88,"sub_code":" 40014 ","sub_msg":"x"}`, Response{Code: 40014, Gateway: true, Message: "x"}},
		"gateway, huge sub_code": {
			`{"errcode":88,"errmsg":"x","sub_code":"99999999999999999999"}`, Response{Code: 88, Message: "x"},
		},
		"gateway without a reason":  {`{"errcode":88,"errmsg":"no idea"}`, Response{Code: 88, Message: "no idea"}},
		"sub_code beside errcode 0": {`{"errcode":0,"sub_code":"90018","sub_msg":"qps"}`, Response{Code: 90018, Gateway: true, Message: "qps"}},
		"string sub_code":           {`{"errcode":0,"errmsg":"ok","sub_code":"isv.denied","sub_msg":"no"}`, Response{Code: 88, Message: "no"}},
		"sub_code beside a refusal": {`{"errcode":60121,"errmsg":"x","sub_code":"40014"}`, Response{Code: 60121, Message: "x"}},
		"the holder of the number":  {`{"errcode":60104,"errmsg":"x","userid":"zhao.min"}`, Response{Code: 60104, Message: "x", HolderUserID: "zhao.min"}},
		"duplicate keys, last wins": {`{"errcode":0,"errcode":60121,"result":{"userid":"u"}}`, Response{Code: 60121}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var into *person
			got, f := decode(t.Context(), httpResponse(http.StatusOK, ""), []byte(tt.body), wantUnderResult(&into))
			require.Nil(t, f)
			tt.want.Status = http.StatusOK
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestDecode_AcceptsOnlyTheEnvelope(t *testing.T) {
	t.Parallel()
	const html = "\n<!DOCTYPE html><html>403</html>"
	for name, tt := range map[string]struct {
		status int
		body   string
		want   Kind
	}{
		"nothing":                        {200, "", Malformed},
		"white space":                    {200, " \n", Malformed},
		"no content":                     {204, "", Malformed},
		"cut":                            {200, okBody[:40], Malformed},
		"cut inside the payload":         {200, `{"errcode":0,"result":{"userid":"u"`, Malformed},
		"two responses":                  {200, okBody + okBody, Malformed},
		"a byte order mark":              {200, "\ufeff" + okBody, Malformed},
		"text":                           {200, "ok", Malformed},
		"null":                           {200, "null", Malformed},
		"an array":                       {200, "[" + okBody + "]", Malformed},
		"a text that holds the envelope": {200, `"{\"errcode\":0}"`, Malformed},
		"no errcode":                     {200, `{"errmsg":"ok","result":{"userid":"u"}}`, Malformed},
		"errcode null":                   {200, `{"errcode":null,"result":{"userid":"u"}}`, Malformed},
		"errcode empty":                  {200, `{"errcode":"","result":{"userid":"u"}}`, Malformed},
		"errcode an object":              {200, `{"errcode":{},"result":{"userid":"u"}}`, Malformed},
		"errcode an array":               {200, `{"errcode":[],"result":{"userid":"u"}}`, Malformed},
		"errcode a word":                 {200, `{"errcode":"ok","result":{"userid":"u"}}`, Malformed},
		"errcode a fraction":             {200, `{"errcode":0.5,"result":{"userid":"u"}}`, Malformed},
		"errcode false":                  {200, `{"errcode":false,"result":{"userid":"u"}}`, Malformed},
		"errcode beyond int64":           {200, `{"errcode":99999999999999999999}`, Malformed},
		"the code of the v1.0 API":       {200, `{"code":"Forbidden","message":"x","requestid":"r"}`, Malformed},
		"success with status 500":        {500, okBody, Malformed},
		"success with status 302":        {302, okBody, Malformed},
		"success with status 404":        {404, okBody, Malformed},
		"HTML with status 200":           {200, html, ForeignPage},
		"HTML with status 502":           {502, html, Malformed},
		"an empty 500":                   {500, "", Malformed},
		"HTML with status 404":           {404, html, WrongHost},
		"an empty redirect":              {302, "", WrongHost},
		"JSON without errcode, 400":      {400, `{"code":"invalidClientIdOrSecret"}`, WrongHost},
		"throttled by status":            {429, "", Throttled},
		"throttled, HTML":                {429, html, Throttled},
		"banned":                         {200, `{"status":1111,"wait":5,"source":"x5","punish":"deny","uuid":"u"}`, Banned},
		"banned, status 403":             {403, `{"status":1111,"wait":5}`, Banned},
		"another status":                 {200, `{"status":1,"wait":5}`, Malformed},
		"result absent":                  {200, `{"errcode":0,"errmsg":"ok"}`, Malformed},
		"result null":                    {200, `{"errcode":0,"result":null}`, Malformed},
		"result empty":                   {200, `{"errcode":0,"result":{}}`, Malformed},
		"result an empty text":           {200, `{"errcode":0,"result":""}`, Malformed},
		"result an empty list":           {200, `{"errcode":0,"result":[]}`, Malformed},
		"result true":                    {200, `{"errcode":0,"result":true}`, WrongHost},
		"result a list":                  {200, `{"errcode":0,"result":[{"userid":"u"}]}`, WrongHost},
		"required field null":            {200, `{"errcode":0,"result":{"userid":null,"name":"n"}}`, Malformed},
		"required field empty":           {200, `{"errcode":0,"result":{"userid":""}}`, Malformed},
		"required field an object":       {200, `{"errcode":0,"result":{"userid":{}}}`, Malformed},
		"required field beside result":   {200, `{"errcode":0,"userid":"u","result":{}}`, Malformed},
		"a field of the wrong type":      {200, `{"errcode":0,"result":{"userid":"u","dept_id_list":"a,b"}}`, WrongHost},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var into *person
			_, f := decode(t.Context(), httpResponse(tt.status, ""), []byte(tt.body), wantUnderResult(&into))
			require.NotNil(t, f)
			assert.Equal(t, tt.want, f.Kind, f.Error())
			assert.Equal(t, tt.status, f.Status)
		})
	}
}

func TestDecode_NeverTakesAGatewayCodeForASuccess(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{"errcode":88,"sub_code":"0","sub_msg":"x"}`,
		`{"errcode":88,"sub_code":0}`,
		`{"errcode":88,"sub_code":"000"}`,
		`{"errcode":88,"sub_code":"-0"}`,
		`{"errcode":88,"errmsg":"ding talk error[subcode=0,submsg=]"}`,
		`{"errcode":15,"sub_code":"0"}`, `{"errcode":15,"sub_code":""}`, `{"errcode":15}`, `{"errcode":15,"sub_code":"isp.-1"}`,
	} {
		resp, f := decode(t.Context(), httpResponse(http.StatusOK, ""), []byte(body), Want{})
		require.Nil(t, f, body)
		assert.NotZero(t, resp.Code, body)
	}
}

func TestDecode_RequiresTheExactNameErrcode(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"ErrCode":0,"ErrMsg":"ok"}`, `{"ERRCODE":"0"}`, `{"errCode":0}`, `{"ErrCode":0,"data":{"errcode":60121}}`} {
		_, f := decode(t.Context(), httpResponse(http.StatusOK, ""), []byte(body), Want{})
		assert.NotNil(t, f, "another service's envelope: %s", body)
	}
	for _, body := range []string{`{"errcode":60121,"ErrCode":0}`, `{"ErrCode":0,"errcode":60121}`, `{"errcode":60121,"errcode":0}`} {
		resp, f := decode(t.Context(), httpResponse(http.StatusOK, ""), []byte(body), Want{})
		assert.True(t, f != nil || resp.Code == 60121, "the other field must not hide the refusal: %s", body)
	}
}

func TestDecode_ReadsThePayloadWhereTheEndpointHasIt(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		payload contract.Payload
		body    string
		want    *person
		missing bool
	}{
		"beside errcode":               {contract.TopLevel, `{"errcode":0,"userid":"u","name":"n"}`, &person{UserID: "u", Name: "n"}, false},
		"beside errcode, lenient":      {contract.TopLevel, `{"errcode":"0","userid":17,"order":"9"}`, &person{UserID: "17", Order: 9}, false},
		"beside errcode, absent":       {contract.TopLevel, `{"errcode":0,"errmsg":"ok"}`, nil, true},
		"beside errcode, empty":        {contract.TopLevel, `{"errcode":0,"userid":""}`, nil, true},
		"beside errcode, under result": {contract.TopLevel, `{"errcode":0,"result":{"userid":"u"}}`, nil, true},
		"nothing":                      {contract.Nothing, `{"errcode":0}`, nil, false},
		"nothing, result null":         {contract.Nothing, `{"errcode":0,"result":null}`, nil, false},
		"nothing, result unasked":      {contract.Nothing, `{"errcode":0,"result":[1,{"userid":2}]}`, nil, false},
		"nothing, result true":         {contract.Nothing, `{"errcode":"0","result":true}`, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var into *person
			want := wantUnderResult(&into)
			want.Payload = tt.payload
			if tt.payload == contract.Nothing {
				want = Want{}
			}
			resp, f := decode(t.Context(), httpResponse(http.StatusOK, ""), []byte(tt.body), want)
			if tt.missing {
				require.NotNil(t, f)
				assert.Equal(t, Malformed, f.Kind)
				return
			}
			require.Nil(t, f)
			assert.Zero(t, resp.Code)
			assert.Equal(t, tt.want, into)
		})
	}
}

func TestDecode_DistinguishesAnEmptyListFromAnAbsentOne(t *testing.T) {
	t.Parallel()
	type children struct {
		IDs []int64 `json:"dept_id_list"`
	}
	fields := []contract.Field{{Name: "dept_id_list", Type: contract.Int64Array, Required: true}}
	for body, ok := range map[string]bool{
		`{"errcode":0,"result":{"dept_id_list":[]}}`:          true,
		`{"errcode":0,"result":{"dept_id_list":[2,3]}}`:       true,
		`{"errcode":0,"result":{"dept_id_list":""}}`:          true,
		`{"errcode":0,"result":{"dept_id_list":{}}}`:          true,
		`{"errcode":0,"result":{"dept_id_list":null}}`:        true,
		`{"errcode":0,"result":{}}`:                           false,
		`{"errcode":0,"result":{"dept_ids":[]}}`:              false,
		`{"errcode":0,"dept_id_list":[],"result":{"a":"b"}}`:  false,
		`{"errcode":0,"result":null}`:                         false,
		`{"errcode":0,"errmsg":"ok"}`:                         false,
		`{"errcode":0,"result":{"dept_id_list":[2,"three"]}}`: false,
	} {
		var into *children
		_, f := decode(t.Context(), httpResponse(http.StatusOK, ""), []byte(body), Want{contract.UnderResult, fields, &into})
		assert.Equal(t, ok, f == nil, body)
	}
}
