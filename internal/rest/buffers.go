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

// maxBody is the largest unpacked response body. The largest documented lists stay far below it.
const maxBody = 16 << 20

// maxPooled is the largest buffer that is kept for the next response. A page of a hundred users with all fields takes
// 100 KB and more, and growing a buffer to that size again costs twice as much.
const maxPooled = 256 << 10

var errTooLarge = errors.New("the response exceeds")

// buffers holds the memory of one HTTP exchange. A pool reuses it for the next one.
type buffers struct {
	request resty.Request
	limited io.LimitedReader
	gzip    gzip.Reader // 40 KB and more after its first use
	body    bytes.Buffer
}

var bufferPool = sync.Pool{New: func() any { return new(buffers) }}

// release drops all references to the exchange, and puts b back into the pool. resty, net/http and the transport may
// still refer to the body that was sent, but not to resty's request.
func (b *buffers) release() {
	if b.body.Cap() > maxPooled {
		return
	}
	b.request, b.limited = resty.Request{}, io.LimitedReader{}
	b.body.Reset()
	bufferPool.Put(b)
}

// read reads the whole body, so that the connection can be reused, and closes it. The limit applies to the body as it
// arrives, and to the unpacked body.
func (b *buffers) read(resp *http.Response, limit int64) (body []byte, err error) {
	defer func() {
		// A body that panics counts as cut short. The value of the panic may quote the URL.
		if p := recover(); p != nil {
			err = transportError(fmt.Sprintf("the body of the response panicked (%T)", p))
		}
	}()
	defer func() { _ = resp.Body.Close() }()
	b.limited = io.LimitedReader{R: resp.Body, N: limit + 1}
	unpacked := io.Reader(&b.limited)
	if encoding := resp.Header["Content-Encoding"]; len(encoding) > 0 && strings.EqualFold(encoding[0], "gzip") {
		if err := b.gzip.Reset(&b.limited); err != nil {
			return nil, err
		}
		unpacked = io.LimitReader(&b.gzip, limit+1)
	}
	n, err := b.body.ReadFrom(unpacked)
	if n > limit || b.limited.N <= 0 {
		return nil, errTooLarge
	}
	return b.body.Bytes(), err
}
