package rest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"regexp"
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

// gatewayCode says that the answer is the gateway's, and that sub_code holds the reason.
const gatewayCode = 88

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
	if answer.Code == gatewayCode && subCode == "" {
		// Older answers carry the code in the text alone.
		if m := subCodePattern.FindStringSubmatch(string(env.ErrMsg)); m != nil {
			subCode = m[1]
		}
	}
	if subCode == "" {
		// nothing below is about it
	} else if code, err := strconv.Atoi(subCode); err == nil && code != 0 && (answer.Code == gatewayCode || answer.Code == 0) {
		answer.Code, answer.Gateway = code, true
		if env.SubMsg != "" {
			answer.Message = env.SubMsg
		}
	} else if err != nil && answer.Code == 0 {
		answer.Code, answer.Message = gatewayCode, env.SubMsg // a refusal in words; surely no success
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

var (
	subCodePattern  = regexp.MustCompile(`subcode=(\d+)`)
	throttlePattern = regexp.MustCompile(`将在\s*(\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2})\s*结束`)
	scopesPattern   = regexp.MustCompile(`requiredScopes=\[([^\]]*)\]`)

	chinaTime = time.FixedZone("UTC+8", 8*60*60)
)

// throttleEnd reads when a throttle ends from its text, in which it is given in China time. The text has
// whole seconds, hence the second on top.
func throttleEnd(message string, now time.Time) time.Duration {
	m := throttlePattern.FindStringSubmatch(message)
	if m == nil {
		return 0
	}
	end, err := time.ParseInLocation(time.DateTime, m[1], chinaTime)
	if err != nil {
		return 0
	}
	wait := end.Sub(now) + time.Second
	if wait <= 0 || wait > time.Hour {
		return 0 // clocks that disagree this much say nothing
	}
	return wait
}

func requiredScopes(message string) []string {
	m := scopesPattern.FindStringSubmatch(message)
	if m == nil {
		return nil
	}
	return strings.FieldsFunc(m[1], func(r rune) bool { return r == ',' || r == ' ' })
}

// serverTime prefers the service's own clock, on which its texts are based.
func serverTime(header http.Header) time.Time {
	if at, err := http.ParseTime(header.Get("Date")); err == nil {
		return at
	}
	return time.Now()
}

// stray judges an answer that is not the envelope.
func stray(raw *http.Response, body []byte) *Failure {
	f := &Failure{Status: raw.StatusCode, RetryAfter: retryAfter(raw.Header, serverTime(raw.Header))}
	html := bytes.HasPrefix(bytes.TrimSpace(body), []byte("<"))
	var ban struct {
		Status int `json:"status"`
	}
	switch {
	case raw.StatusCode == http.StatusTooManyRequests:
		f.Kind = Throttled
	case json.Unmarshal(body, &ban) == nil && ban.Status == banStatus:
		f.Kind, f.RetryAfter = Banned, banTime
	case html && raw.StatusCode == http.StatusOK:
		f.Kind, f.RetryAfter = Page, banTime
	case raw.StatusCode >= 300 && raw.StatusCode <= 499:
		f.Kind = Foreign
	default:
		f.Kind = Malformed
	}
	f.Err = fmt.Errorf("HTTP status %d with %s instead of the documented answer", raw.StatusCode, describe(body, html))
	return f
}

const (
	banStatus = 1111
	banTime   = 5 * time.Minute
)

// describe names a body without quoting it: it may hold personal data, or the URL.
func describe(body []byte, html bool) string {
	switch {
	case len(bytes.TrimSpace(body)) == 0:
		return "an empty body"
	case html:
		return "an HTML page"
	case json.Valid(body):
		return "other JSON"
	default:
		return "unreadable text"
	}
}

// shape says which field has a value that cannot be what is documented, and not which value.
func shape(err error) error {
	if mismatch, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		kind, _, _ := strings.Cut(mismatch.Value, " ")
		return fmt.Errorf("the answer's field %q is a JSON %s", mismatch.Field, kind)
	}
	return errors.New("a field of the answer is not what is documented")
}
