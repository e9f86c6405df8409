package emulator

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
)

// handlerTransport is a RoundTripper that serves requests by a handler, in memory.
type handlerTransport struct{ handler http.Handler }

// RoundTrip calls the handler, and returns when it has returned or the context of the request ends.
func (t handlerTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	in := r.Clone(r.Context())
	in.RequestURI, in.RemoteAddr = r.URL.RequestURI(), "127.0.0.1:0"
	if in.Host == "" {
		in.Host = r.URL.Host
	}
	w, failed := &recorder{header: http.Header{}}, make(chan error, 1)
	go func() {
		defer func() {
			if v := recover(); v != nil {
				failed <- fmt.Errorf("the handler panicked: %v", v)
			}
		}()
		t.handler.ServeHTTP(w, in)
		failed <- nil
	}()
	select {
	case <-r.Context().Done():
		return nil, context.Cause(r.Context())
	case err := <-failed:
		if err != nil {
			return nil, err
		}
	}
	return w.response(r), nil
}

// recorder is the ResponseWriter of one request.
type recorder struct {
	header http.Header
	status int
	sent   http.Header // as it was when the body began
	body   bytes.Buffer
}

func (w *recorder) Header() http.Header { return w.header }

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status, w.sent = status, w.header.Clone()
	}
}

func (w *recorder) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}

func (w *recorder) response(r *http.Request) *http.Response {
	w.WriteHeader(http.StatusOK)
	return &http.Response{
		Status: strconv.Itoa(w.status) + " " + http.StatusText(w.status), StatusCode: w.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.sent, ContentLength: int64(w.body.Len()), Body: io.NopCloser(&w.body), Request: r,
	}
}
