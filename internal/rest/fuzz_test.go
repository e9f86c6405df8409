package rest

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// FuzzDecode checks that only a body that is literally a success decodes as one.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		okBody, okBody[:40], "", "null", "<html>", `{"errcode":"0","result":{"userid":7,"order":"1"}}`,
		`{"errcode":88,"sub_code":"40014","sub_msg":"x","errmsg":"ding talk error[subcode=40014,submsg=x]"}`,
		`{"errcode":15,"errmsg":"Remote service error[subcode=isp.-1,submsg=busy]","sub_code":"isp.-1","sub_msg":"busy"}`,
		`{"errcode":88,"sub_code":"0"}`, `{"errcode":0,"sub_code":"90018"}`, `{"errcode":0,"sub_code":"x"}`,
		`{"errcode":{},"result":""}`, `{"errcode":0,"errcode":60121}`, `{"ErrCode":0,"userid":"u"}`,
		`{"ErrCode":0,"a":{"errcode":1}}`, `{"errcode":"0","errcode":""}`,
		`{"errcode":0,"userid":"u","access_token":"t"}`, `{"errcode":0,"result":"{\"userid\":\"u\"}"}`,
		`{"errcode":0,"result":{"userid":"u","dept_id_list":"1,2","role_list":{"id":"1"},"union_emp_ext":"","tags":"[1"}}`,
		`{"status":1111,"wait":5}`, `{"errcode":"","errmsg":[]}`, `{"errcode":0.0}`, `{"errcode":-0,"result":[[]]}`,
	} {
		f.Add(200, []byte(seed))
	}
	f.Add(500, []byte(okBody))
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		for _, payload := range []contract.Payload{contract.Nothing, contract.UnderResult, contract.TopLevel} {
			var into *person
			want := wantUnderResult(&into)
			if want.Payload = payload; payload == contract.Nothing {
				want = Want{}
			}
			resp, failure := decode(t.Context(), httpResponse(status, ""), body, want)
			switch {
			case failure != nil:
				if failure.Err == nil || strings.ContainsAny(failure.Error(), "\r\n") || failure.Kind == Unsent || failure.Kind == Lost {
					t.Errorf("payload %d: failure %#v", payload, failure)
				}
			case resp.Code != 0:
				if resp.RetryAfter < 0 {
					t.Errorf("payload %d: a wait of %v", payload, resp.RetryAfter)
				}
			case status < 200 || status > 299:
				t.Errorf("payload %d: success with HTTP status %d", payload, status)
			case !literalSuccess(body):
				t.Errorf("payload %d: success without errcode 0", payload)
			case payload != contract.Nothing && (into == nil || into.UserID == ""):
				t.Errorf("payload %d: success without the required field", payload)
			}
		}
	})
}

// literalSuccess reports whether the body has an errcode of 0 and no other code, by code of its own.
func literalSuccess(body []byte) bool {
	d := json.NewDecoder(bytes.NewReader(body))
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return false
	}
	success := false
	for d.More() {
		name, err := d.Token()
		var value json.RawMessage
		if err != nil || d.Decode(&value) != nil {
			return false
		}
		code, number := literalNumber(value)
		switch name {
		case "errcode":
			success = success || number && code == 0
			if number && code != 0 {
				return false
			}
		case "sub_code":
			if number && code != 0 {
				return false
			}
		}
	}
	return success
}

func literalNumber(value json.RawMessage) (int64, bool) {
	text := string(value)
	if text[0] == '"' && json.Unmarshal(value, &text) != nil {
		return 0, false
	}
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	return n, err == nil
}

// FuzzMembers compares the JSON scanner with encoding/json, and checks that rewritten JSON is valid.
func FuzzMembers(f *testing.F) {
	for _, seed := range []string{
		`{}`, `[]`, ` { "a" : [ 1 , "x" ] , "b" : { "c" : "\"}," } } `, `[{"a":"\\"},[[]],-1.5e3,true,null,"\\\""]`, `"{}"`, `{"a":{},"a":1}`,
		`{"userid":7,"dept_id_list":"1,,2","role_list":"{\"id\":\"1\"},{}","union_emp_ext":"{ }","tags":"a\u002c\n,<","order":" +1"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if !json.Valid(data) {
			return
		}
		var object map[string]json.RawMessage
		_ = json.Unmarshal(data, &object)
		for name, want := range object {
			if got, ok := member(data, name); !ok || !bytes.Equal(got, want) {
				t.Errorf("member %q is %q instead of %q", name, got, want)
			}
		}
		var array []json.RawMessage
		_ = json.Unmarshal(data, &array)
		i := 0
		for element := range elements(data) {
			if i >= len(array) || !bytes.Equal(element, array[i]) {
				t.Fatalf("element %d of %d is %q", i, len(array), element)
			}
			i++
		}
		if i != len(array) && len(object) == 0 {
			t.Errorf("%d elements instead of %d", i, len(array))
		}
		var into *person
		if rewritten, err := rewrite(t.Context(), data, &into); err != nil || !json.Valid(rewritten) {
			t.Errorf("rewritten as %q: %v", rewritten, err)
		}
	})
}
