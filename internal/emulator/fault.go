package emulator

import (
	"fmt"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// Fault describes what goes wrong with a call. Faults are made with the variables and functions of this package. The zero
// Fault is none.
type Fault struct {
	kind  faultKind
	code  int
	v1    codeV1 // of a refusal with a string code
	field string
	delay time.Duration
	after bool
}

type faultKind int

const (
	none faultKind = iota
	refused
	page
	banPage
	banJSON
	busyText
	tooFrequentText
	portalPage
	hang
	slow
	cutBody
	badJSON
	emptyBody
	broken
	omitted
)

// The faults that take no argument.
var (
	// Throttled is the limit of one app on one operation: 90018 with an end time. Nothing is done.
	Throttled = Fault{kind: refused, code: 90018}

	// SystemBusy is errcode -1. Nothing is done.
	SystemBusy = Fault{kind: refused, code: -1}

	// TokenExpired refuses the token with 40014, or that of a user with accesstoken.expired, although it is live and
	// remains so. Nothing is done.
	TokenExpired = Fault{kind: refused, code: 40014}

	// PermissionMissing refuses with 60011 and names the permission point. Nothing is done.
	PermissionMissing = Fault{kind: refused, code: 60011}

	// BanPage is the page that a banned address gets, with HTTP 200 and the marks of the service's front end. Nothing is
	// done.
	BanPage = Fault{kind: banPage}

	// BanJSON is the other response to a banned address: JSON with the status 1111 and no errcode. Nothing is done.
	BanJSON = Fault{kind: banJSON}

	// BusyText is the text "System busy now" with HTTP 200, by which a front end refuses for a while. Nothing is done.
	BusyText = Fault{kind: busyText}

	// TooFrequentText is the text "You have requested too frequently" with HTTP 403, as BusyText. Nothing is done.
	TooFrequentText = Fault{kind: tooFrequentText}

	// PortalPage is the login page of a network or a proxy, which comes with HTTP 200 in place of a response. Nothing is
	// done.
	PortalPage = Fault{kind: portalPage}

	// Hang never responds. It ends with the request's context or connection. Nothing is done.
	Hang = Fault{kind: hang}

	// CutBody breaks the connection in the middle of the response. The work is done.
	CutBody = Fault{kind: cutBody, after: true}

	// BadJSON returns half of the JSON as if it were complete. The work is done.
	BadJSON = Fault{kind: badJSON, after: true}

	// EmptyBody is a success without a body. The work is done.
	EmptyBody = Fault{kind: emptyBody, after: true}

	// DropConnection ends the connection before the call is handled. Nothing is done. Over a real connection that was
	// used before, net/http repeats a GET by itself, and the repeated call takes the next fault.
	DropConnection = Fault{kind: broken}

	// LostResponse ends the connection after the call was handled. The work is done, and the caller sees the same as with
	// DropConnection.
	LostResponse = Fault{kind: broken, after: true}
)

// HTTPStatus returns the fault of a proxy that responds with a status from 300 to 599 and an HTML page. Nothing is done.
func HTTPStatus(code int) Fault { return Fault{kind: page, code: code} }

// Slow returns the fault of a proper response that is late. The work is done at once.
func Slow(d time.Duration) Fault { return Fault{kind: slow, delay: d, after: true} }

// Code returns the fault of a refusal with a code of the service, wrapped in errcode 88 if it is one of the gateway's.
// Nothing is done. Code 15 is a failure of the service behind the gateway, with a sub_code that is no number.
func Code(code int) Fault { return Fault{kind: refused, code: code} }

// StringCode returns the fault of a refusal by the new API, with an HTTP status from 400 to 599 and a string code.
// Nothing is done.
func StringCode(status int, code string) Fault {
	return Fault{kind: refused, v1: codeV1{status, code, code}}
}

// Omit returns the fault of a success that lacks a field. The work is done.
func Omit(field string) Fault { return Fault{kind: omitted, field: field, after: true} }

// AfterWork returns the same fault, but with the work done before it.
func (f Fault) AfterWork() Fault { f.after = true; return f }

// check refuses a fault that cannot be.
func (f Fault) check() error {
	switch {
	case f.kind == none:
		return fmt.Errorf("the zero fault is none")
	case f.kind == refused && f.v1 != codeV1{} && (f.v1.code == "" || f.v1.status < 400 || f.v1.status > 599):
		return fmt.Errorf("no refusal of the new API: HTTP status %d, code %q", f.v1.status, f.v1.code)
	case f.kind == refused && f.code == 0 && f.v1 == codeV1{}:
		return fmt.Errorf("code 0 is success")
	case f.kind == omitted && f.field == "":
		return fmt.Errorf("a field has a name")
	case f.kind == page && (f.code < 300 || f.code > 599):
		return fmt.Errorf("no HTTP status for a failure: %d", f.code)
	case f.delay < 0:
		return fmt.Errorf("a delay must not be negative: %v", f.delay)
	}
	return nil
}

// Fail queues a fault for the next `times` calls of an operation. Each operation has a queue of its own.
func (s *Server) Fail(op string, f Fault, times int) error {
	if err := s.checkOp(op); err != nil {
		return err
	}
	if err := f.check(); err != nil {
		return err
	}
	if err := s.ops[op].supports(f); err != nil {
		return err
	}
	if times < 1 {
		return fmt.Errorf("a fault must happen at least once: %d", times)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for range times {
		s.faults[op] = append(s.faults[op], f)
	}
	return nil
}

// nextFault removes the fault that a call meets from the queue.
func (s *Server) nextFault(op string) Fault {
	queue := s.faults[op]
	if len(queue) == 0 {
		return Fault{}
	}
	s.faults[op] = queue[1:]
	return queue[0]
}

// respond handles a call, as far as the fault lets it.
func (s *Server) respond(r *request, rt *route, f Fault) response {
	var res response
	if f.kind == none || f.after {
		res = s.process(r, rt)
	}
	switch f.kind {
	case none:
	case refused:
		if f.v1 != (codeV1{}) {
			return failed(rt, &refusal{code: f.v1.status, v1: f.v1})
		}
		return failed(rt, s.refusalOf(f.code, r, rt))
	case page:
		return pageOf(f.code)
	case banPage, banJSON, busyText, tooFrequentText, portalPage:
		return frontEndResponse(f.kind)
	case hang:
		res.hang = true
	case slow:
		res.delay = f.delay
	case cutBody:
		res.cut = true
	case omitted:
		if res.code == 0 {
			res.body = without(res.body, rt.Payload, f.field)
		}
	case badJSON:
		res.body = res.body[:len(res.body)/2]
	case emptyBody:
		res.body = nil
	case broken:
		res.broken = errReset
	}
	return res
}

// refusalOf returns the refusal of a call with a code.
func (s *Server) refusalOf(code int, r *request, rt *route) *refusal {
	switch {
	case code == 90018:
		return s.throttled(nextSecond(s.now()))
	case code == 90002:
		return overLimit(code, "该接口的全局qps超限", 1200, nextSecond(s.now()))
	case code == 40014 && rt.Credential == contract.UserToken:
		return &refusal{code: 42001, gateway: true}
	case code == 40014:
		return tokenRefused()
	case code == 60011:
		return s.permissionMissing(rt)
	case code == 60020:
		return s.addressRefused(r)
	case code == unknownAPICode:
		return unknownAPI(rt.Path)
	case code > 90000 && code < 90020:
		return &refusal{code: code, gateway: true}
	}
	return refuse(code)
}
