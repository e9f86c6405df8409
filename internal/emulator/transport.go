package emulator

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
)

// Transport returns the server as a RoundTripper. It opens no port and ignores the host in the URL. No goroutine outlives a
// call, except those of a Stream connection, which end with it: it works in testing/synctest.
func (s *Server) Transport() http.RoundTripper { return transport{server: s} }

type transport struct {
	server *Server
	admin  bool
}

// Format prints the name of the type alone: the server holds a secret, and tokens.
func (t transport) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "dingtalktest.Transport") }

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx := r.Context()
	var body []byte
	if r.Body != nil {
		defer r.Body.Close()
		// Closing unblocks a body when the caller gives up.
		stop := context.AfterFunc(ctx, func() { _ = r.Body.Close() })
		defer stop()
		var err error
		body, err = io.ReadAll(io.LimitReader(r.Body, maxBody+1))
		if err != nil && ctx.Err() == nil {
			return nil, err
		}
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	req := t.server.received(r, body)
	req.admin = t.admin
	res, header, err := t.server.handle(ctx, req)
	if err != nil {
		return nil, err
	}
	if res.upgrade != nil {
		w := &memoryWriter{header: http.Header{}, status: http.StatusOK}
		res.upgrade(w, r)
		return w.response(r), nil
	}
	return &http.Response{
		Status:     strconv.Itoa(res.status) + " " + http.StatusText(res.status),
		StatusCode: res.status,
		Proto:      "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        header,
		ContentLength: int64(len(res.body)),
		Body:          newResponseBody(ctx, res),
		Request:       r,
	}, nil
}

// responseBody is a response body in memory. Like one from the network it cannot be read after the end of its request.
type responseBody struct {
	ctx  context.Context
	rest *bytes.Reader
	end  error
}

func newResponseBody(ctx context.Context, res response) *responseBody {
	end := io.EOF
	if res.cut {
		end = io.ErrUnexpectedEOF
	}
	return &responseBody{ctx, bytes.NewReader(res.sent()), end}
}

func (b *responseBody) Read(p []byte) (int, error) {
	if b.ctx.Err() != nil {
		return 0, context.Cause(b.ctx)
	}
	n, err := b.rest.Read(p)
	if errors.Is(err, io.EOF) {
		err = b.end
	}
	return n, err
}

func (b *responseBody) Close() error { return nil }
