package rest

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/go-resty/resty/v2"
)

// maxAnswer bounds an answer, unpacked. The largest documented lists stay far below it.
const maxAnswer = 16 << 20

// maxPooled is the largest buffer that is kept for the next answer: a page of a hundred people, with all that may be
// known of them, takes 100 KB and more, and growing to that anew costs twice as much.
const maxPooled = 256 << 10

var errTooLarge = errors.New("the answer exceeds")

// exchange is what one needs while it lasts, and the next one again.
type exchange struct {
	request  resty.Request
	arriving io.LimitedReader
	unpacker gzip.Reader // of 40 KB and more, once it was used
	answer   bytes.Buffer
}

var exchanges = sync.Pool{New: func() any { return new(exchange) }}

// release makes ready for the next exchange, and lets go of all that belongs to this one. resty, net/http and the
// transport may still hold what they sent, but not resty's request.
func (x *exchange) release() {
	if x.answer.Cap() > maxPooled {
		return
	}
	x.request, x.arriving = resty.Request{}, io.LimitedReader{}
	x.answer.Reset()
	exchanges.Put(x)
}

// read takes the whole body, so that the connection can be used again, and closes it. It is limited as it
// comes, and unpacked.
func (x *exchange) read(resp *http.Response, limit int64) (body []byte, err error) {
	defer func() {
		// Of a body that panics no more is known than of one that is cut; its panic may quote the URL.
		if p := recover(); p != nil {
			err = transportError(fmt.Sprintf("the body of the response panicked (%T)", p))
		}
	}()
	defer func() { _ = resp.Body.Close() }()
	x.arriving = io.LimitedReader{R: resp.Body, N: limit + 1}
	unpacked := io.Reader(&x.arriving)
	if encoding := resp.Header["Content-Encoding"]; len(encoding) > 0 && strings.EqualFold(encoding[0], "gzip") {
		if err := x.unpacker.Reset(&x.arriving); err != nil {
			return nil, err
		}
		unpacked = io.LimitReader(&x.unpacker, limit+1)
	}
	n, err := x.answer.ReadFrom(unpacked)
	if n > limit || x.arriving.N <= 0 {
		return nil, errTooLarge
	}
	return x.answer.Bytes(), err
}
