package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

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

// What is kept of a response's texts: of a message so many bytes, of a request ID or another name so many, and so many
// permission points.
const (
	maxMessage = 2 << 10
	maxName    = 256
	maxScopes  = 100
)

// cut shortens what is too long to be shown, after it was scrubbed: half a secret would not be found.
func (a *Answer) cut() {
	a.Message, a.Word, a.RequestID = cut(a.Message, maxMessage), cut(a.Word, maxName), cut(a.RequestID, maxName)
	if len(a.HolderUserID) > maxName {
		a.HolderUserID = "" // a part of it would be another person's
	}
	a.RequiredScopes = a.RequiredScopes[:min(len(a.RequiredScopes), maxScopes)]
	for i, scope := range a.RequiredScopes {
		a.RequiredScopes[i] = cut(scope, maxName)
	}
}

// cut returns text, or its first bytes up to the limit, without half a character, and an ellipsis.
func cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit] + "…"
}

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
	switch data[0] {
	case '"':
		*m = message(unquote(data))
	case '{', '[', 'n':
	default: // a number or a boolean
		*m = message(data)
	}
	return nil
}

var envelopes = sync.Pool{New: func() any { return new(envelope) }}

// ignored takes a payload that nobody asked for.
type ignored struct{}

func (*ignored) UnmarshalJSON([]byte) error { return nil }

func decode(ctx context.Context, raw *http.Response, body []byte, want Want) (Answer, *Failure) {
	env := envelopes.Get().(*envelope)
	defer func() {
		*env = envelope{}
		envelopes.Put(env)
	}()
	env.Result = &ignored{}
	if want.Payload == contract.UnderResult || want.Payload == contract.ListUnderResult {
		env.Result = want.Into
	}
	err := unmarshal(ctx, body, env)
	if err != nil && !errors.Is(err, errAbandoned) {
		// Wherever the decoder stopped: the code counts, and be it behind an unreadable payload.
		*env = envelope{Result: &ignored{}}
		if again := unmarshal(ctx, body, env); errors.Is(again, errAbandoned) {
			err = again
		}
	}
	if errors.Is(err, errAbandoned) {
		return Answer{}, abandoned(ctx, raw)
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
		err = unmarshal(ctx, body, want.Into)
	}
	if errors.Is(err, errAbandoned) {
		return Answer{}, abandoned(ctx, raw)
	}
	if err != nil {
		return Answer{}, &Failure{Kind: Foreign, Status: raw.StatusCode, Err: shape(err)}
	}
	if name := missing(body, want); name != "" {
		return Answer{}, lacking(raw, name)
	}
	return answer, nil
}

// abandoned is a response that arrived and was not decoded in time.
func abandoned(ctx context.Context, raw *http.Response) *Failure {
	return &Failure{Kind: Lost, Status: raw.StatusCode, Err: cause(ctx, errAbandoned)}
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
	_, ok := member(body, "errcode") // of what was decoded, and is valid
	return ok
}

func (env *envelope) answer(raw *http.Response) Answer {
	answer := Answer{
		Status: raw.StatusCode, Code: env.ErrCode.value, Message: string(env.ErrMsg), RequestID: env.RequestID,
	}
	subCode := env.SubCode
	if answer.Code == contract.GatewayCode && subCode == "" {
		// Older answers carry the code in the text alone.
		if m := subCodePattern.FindStringSubmatch(hints(string(env.ErrMsg))); m != nil {
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
	answer.RetryAfter = max(throttleEnd(hints(answer.Message), now), retryAfter(raw.Header, now))
	answer.RequiredScopes = requiredScopes(hints(answer.Message))
	return answer
}
