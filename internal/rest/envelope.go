package rest

import (
	"bytes"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// envelope is the envelope of the legacy API. The payload is decoded in the same pass, into what Result holds.
type envelope struct {
	ErrCode   errcode `json:"errcode"`
	ErrMsg    message `json:"errmsg"`
	RequestID string  `json:"request_id"`
	SubCode   string  `json:"sub_code"`
	SubMsg    string  `json:"sub_msg"`
	UserID    string  `json:"userid"`
	Result    payload `json:"result"`
}

var envelopes = sync.Pool{New: func() any { return new(envelope) }}

// errcode is a number, possibly in quotes. A second errcode does not undo a refusal, whether it has the same name or
// the name in another case, which encoding/json accepts as the same.
type errcode struct {
	known bool
	value int
}

func (c *errcode) UnmarshalJSON(data []byte) error {
	if string(data) == "0" {
		c.known = true
		return nil
	}
	value, err := parseCode(strings.TrimSpace(strings.Trim(string(data), `"`)))
	if err == nil && c.value == 0 {
		c.known, c.value = true, value
	}
	return nil // other values do not count as an errcode
}

// parseCode returns the code that a text is. One beyond the range of int, on a 32-bit system, is the nearest int, which
// is a refusal as well.
func parseCode(text string) (int, error) {
	code, err := strconv.ParseInt(text, 10, 64)
	return int(min(max(code, math.MinInt), math.MaxInt)), err
}

// message is a text. Most are "ok", which is not allocated each time. A value that is not a text decodes as empty
// rather than as an error, which would end the decoding before the fields that follow.
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

// ignored is a payload that the caller does not want.
type ignored struct{}

func (*ignored) UnmarshalJSON([]byte) error { return nil }

// hasExactErrcode reports whether the body has a member named exactly errcode, and not a name that encoding/json
// accepts as the same. Most responses begin with it. The body must have been decoded, and so be valid.
func hasExactErrcode(body []byte) bool {
	if bytes.HasPrefix(body, []byte(`{"errcode"`)) {
		return true
	}
	_, ok := member(body, "errcode")
	return ok
}

// applySubCode replaces the code of a refusal by the gateway by the one in sub_code. A sub_code that is no number, such as
// "isp.-1", leaves the code of the gateway, which then is all that is known.
func (env *envelope) applySubCode(res *Response) {
	switch res.Code {
	case 0, contract.GatewayCode, contract.RemoteErrorCode:
	default:
		return // the errcode is the effective code
	}
	subCode := strings.TrimSpace(env.SubCode)
	if subCode == "" && res.Code != 0 {
		// Older responses have the code in the text only.
		if m := subCodePattern.FindStringSubmatch(searchable(string(env.ErrMsg))); m != nil {
			subCode = m[1]
		}
	}
	if subCode == "" {
		return
	}
	code, err := parseCode(subCode)
	switch {
	case err == nil && code != 0:
		res.Gateway = res.Code != contract.RemoteErrorCode
		res.Code = code
		if env.SubMsg != "" {
			res.Message = env.SubMsg
		}
	case err != nil && res.Code == 0:
		res.Code, res.Message = contract.GatewayCode, env.SubMsg // a string code is a refusal, and never a success
	}
}

// response returns the response that the envelope describes.
func (env *envelope) response(raw *http.Response) Response {
	res := Response{
		Status: raw.StatusCode, Code: env.ErrCode.value, Message: string(env.ErrMsg), RequestID: env.RequestID,
	}
	env.applySubCode(&res)
	if res.Code == 0 {
		return res
	}
	res.HolderUserID = env.UserID
	now := serverTime(raw.Header)
	res.RetryAfter = max(throttleEnd(searchable(res.Message), now), retryAfter(raw.Header, now))
	res.RequiredScopes = requiredScopes(searchable(res.Message))
	return res
}
