package emulator

import (
	"context"
	"net"
	"net/http"
	"os"
	"strconv"
	"syscall"
	"time"
)

// errReset is what a connection that the server ended looks like.
var errReset error = &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)}

// errClosed is what a closed server looks like.
var errClosed error = &net.OpError{
	Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED),
}

// exchange is what every door leads to: it handles one call and returns the answer once it may go out.
func (s *Server) exchange(r *http.Request, body []byte) (reply, http.Header, error) {
	in := s.arrived(r, body)
	req := in.request()

	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return reply{}, nil, errClosed
	}
	e := &entry{arrival: in, time: s.now()}
	s.journal.add(e)
	var rep reply
	if rt := s.routes[req.path]; rt != nil {
		e.op = rt.Name
		rep = s.answer(req, rt, s.nextFault(rt.Name))
	} else {
		rep = unknown(req.path)
	}
	e.code = rep.code
	s.mu.Unlock()

	err := s.hold(r.Context(), rep)
	if err == nil {
		err = rep.broken
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		return reply{}, nil, err
	}
	e.status = rep.status
	return rep, s.header(rep), nil
}

// process handles a call that meets no fault before it.
func (s *Server) process(r *request, rt *route) reply {
	result, err := s.perform(r, rt)
	if err != nil {
		return failed(rt.Path, asRefusal(err))
	}
	return succeed(rt, result)
}

func (s *Server) header(rep reply) http.Header {
	h := http.Header{}
	h.Set("Content-Type", rep.contentType)
	h.Set("Content-Length", strconv.Itoa(len(rep.body)))
	h.Set("Server", "DingTalk/1.0.0")
	h.Set("Date", s.now().UTC().Format(http.TimeFormat))
	if rep.location != "" {
		h.Set("Location", rep.location)
	}
	return h
}

// pause is an answer that is held back.
type pause struct{ cancel context.CancelCauseFunc }

// hold waits until an answer may go out, the caller gives up or the server is closed.
func (s *Server) hold(ctx context.Context, rep reply) error {
	wait := rep.delay + s.config.latency
	if !rep.hang && wait == 0 {
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

	var over <-chan time.Time // nil: never
	if !rep.hang {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		over = timer.C
	}
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-over:
		return nil
	}
}
