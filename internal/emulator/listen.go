package emulator

import (
	"io"
	"maps"
	"net"
	"net/http"
	"strings"
	"time"
)

// consolePath is where the console is, below the base path.
const consolePath = "/console"

// ServeHTTP serves a real connection. It ends the connection where the response must not arrive.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.isForConsole(r) {
		s.console.ServeHTTP(w, r)
		return
	}
	if s.pages.Assets != nil && strings.HasPrefix(r.URL.Path, s.config.basePath+signInAssets) {
		s.pages.Assets.ServeHTTP(w, r)
		return
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	res, header, err := s.handle(r.Context(), s.received(r, body))
	if err != nil {
		panic(http.ErrAbortHandler) // ends the connection without a response
	}
	if res.upgrade != nil {
		res.upgrade(w, r)
		return
	}
	maps.Copy(w.Header(), header)
	w.WriteHeader(res.status)
	_, _ = w.Write(res.sent()) // the caller may have gone
	if res.cut {
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
}

// isForConsole reports whether a request asks for a page of the console.
func (s *Server) isForConsole(r *http.Request) bool {
	if s.console == nil {
		return false
	}
	below, found := strings.CutPrefix(r.URL.Path, s.config.basePath+consolePath)
	return found && (below == "" || below[0] == '/')
}

// Listen serves on a real port and returns the base URL for a client. An empty address is any free port
// of the loopback interface, and ":8080" is a port of it: other machines reach the server only if the
// address names an interface.
func (s *Server) Listen(addr string) (url string, err error) {
	host, port := "", "0"
	if addr != "" {
		if host, port, err = net.SplitHostPort(addr); err != nil {
			return "", err
		}
	}
	if host == "" {
		host = "127.0.0.1"
	}
	l, err := net.Listen("tcp", net.JoinHostPort(host, port))
	if err != nil {
		return "", err
	}
	if err := s.serve(l); err != nil {
		return "", err
	}
	return "http://" + reachable(l.Addr()) + s.config.basePath, nil
}

// How long a client may take. There is no bound for a response: a fault may delay it for hours, and the console's
// stream of events has no end.
const (
	headerTimeout = 10 * time.Second
	readTimeout   = 30 * time.Second // with the body
	idleTimeout   = 2 * time.Minute
)

// serve accepts connections until the server is closed.
func (s *Server) serve(l net.Listener) error {
	server := &http.Server{
		Handler: s, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, IdleTimeout: idleTimeout,
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		_ = l.Close()
		return net.ErrClosed
	}
	s.listened = true
	s.servers = append(s.servers, server)
	s.serving.Go(func() { _ = server.Serve(l) }) // ends with Close
	return nil
}

// reachable returns an address to dial: loopback for a listener on all interfaces.
func reachable(addr net.Addr) string {
	host, port, _ := net.SplitHostPort(addr.String())
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

func addressOf(remote string) string {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(host, "::ffff:")
}
