package matrix_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"sync"
	"time"
)

// responseFault responds in place of the service. It may let the service handle the request first.
type responseFault func(w http.ResponseWriter, r *http.Request, handle func() *httptest.ResponseRecorder)

// passThrough lets the service respond, and changes the body.
func passThrough(change func(body []byte) []byte) responseFault {
	return func(w http.ResponseWriter, _ *http.Request, handle func() *httptest.ResponseRecorder) {
		response := handle()
		maps.Copy(w.Header(), response.Header())
		w.Header().Del("Content-Length")
		w.WriteHeader(response.Code)
		_, _ = w.Write(change(response.Body.Bytes()))
	}
}

// respond responds without the service.
func respond(status int, body string, header ...string) responseFault {
	return func(w http.ResponseWriter, r *http.Request, _ func() *httptest.ResponseRecorder) {
		_, _ = io.Copy(io.Discard, r.Body) // otherwise the connection may end before the response is read
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// slowBody stops in the middle of the body for longer than the timeout.
func slowBody(w http.ResponseWriter, r *http.Request, handle func() *httptest.ResponseRecorder) {
	body := handle().Body.Bytes()
	_, _ = w.Write(body[:len(body)/2])
	_ = http.NewResponseController(w).Flush()
	select {
	case <-time.After(15 * time.Second):
		_, _ = w.Write(body[len(body)/2:])
	case <-r.Context().Done(): // otherwise the bubble would wait for the timer
	}
}

// responseLimit is the largest response that the client accepts.
const responseLimit = 16 << 20

// padding is white space, which JSON allows, more than any limit when it is sent paddings times.
var padding = bytes.Repeat([]byte(" "), 256<<10)

const paddings = responseLimit/(256<<10) + 4

// oversized responds with white space beyond the limit.
func oversized(w http.ResponseWriter, r *http.Request, handle func() *httptest.ResponseRecorder) {
	_ = handle()
	for range paddings {
		if _, err := w.Write(padding); err != nil || r.Context().Err() != nil {
			return
		}
	}
}

// gzipBomb responds with white space beyond the limit, compressed to a few kilobytes.
func gzipBomb(w http.ResponseWriter, _ *http.Request, handle func() *httptest.ResponseRecorder) {
	_ = handle()
	w.Header().Set("Content-Encoding", "gzip")
	_, _ = w.Write(zippedPadding())
}

var zippedPadding = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	for range paddings {
		_, _ = z.Write(padding)
	}
	_ = z.Close()
	return b.Bytes()
})

// compressed compresses the response, as a proxy may.
func compressed(w http.ResponseWriter, _ *http.Request, handle func() *httptest.ResponseRecorder) {
	w.Header().Set("Content-Encoding", "gzip")
	z := gzip.NewWriter(w)
	_, _ = z.Write(handle().Body.Bytes())
	_ = z.Close()
}

var errcodePattern = regexp.MustCompile(`"errcode":(-?\d+)`)

// mark matches the field that marks a success of the new API, which has no errcode.
var mark = regexp.MustCompile(`"(accessToken|access_token|authCorpInfo|jsapiTicket|unionId|userId|result|list|hasMore|orgName|inviteSwitch|disable|orgList|seniorStaffId|records)":`)

// withoutErrcode removes what marks a success.
func withoutErrcode(body []byte) []byte {
	if len(body) == 0 {
		return []byte(`{"other":true}`) // the new API marks the success of some operations with an empty body
	}
	if !errcodePattern.Match(body) {
		return mark.ReplaceAll(body, []byte(`"other":`))
	}
	return errcodePattern.ReplaceAll(body, []byte(`"code":$1`))
}

// quotedErrcode makes errcode a string.
func quotedErrcode(body []byte) []byte {
	return errcodePattern.ReplaceAll(body, []byte(`"errcode":"$1"`))
}

// redirect responds with a redirect to another host.
func redirect(status int) responseFault {
	return respond(status, "", "Location", "https://elsewhere.example.test/topapi/v2/user/get")
}
