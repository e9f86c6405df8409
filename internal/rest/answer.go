package rest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// Want is what a successful answer must bring.
type Want struct {
	Payload contract.Payload
	Fields  []contract.Field // the payload's; without the required ones it is none
	Into    any              // a **T, set when the payload is there; nil for contract.Nothing
}

// Answer is the envelope of an answer.
type Answer struct {
	Status         int
	HTTP1          bool   // a success came over HTTP/1, on whose connections responses can get out of step
	Code           int    // 0: success. The effective code: that of the gateway's sub_code where there is one
	Word           string // the code of a refusal by the new API, beside a Code of 0
	Gateway        bool   // the gateway refused; the operation itself never saw the request
	Message        string
	RequestID      string
	RetryAfter     time.Duration
	RequiredScopes []string // permission points the app lacks
	HolderUserID   string   // who has the mobile number already, where a refusal tells
}

// Refused says whether the service refused.
func (a Answer) Refused() bool { return a.Code != 0 || a.Word != "" }

// envelope has the payload decoded in the same pass: encoding/json follows the pointer in Result.
type envelope struct {
	ErrCode   errcode `json:"errcode"`
	ErrMsg    message `json:"errmsg"`
	RequestID string  `json:"request_id"`
	SubCode   string  `json:"sub_code"`
	SubMsg    string  `json:"sub_msg"`
	UserID    string  `json:"userid"`
	Result    any     `json:"result"`
}

// errcode is a number, perhaps in quotes. A name that is there twice, or in another case, which
// encoding/json takes for the same, does not undo a refusal.
type errcode struct {
	known bool
	value int
}

func (c *errcode) UnmarshalJSON(data []byte) error {
	if string(data) == "0" {
		c.known = true
		return nil
	}
	value, err := strconv.Atoi(strings.TrimSpace(strings.Trim(string(data), `"`)))
	if err == nil && c.value == 0 {
		c.known, c.value = true, value
	}
	return nil // anything else is no errcode
}

// message is a text. That of nearly all answers is "ok", which need not be made each time. What is no text is none, for
// an error here would end the decoding, and with it what comes after.
type message string

func (m *message) UnmarshalJSON(data []byte) error {
	if string(data) == `"ok"` {
		*m = "ok"
		return nil
	}
	_ = json.Unmarshal(rewriteType(data, reflect.TypeFor[string]()), (*string)(m))
	return nil
}

var envelopes = sync.Pool{New: func() any { return new(envelope) }}

// ignored takes a payload that nobody asked for.
type ignored struct{}

func (*ignored) UnmarshalJSON([]byte) error { return nil }

func decode(raw *http.Response, body []byte, want Want) (Answer, *Failure) {
	env := envelopes.Get().(*envelope)
	defer func() {
		*env = envelope{}
		envelopes.Put(env)
	}()
	env.Result = &ignored{}
	if want.Payload == contract.UnderResult || want.Payload == contract.ListUnderResult {
		env.Result = want.Into
	}
	err := unmarshal(body, env)
	if err != nil {
		// Wherever the decoder stopped: the code counts, and be it behind an unreadable payload.
		*env = envelope{Result: &ignored{}}
		_ = unmarshal(body, env)
	}
	if !env.ErrCode.known || !nameIsExact(body) || as[*json.SyntaxError](err) {
		return Answer{}, stray(raw, body)
	}

	answer := env.answer(raw)
	switch {
	case answer.Code != 0:
		return answer, nil
	case raw.StatusCode < 200 || raw.StatusCode > 299:
		return Answer{}, &Failure{
			Kind: Malformed, Status: raw.StatusCode,
			Err: fmt.Errorf("HTTP status %d with errcode 0", raw.StatusCode),
		}
	case err == nil && want.Payload == contract.TopLevel:
		err = unmarshal(body, want.Into)
	}
	if err != nil {
		return Answer{}, &Failure{Kind: Foreign, Status: raw.StatusCode, Err: shape(err)}
	}
	if name := missing(body, want); name != "" {
		return Answer{}, lacking(raw, name)
	}
	return answer, nil
}

// lacking is a success without what was asked for.
func lacking(raw *http.Response, name string) *Failure {
	return &Failure{Kind: Malformed, Status: raw.StatusCode, Err: fmt.Errorf("the answer lacks %q", name)}
}

// nameIsExact makes sure that it was errcode that was read, and not a name that encoding/json takes for the
// same. As a rule answers begin with it.
func nameIsExact(body []byte) bool {
	if bytes.HasPrefix(body, []byte(`{"errcode"`)) {
		return true
	}
	var members map[string]json.RawMessage
	_ = json.Unmarshal(body, &members) // the envelope was decoded from it
	_, ok := members["errcode"]
	return ok
}

func (env *envelope) answer(raw *http.Response) Answer {
	answer := Answer{
		Status: raw.StatusCode, Code: env.ErrCode.value, Message: string(env.ErrMsg), RequestID: env.RequestID,
	}
	subCode := env.SubCode
	if answer.Code == contract.GatewayCode && subCode == "" {
		// Older answers carry the code in the text alone.
		if m := subCodePattern.FindStringSubmatch(string(env.ErrMsg)); m != nil {
			subCode = m[1]
		}
	}
	if subCode == "" {
		// nothing below is about it
	} else if code, err := strconv.Atoi(subCode); err == nil && code != 0 && (answer.Code == contract.GatewayCode || answer.Code == 0) {
		answer.Code, answer.Gateway = code, true
		if env.SubMsg != "" {
			answer.Message = env.SubMsg
		}
	} else if err != nil && answer.Code == 0 {
		answer.Code, answer.Message = contract.GatewayCode, env.SubMsg // a refusal in words; surely no success
	}
	if answer.Code == 0 {
		return answer
	}
	answer.HolderUserID = env.UserID
	now := serverTime(raw.Header)
	answer.RetryAfter = max(throttleEnd(answer.Message, now), retryAfter(raw.Header, now))
	answer.RequiredScopes = requiredScopes(answer.Message)
	return answer
}
