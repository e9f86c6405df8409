package emulator

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// network is the server's end of a connection, which may stop carrying anything without a sign.
type network struct {
	net.Conn
	lost atomic.Bool
	cut  atomic.Bool // in the middle of what is written next
}

// lose makes the network drop what either side sends.
func (n *network) lose() { n.lost.Store(true) }

func (n *network) Read(p []byte) (int, error) {
	for {
		read, err := n.Conn.Read(p)
		if err != nil || !n.lost.Load() {
			return read, err
		}
	}
}

func (n *network) Write(p []byte) (int, error) {
	if n.lost.Load() {
		return len(p), nil
	}
	if n.cut.Load() {
		_, _ = n.Conn.Write(p[:len(p)/2])
		_ = n.Close()
		return 0, errReset
	}
	return n.Conn.Write(p)
}

// networkHijacker is a ResponseWriter whose hijacked connection is a network.
type networkHijacker struct {
	http.ResponseWriter
	network *network
}

func (h *networkHijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	h.network = &network{Conn: conn}
	return h.network, bufio.NewReadWriter(rw.Reader, bufio.NewWriter(h.network)), nil
}

// memoryWriter is the ResponseWriter of a handshake in memory.
type memoryWriter struct {
	header http.Header
	status int
	body   bytes.Buffer
	client io.ReadWriteCloser // the client's end; nil: the handshake was refused
}

func (w *memoryWriter) Header() http.Header         { return w.header }
func (w *memoryWriter) WriteHeader(status int)      { w.status = status }
func (w *memoryWriter) Write(p []byte) (int, error) { return w.body.Write(p) }

func (w *memoryWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	client, server := newMemoryConns()
	w.client = client
	return server, bufio.NewReadWriter(bufio.NewReader(server), bufio.NewWriter(server)), nil
}

// response returns the response to a handshake.
func (w *memoryWriter) response(r *http.Request) *http.Response {
	res := &http.Response{
		Status: strconv.Itoa(w.status) + " " + http.StatusText(w.status), StatusCode: w.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.header, ContentLength: int64(w.body.Len()), Body: io.NopCloser(&w.body), Request: r,
	}
	if w.client != nil {
		res.Body, res.ContentLength = w.client, -1
	}
	return res
}

// memoryConn is one end of a connection in memory. Unlike that of net.Pipe it holds what the other end has not read yet, up
// to a bound, as the network does.
type memoryConn struct{ in, out *memoryBuffer }

// memoryBuffer is one direction of a connection.
type memoryBuffer struct {
	mu      sync.Mutex
	changed sync.Cond
	data    bytes.Buffer
	closed  bool
}

// memoryBound is how many bytes one direction holds.
const memoryBound = 256 << 10

func newMemoryConns() (a, b *memoryConn) {
	there, back := &memoryBuffer{}, &memoryBuffer{}
	there.changed.L, back.changed.L = &there.mu, &back.mu
	return &memoryConn{back, there}, &memoryConn{there, back}
}

func (c *memoryConn) Read(p []byte) (int, error)  { return c.in.read(p) }
func (c *memoryConn) Write(p []byte) (int, error) { return c.out.write(p) }

// Close ends both directions. What was written before can be read.
func (c *memoryConn) Close() error {
	c.in.close()
	c.out.close()
	return nil
}

func (b *memoryBuffer) read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.data.Len() == 0 && !b.closed {
		b.changed.Wait()
	}
	b.changed.Broadcast()
	return b.data.Read(p) // io.EOF when it is empty
}

func (b *memoryBuffer) write(p []byte) (n int, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(p) > 0 {
		for b.data.Len() >= memoryBound && !b.closed {
			b.changed.Wait()
		}
		if b.closed {
			return n, errReset
		}
		part := p[:min(len(p), memoryBound-b.data.Len())]
		b.data.Write(part)
		n, p = n+len(part), p[len(part):]
		b.changed.Broadcast()
	}
	return n, nil
}

func (b *memoryBuffer) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	b.changed.Broadcast()
}

// The rest of net.Conn, which a WebSocket does not use.
var errNoDeadline = errors.New("a connection in memory has no deadlines")

func (c *memoryConn) LocalAddr() net.Addr              { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }
func (c *memoryConn) RemoteAddr() net.Addr             { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }
func (c *memoryConn) SetDeadline(time.Time) error      { return errNoDeadline }
func (c *memoryConn) SetReadDeadline(time.Time) error  { return errNoDeadline }
func (c *memoryConn) SetWriteDeadline(time.Time) error { return errNoDeadline }
