package dingtalk_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"maps"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// network joins net/http's own transport and server by connections in memory: real HTTP and TLS in the fake
// time of a bubble. Its faults are those that the emulator does not have: of the dialling, and of what
// stands between the client and the service.
type network struct {
	emulator  http.Handler
	transport *http.Transport
	base      string
	good, bad *pipe // where a dial leads, and where it leads when its certificate is to be refused

	mu      sync.Mutex
	dials   []dialFault              // of the next connections; there is one for each attempt
	answers map[string][]answerFault // by operation, of the next attempts
}

type dialFault int

const (
	connects dialFault = iota
	refused
	untrusted
	hangsUp // in the middle of the handshake
)

// answerFault answers in the service's place. It may let the service do the work first.
type answerFault func(w http.ResponseWriter, r *http.Request, work func() *httptest.ResponseRecorder)

func newNetwork(t *testing.T, srv *dingtalktest.Server, secure bool) *network {
	t.Helper()
	n := &network{emulator: srv, answers: map[string][]answerFault{}, base: "http://127.0.0.1"}
	n.transport = &http.Transport{DialContext: n.dial, DisableKeepAlives: true}
	if !secure {
		n.good = n.serve(t, nil)
		return n
	}
	n.base = "https://" + networkHost
	certs := certificates()
	roots := x509.NewCertPool()
	roots.AddCert(certs[0].Leaf)
	n.transport.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS13}
	n.good, n.bad = n.serve(t, &certs[0]), n.serve(t, &certs[1])
	return n
}

func (n *network) serve(t *testing.T, cert *tls.Certificate) *pipe {
	t.Helper()
	p := &pipe{conns: make(chan net.Conn), closed: make(chan struct{})}
	listener := net.Listener(p)
	if cert != nil {
		listener = tls.NewListener(p, &tls.Config{Certificates: []tls.Certificate{*cert}, MinVersion: tls.VersionTLS13})
	}
	server := &http.Server{
		Handler: n, ReadHeaderTimeout: time.Minute,
		ErrorLog: log.New(io.Discard, "", 0), // it reports the failed handshakes, which are meant
	}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() {
		require.NoError(t, server.Close())
		time.Sleep(time.Minute) // both ends say goodbye at once and wait for each other, for five seconds
	})
	return p
}

func (n *network) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	n.mu.Lock()
	fault := connects
	if len(n.dials) > 0 {
		fault, n.dials = n.dials[0], n.dials[1:]
	}
	n.mu.Unlock()
	switch fault {
	case refused:
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	case untrusted:
		return n.bad.dial(ctx)
	case hangsUp:
		client, server := net.Pipe()
		go func() {
			_, _ = server.Read(make([]byte, 64))
			_ = server.Close()
		}()
		return client, nil
	default:
		return n.good.dial(ctx)
	}
}

func (n *network) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	op := operationAt(r.URL.Path)
	n.mu.Lock()
	var fault answerFault
	if line := n.answers[op]; len(line) > 0 {
		fault, n.answers[op] = line[0], line[1:]
	}
	n.mu.Unlock()
	if fault == nil {
		n.emulator.ServeHTTP(w, r)
		return
	}
	fault(w, r, func() *httptest.ResponseRecorder {
		answer := httptest.NewRecorder()
		n.emulator.ServeHTTP(answer, r)
		return answer
	})
}

func operationAt(path string) string {
	for _, ep := range contract.All() {
		if ep.Path == path {
			return ep.Name
		}
	}
	return ""
}

// pipe is a listener of connections in memory.
type pipe struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (p *pipe) dial(ctx context.Context) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case p.conns <- server:
		return client, nil
	case <-p.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *pipe) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipe) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipe) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }

// certificates are one that the client trusts and one that it does not.
var certificates = sync.OnceValue(func() (certs [2]tls.Certificate) {
	for i := range certs {
		key, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		template := &x509.Certificate{
			SerialNumber: big.NewInt(1), DNSNames: []string{networkHost}, IsCA: true, BasicConstraintsValid: true,
			NotBefore: time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC),
		}
		der, _ := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
		leaf, _ := x509.ParseCertificate(der)
		certs[i] = tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
	}
	return certs
})

const networkHost = "oapi.example.test"

// The faults of what stands between.

// passed lets the service work, and its answer through a change.
func passed(change func(body []byte) []byte) answerFault {
	return func(w http.ResponseWriter, _ *http.Request, work func() *httptest.ResponseRecorder) {
		answer := work()
		maps.Copy(w.Header(), answer.Header())
		w.Header().Del("Content-Length")
		w.WriteHeader(answer.Code)
		_, _ = w.Write(change(answer.Body.Bytes()))
	}
}

// instead answers without the service.
func instead(status int, body string, header ...string) answerFault {
	return func(w http.ResponseWriter, r *http.Request, _ func() *httptest.ResponseRecorder) {
		_, _ = io.Copy(io.Discard, r.Body) // or the end of the connection may come before the answer
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func slowBody(w http.ResponseWriter, r *http.Request, work func() *httptest.ResponseRecorder) {
	body := work().Body.Bytes()
	_, _ = w.Write(body[:len(body)/2])
	_ = http.NewResponseController(w).Flush()
	select {
	case <-time.After(15 * time.Second):
		_, _ = w.Write(body[len(body)/2:])
	case <-r.Context().Done(): // or the bubble would wait for this
	}
}

// answerLimit is the largest answer that the client takes in these tests.
const answerLimit = 256 << 10

// endless pads the answer with white space, which JSON allows, far beyond any limit.
func endless(w http.ResponseWriter, r *http.Request, work func() *httptest.ResponseRecorder) {
	_ = work()
	blank := bytes.Repeat([]byte(" "), answerLimit)
	for range 4 {
		if _, err := w.Write(blank); err != nil || r.Context().Err() != nil {
			return
		}
	}
}

// bomb is white space beyond the limit, packed into next to nothing.
func bomb(w http.ResponseWriter, _ *http.Request, work func() *httptest.ResponseRecorder) {
	_ = work()
	w.Header().Set("Content-Encoding", "gzip")
	_, _ = w.Write(packedBlank())
}

var packedBlank = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	blank := bytes.Repeat([]byte(" "), answerLimit)
	for range 4 {
		_, _ = z.Write(blank)
	}
	_ = z.Close()
	return b.Bytes()
})

// packed is an ordinary answer, as a proxy may pack it.
func packed(w http.ResponseWriter, _ *http.Request, work func() *httptest.ResponseRecorder) {
	w.Header().Set("Content-Encoding", "gzip")
	z := gzip.NewWriter(w)
	_, _ = z.Write(work().Body.Bytes())
	_ = z.Close()
}

var errcodePattern = regexp.MustCompile(`"errcode":(-?\d+)`)

// withoutErrcode takes away what tells a success: the new API has no errcode, and the token must do.
func withoutErrcode(body []byte) []byte {
	body = bytes.ReplaceAll(body, []byte(`"accessToken"`), []byte(`"token"`))
	return errcodePattern.ReplaceAll(body, []byte(`"code":$1`))
}

func quotedErrcode(body []byte) []byte {
	return errcodePattern.ReplaceAll(body, []byte(`"errcode":"$1"`))
}

func redirect(status int) answerFault {
	return instead(status, "", "Location", "https://elsewhere.example.test/topapi/v2/user/get")
}
