package matrix_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// network connects net/http's own transport and server in memory: real HTTP and TLS in the fake time of a bubble. It
// injects the faults that the emulator lacks: those of dialing, and those of what stands between client and service.
type network struct {
	emulator  http.Handler
	transport *http.Transport
	base      string
	good, bad *pipe // bad presents an untrusted certificate

	mu        sync.Mutex
	dials     []dialFault                // of the next connections; each attempt opens one
	responses map[string][]responseFault // of the next attempts, by operation
}

// dialFault is a fault of a connection.
type dialFault int

const (
	connects dialFault = iota
	refused
	untrusted
	brokenHandshake
)

// newNetwork returns a network to the server, with TLS if secure.
func newNetwork(t *testing.T, srv *dingtalktest.Server, secure bool) *network {
	t.Helper()
	n := &network{emulator: srv, responses: map[string][]responseFault{}, base: "http://127.0.0.1"}
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

// serve starts an HTTP server, with TLS if there is a certificate.
func (n *network) serve(t *testing.T, cert *tls.Certificate) *pipe {
	t.Helper()
	p := &pipe{conns: make(chan net.Conn), closed: make(chan struct{})}
	listener := net.Listener(p)
	if cert != nil {
		listener = tls.NewListener(p, &tls.Config{Certificates: []tls.Certificate{*cert}, MinVersion: tls.VersionTLS13})
	}
	server := &http.Server{
		Handler: n, ReadHeaderTimeout: time.Minute,
		ErrorLog: log.New(io.Discard, "", 0), // it would report the failed handshakes
	}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() {
		require.NoError(t, server.Close())
		time.Sleep(time.Minute) // both ends of a TLS connection wait five seconds for the other to close it
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
	case brokenHandshake:
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
	op := operationAt(r.Method, r.URL.Path)
	n.mu.Lock()
	var fault responseFault
	if queue := n.responses[op]; len(queue) > 0 {
		fault, n.responses[op] = queue[0], queue[1:]
	}
	n.mu.Unlock()
	if fault == nil {
		n.emulator.ServeHTTP(w, r)
		return
	}
	fault(w, r, func() *httptest.ResponseRecorder {
		response := httptest.NewRecorder()
		n.emulator.ServeHTTP(response, r)
		return response
	})
}

// operationAt returns the name of the operation with the method and the path.
func operationAt(method, path string) string {
	for _, ep := range contract.All() {
		if ep.Method == method && strings.Replace(ep.Path, "{corpId}", harbor, 1) == path {
			return ep.Name
		}
	}
	return ""
}

// pipe is a net.Listener of connections in memory.
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

// certificates returns one that the client trusts and one that it does not trust.
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
