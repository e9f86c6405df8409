package main

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// serve runs the service in a process of its own, so that its work does not count as the client's. It writes its
// address, and then, for each line that it reads, the number of connections accepted so far. It ends with its input.
func serve(args []string, in io.Reader, out io.Writer) error {
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	delay := flags.Duration("delay", 0, "time that a response takes")
	overTLS := flags.Bool("tls", false, "encrypt")
	two := flags.Bool("http2", false, "offer HTTP/2")
	compress := flags.Bool("gzip", false, "compress the responses for clients that accept it, as all do")
	if err := flags.Parse(args); err != nil {
		return err
	}
	srv := httptest.NewUnstartedServer(handler(*delay, *compress))
	srv.Config.ReadHeaderTimeout, srv.Config.ReadTimeout, srv.Config.IdleTimeout = time.Minute, time.Minute, 2*time.Minute
	var accepted atomic.Int64
	srv.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			accepted.Add(1)
		}
	}
	srv.EnableHTTP2 = *two
	if *overTLS {
		srv.StartTLS()
	} else {
		srv.Start()
	}
	if _, err := fmt.Fprintln(out, srv.URL); err != nil {
		return err
	}
	for lines := bufio.NewScanner(in); lines.Scan(); {
		if _, err := fmt.Fprintln(out, accepted.Load()); err != nil {
			return err
		}
	}
	return nil
}

func handler(delay time.Duration, compress bool) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(io.LimitReader(req.Body, 1<<20))
		if err != nil {
			return
		}
		if delay > 0 {
			select {
			case <-time.After(delay):
			case <-req.Context().Done():
				return
			}
		}
		contentType, text := respond(req.URL.Path, body)
		w.Header().Set("Content-Type", contentType)
		if compress && strings.Contains(req.Header.Get("Accept-Encoding"), "gzip") {
			w.Header().Set("Content-Encoding", "gzip")
			text = compressed(text)
		}
		w.Header().Set("Content-Length", strconv.Itoa(len(text)))
		_, _ = io.WriteString(w, text)
	}
}

// compressed returns a text compressed with gzip. Each text is compressed once.
func compressed(text string) string {
	if done, ok := compressedTexts.Load(text); ok {
		return done.(string)
	}
	var b strings.Builder
	zip := gzip.NewWriter(&b)
	_, _ = io.WriteString(zip, text) // memory accepts any write
	_ = zip.Close()
	compressedTexts.Store(text, b.String())
	return b.String()
}

var compressedTexts sync.Map // string to string

// server is the process that runs serve.
type server struct {
	url string
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

// startServer starts this program as a server.
func startServer(ctx context.Context, args ...string) (*server, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	s := &server{cmd: exec.CommandContext(ctx, program, append([]string{"serve"}, args...)...)}
	s.cmd.Stderr = os.Stderr
	s.in, err = s.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	s.out = bufio.NewReader(out)
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	if s.url, err = s.readLine(); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func (s *server) readLine() (string, error) {
	line, err := s.out.ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("the server ended: %w", err)
	}
	return strings.TrimSpace(line), nil
}

// connections returns the number of connections that the server has accepted so far, or 0 without a server.
func (s *server) connections() (int, error) {
	if s == nil {
		return 0, nil
	}
	if _, err := fmt.Fprintln(s.in, "connections"); err != nil {
		return 0, err
	}
	line, err := s.readLine()
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(line)
}

func (s *server) close() error {
	if s == nil {
		return nil
	}
	return errors.Join(s.in.Close(), s.cmd.Wait())
}

// trustServers makes all clients trust the certificate of the servers without settings of their own. The godebug line
// in go.mod makes the fallback roots replace those of the system.
func trustServers() {
	srv := httptest.NewTLSServer(nil)
	defer srv.Close()
	roots := x509.NewCertPool()
	roots.AddCert(srv.Certificate())
	x509.SetFallbackRoots(roots)
}
