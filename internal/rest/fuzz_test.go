package rest

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// FuzzDecode holds every body to the one promise that matters: what is not literally a success is none.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		okAnswer, okAnswer[:40], "", "null", "<html>", `{"errcode":"0","result":{"userid":7,"order":"1"}}`,
		`{"errcode":88,"sub_code":"40014","sub_msg":"x","errmsg":"ding talk error[subcode=40014,submsg=x]"}`,
		`{"errcode":88,"sub_code":"0"}`, `{"errcode":0,"sub_code":"90018"}`, `{"errcode":0,"sub_code":"x"}`,
		`{"errcode":{},"result":""}`, `{"errcode":0,"errcode":60121}`, `{"ErrCode":0,"userid":"u"}`,
		`{"errcode":0,"userid":"u","access_token":"t"}`, `{"errcode":0,"result":"{\"userid\":\"u\"}"}`,
		`{"errcode":0,"result":{"userid":"u","dept_id_list":"1,2","role_list":{"id":"1"},"union_emp_ext":"","tags":"[1"}}`,
		`{"status":1111,"wait":5}`, `{"errcode":"","errmsg":[]}`, `{"errcode":0.0}`, `{"errcode":-0,"result":[[]]}`,
	} {
		f.Add(200, []byte(seed))
	}
	f.Add(500, []byte(okAnswer))
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		for _, payload := range []contract.Payload{contract.Nothing, contract.UnderResult, contract.TopLevel} {
			var into *person
			want := underResult(&into)
			if want.Payload = payload; payload == contract.Nothing {
				want = Want{}
			}
			answer, failure := decode(response(status, ""), body, want)
			switch {
			case failure != nil:
				if failure.Err == nil || strings.ContainsAny(failure.Error(), "\r\n") || failure.Kind == Unsent || failure.Kind == Lost {
					t.Errorf("payload %d: failure %#v", payload, failure)
				}
			case answer.Code != 0:
				if answer.RetryAfter < 0 {
					t.Errorf("payload %d: a wait of %v", payload, answer.RetryAfter)
				}
			case status < 200 || status > 299:
				t.Errorf("payload %d: success with HTTP status %d", payload, status)
			case !literalSuccess(body):
				t.Errorf("payload %d: success without errcode 0", payload)
			case payload != contract.Nothing && (into == nil || into.UserID == ""):
				t.Errorf("payload %d: success without what was asked for", payload)
			}
		}
	})
}

// literalSuccess looks for errcode 0, and for no sub_code beside it, by means of its own.
func literalSuccess(body []byte) bool {
	var members map[string]json.RawMessage
	if json.Unmarshal(body, &members) != nil {
		return false
	}
	zero := func(name string) bool {
		text := string(members[name])
		var inner string
		if json.Unmarshal(members[name], &inner) == nil && strings.HasPrefix(text, `"`) {
			text = strings.TrimSpace(inner)
		}
		n, err := strconv.ParseInt(text, 10, 64)
		return err == nil && n == 0
	}
	switch string(members["sub_code"]) {
	case "", "null", `""`, "{}", "[]":
		return zero("errcode")
	}
	return zero("errcode") && zero("sub_code")
}
