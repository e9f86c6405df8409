package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// refusal is an error response.
type refusal struct {
	code    int
	text    string // empty: the text of the table
	gateway bool   // refused by the gateway, which wraps the code in errcode 88 on its own paths
	holder  string // the userid of the person who has the taken mobile number
	scope   string // the permission point that is missing
	rule    directory.Rule
	detail  string // what in particular is wrong

	// On the new API:
	parameter string // the missing parameter that the string code names
	v1        codeV1 // the string code, if it is not that of the numeric one
}

func (r *refusal) Error() string { return strconv.Itoa(r.code) + " " + r.message() }

func (r *refusal) message() string {
	if r.text != "" {
		return r.text
	}
	if text := errorTexts[r.code]; text != "" {
		return text
	}
	return "错误码 " + strconv.Itoa(r.code)
}

// refuse returns a refusal with the documented text, followed by what in particular is wrong.
func refuse(code int, detail ...string) *refusal {
	r := &refusal{code: code}
	if len(detail) > 0 {
		r.detail = strings.Join(detail, ", ")
		r.text = r.message() + ": " + r.detail
	}
	return r
}

// asRefusal returns the refusal in an error of this package, which has no other kind.
func asRefusal(err error) *refusal {
	r, ok := errors.AsType[*refusal](err)
	if !ok {
		return &refusal{code: -1}
	}
	return r
}

const (
	// gatewayCode is the errcode that wraps a refusal of the gateway.
	gatewayCode = 88

	// remoteCode is the errcode of the gateway where the service behind it failed. Its sub_code is no number.
	remoteCode    = 15
	remoteSubCode = "isp.-1"

	// unknownAPICode is the errcode of the gateway for a path that it does not serve.
	unknownAPICode = 22
)

// envelope wraps the JSON responses of the legacy API.
type envelope struct {
	ErrCode   int             `json:"errcode"`
	SubCode   string          `json:"sub_code,omitzero"`
	SubMsg    string          `json:"sub_msg,omitzero"`
	ErrMsg    string          `json:"errmsg,omitzero"`
	UserID    string          `json:"userid,omitzero"`
	Result    json.RawMessage `json:"result,omitempty"`
	RequestID string          `json:"request_id,omitzero"`
}

// response is what the server responds with, and how: it may be late, cut or never sent.
type response struct {
	status      int
	contentType string
	header      http.Header // further headers
	body        []byte
	code        int // the effective code, the string code if there is one, and the text, for the journal
	reason      string
	message     string
	refusal     *refusal
	requestID   string
	userid      string // of the person that the response is about; empty for none or several

	delay  time.Duration // before it is sent
	hang   bool          // it is never sent
	cut    bool          // only half of the announced body is sent
	broken error         // the connection ends instead

	upgrade func(http.ResponseWriter, *http.Request) // responds and takes the connection over; nil: it is sent as it is
}

// sent returns the part of the body that is sent.
func (r response) sent() []byte {
	if r.cut {
		return r.body[:len(r.body)/2]
	}
	return r.body
}

// noErrmsg holds the operations whose success has no errmsg, as in the documented samples.
var noErrmsg = map[string]bool{
	"ListInactiveUserIDs": true, "CreateRole": true, "DeleteRole": true, "AddRolesToUsers": true,
	"CreateExternalContact": true, "UpdateExternalContact": true, "DeleteExternalContact": true, "GetExternalContact": true,
	"ListExternalContacts": true, "ListExternalContactLabelGroups": true,
}

// succeed puts a result where the contract has the payload of the response.
func succeed(rt *route, result any) response {
	env := envelope{ErrMsg: "ok"}
	if noErrmsg[rt.Name] {
		env.ErrMsg = ""
	}
	payload, blank := encode(result), []byte("null")
	switch {
	case rt.Payload == contract.Whole:
		return succeedV1(payload)
	case rt.API == contract.New:
		return succeedV1(nil)
	}
	if rt.Payload == contract.UnderResult || rt.Payload == contract.ListUnderResult {
		env.Result = blank
	}
	res := wrap(rt.Path, env)
	switch {
	case rt.Payload == contract.TopLevel:
		res.body = append(append(res.body[:len(res.body)-1], ','), payload[1:]...)
	case env.Result != nil:
		// Inserted as text, because encoding a page of people again would take as long as the first time.
		before, after, _ := bytes.Cut(res.body, blank)
		res.body = slices.Concat(before, payload, after)
	}
	return res
}

// failed wraps a refusal: in errcode 88 where the gateway made it and the path is the gateway's, directly otherwise. On
// the new API a refusal has a form of its own.
func failed(rt *route, r *refusal) response {
	res := failedLegacy(rt.Path, r)
	if rt.API == contract.New {
		res = failedV1(rt.Name, r)
	}
	res.refusal, res.userid = r, r.holder
	return res
}

func failedLegacy(path string, r *refusal) response {
	env := envelope{ErrCode: r.code, ErrMsg: r.message(), UserID: r.holder}
	switch {
	case r.code == remoteCode:
		env.SubCode, env.SubMsg = remoteSubCode, r.message()
		env.ErrMsg = "Remote service error[subcode=" + env.SubCode + ",submsg=" + env.SubMsg + "]"
	case r.code == unknownAPICode && isGatewayPath(path):
		env.SubMsg, env.ErrMsg = r.message(), "Invalid method[submsg="+r.message()+"]"
	case r.gateway && isGatewayPath(path):
		env.ErrCode, env.SubCode, env.SubMsg = gatewayCode, strconv.Itoa(r.code), r.message()
		env.ErrMsg = "ding talk error[subcode=" + env.SubCode + ",submsg=" + env.SubMsg + "]"
	}
	res := wrap(path, env)
	res.code, res.message = r.code, r.message()
	return res
}

// unknown returns the response of an unknown path.
func unknown(path string) response {
	switch {
	case isV1(path):
		return failedV1("", &refusal{code: 404})
	case !isGatewayPath(path):
		return failedLegacy(path, &refusal{code: 404})
	}
	return failedLegacy(path, unknownAPI(path))
}

func unknownAPI(path string) *refusal {
	return &refusal{code: unknownAPICode, text: "不合法ApiName，ApiName = " + apiName(path)}
}

// wrap encodes an envelope for a path.
func wrap(path string, env envelope) response {
	res := response{status: 200, contentType: "application/json"}
	if isGatewayPath(path) {
		res.contentType = "application/json;charset=UTF-8"
		env.RequestID = requestID()
		res.requestID = env.RequestID
	}
	res.body = encode(env)
	return res
}

// encode encodes JSON as the service does: raw UTF-8, nothing escaped for HTML.
func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // a bug: only values of this package are encoded
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// requestID returns 12 or 13 random letters and digits.
func requestID() string {
	const alphabet = "0123456789abcdefghijklmnopqrstuvwxyz"
	b := make([]byte, 12+rand.IntN(2))
	for i := range b {
		b[i] = alphabet[rand.IntN(len(alphabet))]
	}
	return string(b)
}
