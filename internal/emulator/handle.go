package emulator

import (
	"context"
	"maps"
	"net"
	"net/http"
	"os"
	"reflect"
	"strconv"
	"syscall"
	"time"
)

// errReset is the error of a connection that the server reset.
var errReset error = &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)}

// errClosed is the error of a connection to a closed server.
var errClosed error = &net.OpError{
	Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED),
}

// handle handles one call of any entry point and returns the response when it is to be sent.
func (s *Server) handle(ctx context.Context, req *request) (response, http.Header, error) {
	in := req.arrival
	requestDelay, responseDelay := s.networkDelay(in)
	if err := s.wait(ctx, requestDelay, false); err != nil {
		return response{}, nil, err
	}

	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return response{}, nil, errClosed
	}
	e := &entry{arrival: in, time: s.now(), users: req.namedUsers()}
	begun := time.Now()
	s.journal.add(e)
	var res response
	rt := s.routeOf(req.method, req.path)
	if rt != nil {
		e.op = rt.Name
	}
	switch {
	case !in.admin && s.blocks(req.ip):
		e.fault = BanJSON
		res = frontEndResponse(banJSON)
	case rt == nil:
		res = unknown(req.path)
	case in.admin:
		res = s.process(req, rt)
	default:
		e.fault = s.nextFault(rt.Name)
		res = s.respond(req, rt, e.fault)
	}
	e.code, e.reason, e.message = res.code, res.reason, res.message
	s.journal.relate(e, res.userid)
	s.publishChanges(authorOf(in))
	s.publishTenantChanges()
	e.revision = s.notify()
	s.mu.Unlock()

	err := s.wait(ctx, res.delay+responseDelay, res.hang)
	if err == nil {
		err = res.broken
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	e.took, e.ended = time.Since(begun), true
	e.revision = s.notify()
	if err != nil {
		return response{}, nil, err
	}
	e.status, e.requestID = res.status, res.requestID
	if s.recording {
		s.journal.keep(e, res.sent())
	}
	return res, s.header(res), nil
}

// process runs the operation of a call.
func (s *Server) process(r *request, rt *route) response {
	if rt.page != nil {
		return rt.page(s, r)
	}
	if r.admin && !rt.posts { // which needs no access, and lets other calls in meanwhile
		defer s.actAsAdministrator()()
	}
	defer s.lag(r, rt)()
	result, err := s.perform(r, rt)
	if err != nil {
		return failed(rt, s.refusalFor(rt, err))
	}
	if rt.Write {
		s.notifyOrgChanged()
	}
	res := succeed(rt, result)
	res.userid = userIDOf(result)
	return res
}

// userIDOf returns the userid in a result about one person, or the empty text.
func userIDOf(result any) string {
	v := reflect.ValueOf(result)
	if v.Kind() != reflect.Struct {
		return ""
	}
	if userid := v.FieldByName("UserID"); userid.IsValid() && userid.Kind() == reflect.String {
		return userid.String()
	}
	return ""
}

// header returns the header of a response.
func (s *Server) header(res response) http.Header {
	h := http.Header{}
	h.Set("Content-Type", res.contentType)
	h.Set("Content-Length", strconv.Itoa(len(res.body)))
	h.Set("Server", "DingTalk/1.0.0")
	h.Set("Date", s.now().UTC().Format(http.TimeFormat))
	maps.Copy(h, res.header)
	return h
}

// networkDelay draws how long a call takes to arrive and its response to return.
func (s *Server) networkDelay(in arrival) (requestDelay, responseDelay time.Duration) {
	if in.admin {
		return 0, 0
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.maxDelay == 0 {
		return 0, s.config.latency
	}
	both := s.minDelay + time.Duration(s.jitter.Int64N(int64(s.maxDelay-s.minDelay)+1))
	requestDelay = time.Duration(s.jitter.Int64N(int64(both) + 1))
	return requestDelay, both - requestDelay + s.config.latency
}

// pause is a call or a response that waits, or a function in the background.
type pause struct{ cancel context.CancelCauseFunc }

// background runs a function in a goroutine, which Close ends and waits for. The caller must hold the lock, and the server
// must not be closed.
func (s *Server) background(run func(context.Context)) context.CancelCauseFunc {
	ctx, cancel := context.WithCancelCause(context.Background())
	p := &pause{cancel}
	s.pauses[p] = struct{}{}
	s.serving.Go(func() {
		defer cancel(nil)
		run(ctx)
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.pauses, p)
	})
	return cancel
}

// wait waits for a time, or forever, until the caller gives up or the server is closed.
func (s *Server) wait(ctx context.Context, wait time.Duration, forever bool) error {
	if !forever && wait == 0 {
		return nil
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	p := &pause{cancel}
	s.mu.Lock()
	if s.closed {
		cancel(errReset)
	}
	s.pauses[p] = struct{}{}
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.pauses, p)
	}()

	var expired <-chan time.Time // nil: never
	if !forever {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		expired = timer.C
	}
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-expired:
		return nil
	}
}
