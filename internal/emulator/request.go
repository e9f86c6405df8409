package emulator

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// fields holds the top-level values of a call as they arrived. A value of a form or a query is a JSON string here, which
// is how the official Java SDK sends every scalar in JSON too.
type fields map[string]json.RawMessage

// arrival is one call before it is parsed. The journal keeps it like this, so that a call takes no more memory there than
// it had bytes.
type arrival struct {
	method, path string // path is without the base path, and empty outside it
	rawQuery     string
	tokenHeader  string // the access token of the new API
	contentType  string
	rawBody      []byte // nil where it is oversized
	oversized    bool
	ip           string
	admin        bool // made by an administrator
}

// request is a parsed call.
type request struct {
	arrival
	http  *http.Request // nil: made by the server itself
	query url.Values
	form  url.Values
	body  fields

	isForm       bool
	declaredJSON bool
	isNull       bool // the body is JSON's null, which stands for an empty object
	malformed    bool

	tenant *tenant // the organization for which the token was made; nil: that of the app
}

// maxBody is the largest body that is read. The longest documented call is far smaller, and what stalled clients have
// sent is held for as long as they may take.
const maxBody = 512 << 10

// arrived returns a call as an entry point received it.
func (s *Server) arrived(r *http.Request, body []byte) arrival {
	in := arrival{
		method: cmp.Or(r.Method, http.MethodGet), rawQuery: r.URL.RawQuery,
		tokenHeader: r.Header.Get(contract.TokenHeader), contentType: r.Header.Get("Content-Type"), rawBody: body,
		ip: cmp.Or(addressOf(r.RemoteAddr), "127.0.0.1"),
	}
	if path, ok := strings.CutPrefix(r.URL.Path, s.config.basePath); ok {
		in.path = path
	}
	if len(body) > maxBody {
		in.rawBody, in.oversized = nil, true
	}
	return in
}

// received returns a call of an entry point, parsed.
func (s *Server) received(r *http.Request, body []byte) *request {
	req := s.arrived(r, body).request()
	req.http = r
	return req
}

// ctx returns the context of a call; that of one that the server itself makes never ends.
func (r *request) ctx() context.Context {
	if r.http == nil {
		return context.Background()
	}
	return r.http.Context()
}

// size returns how many bytes a call occupies.
func (in arrival) size() int {
	return len(in.method) + len(in.path) + len(in.rawQuery) + len(in.tokenHeader) + len(in.contentType) + len(in.rawBody)
}

// request parses a call.
func (in arrival) request() *request {
	r := &request{arrival: in, malformed: in.oversized}
	r.query, _ = url.ParseQuery(in.rawQuery) // malformed pairs are left out
	if !in.oversized {
		r.parse(in.contentType, in.rawBody)
	}
	return r
}

// parse parses a body. A body without a declared type is JSON if it looks like it.
func (r *request) parse(contentType string, body []byte) {
	kind, _, _ := mime.ParseMediaType(contentType)
	body = bytes.TrimSpace(body)
	r.declaredJSON = kind == "application/json"
	r.isForm = kind == "application/x-www-form-urlencoded"
	r.isNull = !r.isForm && string(body) == "null"
	switch {
	case len(body) == 0, r.isNull:
		r.body = fields{}
	case r.declaredJSON || !r.isForm && body[0] == '{':
		r.malformed = json.Unmarshal(body, &r.body) != nil || r.body == nil
	default:
		r.isForm = true
		form, err := url.ParseQuery(string(body))
		r.malformed = err != nil
		r.form = form
		r.body = textFields(form)
		delete(r.body, "access_token")
	}
}

// textFields returns the values of a form or a query as fields.
func textFields(values url.Values) fields {
	out := make(fields, len(values))
	for name, texts := range values {
		out[name], _ = json.Marshal(texts[0]) // a string always has a JSON form
	}
	return out
}

// sentQuery returns the query for Calls, without the secrets of the operation.
func (r *request) sentQuery(op string) url.Values {
	out := cloneValues(r.query)
	for name := range out {
		if isSecretOf(op, name) {
			out.Set(name, redacted)
		}
	}
	return out
}

func cloneValues(in url.Values) url.Values {
	out := make(url.Values, len(in))
	for name, texts := range in {
		out[name] = append([]string{}, texts...)
	}
	return out
}

// sentBody returns the body for Calls, without the secrets of the operation.
func (r *request) sentBody(op string) map[string]any {
	out := make(map[string]any, len(r.body))
	for name, raw := range r.body {
		d := json.NewDecoder(bytes.NewReader(raw))
		d.UseNumber()
		var v any
		if d.Decode(&v) == nil {
			out[name] = v
		}
	}
	if r.form.Has("access_token") {
		out["access_token"] = redacted
	}
	for name := range out {
		if isSecretOf(op, name) {
			out[name] = redacted
		}
	}
	return out
}
