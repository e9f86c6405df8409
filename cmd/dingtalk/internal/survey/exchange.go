package survey

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"
)

// exchange is a request and its response without what they hold of people, secrets and the organization.
type exchange struct {
	Question    string   `json:"question"`
	Method      string   `json:"method"`
	Path        string   `json:"path"`
	Status      int      `json:"status,omitzero"` // absent if there was no response
	ContentType string   `json:"content_type,omitzero"`
	Server      string   `json:"server,omitzero"`
	RetryAfter  string   `json:"retry_after,omitzero"`
	Code        any      `json:"code,omitzero"` // errcode, or the string code of the new API
	SubCode     any      `json:"sub_code,omitzero"`
	Texts       []string `json:"texts,omitzero"` // errmsg, sub_msg and message of a refusal
	Body        string   `json:"body,omitzero"`  // what it is, if it is no JSON
	Shape       any      `json:"shape,omitzero"`
}

// recorder is a transport that records exchanges.
type recorder struct {
	base http.RoundTripper

	mu        sync.Mutex
	question  string
	exchanges []exchange
	last      any           // the latest body that is JSON, with its values
	skew      time.Duration // of the service's clock, to the second
	scrub     scrubber
}

// ask has the next exchanges belong to a question.
func (r *recorder) ask(question string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.question, r.last = question, nil
}

// maxBody is how much of a body is read; larger ones are passed on without a shape.
const maxBody = 4 << 20

// RoundTrip sends a request and records it.
func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := r.base.RoundTrip(req)
	e := exchange{Method: req.Method, Path: req.URL.Path}
	var body []byte
	if err == nil {
		var rest error
		body, rest = io.ReadAll(io.LimitReader(res.Body, maxBody))
		res.Body = struct {
			io.Reader
			io.Closer
		}{io.MultiReader(bytes.NewReader(body), &failing{rest}, res.Body), res.Body}
		h := res.Header
		e.Status, e.ContentType, e.Server, e.RetryAfter = res.StatusCode, h.Get("Content-Type"), h.Get("Server"), h.Get("Retry-After")
		if date, err := http.ParseTime(h.Get("Date")); err == nil {
			r.setSkew(time.Until(date))
		}
	}
	r.record(e, body)
	return res, err
}

// failing returns an error that occurred before, once it is read.
type failing struct{ err error }

func (f *failing) Read([]byte) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	return 0, io.EOF
}

func (r *recorder) setSkew(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.skew = d.Round(time.Second)
}

func (r *recorder) record(e exchange, body []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e.Question = r.question
	value, err := decode(body)
	if err != nil {
		e.Body = describe(body)
		r.exchanges = append(r.exchanges, e)
		return
	}
	r.last = value
	var n node
	n.add(value)
	e.Shape = n.view()
	if object, ok := value.(map[string]any); ok {
		e.Code, e.SubCode = code(object["errcode"]), code(object["sub_code"])
		if e.Code == nil {
			e.Code = code(object["code"])
		}
		for _, name := range []string{"errmsg", "sub_msg", "message"} {
			if text, ok := object[name].(string); ok && text != "" && text != "ok" {
				e.Texts = append(e.Texts, text)
				delete(object, name) // so that it is no value to remove from itself
			}
		}
	}
	r.scrub.learn(value)
	r.exchanges = append(r.exchanges, e)
}

func decode(body []byte) (value any, err error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("text after the value")
	}
	return value, nil
}

// describe says what a body is that is no JSON.
func describe(body []byte) string {
	switch trimmed := bytes.ToLower(bytes.TrimSpace(body)); {
	case len(trimmed) == 0:
		return "empty"
	case bytes.HasPrefix(trimmed, []byte("<")):
		return "HTML or XML"
	}
	return "other text"
}

// code returns a code of an error as it is: a number, or a text that is a name.
func code(v any) any {
	if text, ok := v.(string); ok && !codeName.MatchString(text) {
		return nil
	}
	return v
}

// lastObject returns the latest body, or nil if it is no JSON object.
func (r *recorder) lastObject() map[string]any {
	r.mu.Lock()
	defer r.mu.Unlock()
	object, _ := r.last.(map[string]any)
	return object
}
