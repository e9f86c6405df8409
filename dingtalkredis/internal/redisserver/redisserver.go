// Package redisserver runs a Redis of one's own: redis-server if that is in the PATH, else a stand-in in this process.
package redisserver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/alicebob/miniredis/v2/server"
)

// Server is one Redis on a port of the loopback interface.
type Server struct {
	Addr string

	program string // empty: the stand-in
	args    []string
	process *exec.Cmd

	standIn *miniredis.Miniredis
	mu      sync.Mutex
	stopped chan struct{} // nil: the stand-in is not stopped
}

// Available says whether there is a redis-server.
func Available() bool {
	_, err := exec.LookPath("redis-server")
	return err == nil
}

// Start starts a server with its data in dir, which holds none. The further arguments are for redis-server alone.
func Start(dir string, args ...string) (*Server, error) {
	s := &Server{}
	program, err := exec.LookPath("redis-server")
	if err != nil {
		s.standIn = miniredis.NewMiniRedis()
		s.standIn.ClockTTL(true)
		if err := s.standIn.Start(); err != nil {
			return nil, err
		}
		s.Addr = s.standIn.Addr()
		s.standIn.Server().SetPreHook(s.wait)
		return s, nil
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	s.program = program
	s.Addr = net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	s.args = append([]string{
		"--bind", "127.0.0.1", "--port", strconv.Itoa(port), "--dir", dir, "--save", "", "--appendonly", "no",
		"--logfile", "", "--daemonize", "no",
	}, args...)
	return s, s.Start()
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}

// Start starts a server again that was killed. It comes up with the data of its last snapshot, if there is one; the
// stand-in comes up with none.
func (s *Server) Start() error {
	if s.standIn != nil {
		s.standIn.FlushAll()
		if err := s.standIn.Restart(); err != nil {
			return err
		}
		s.standIn.Server().SetPreHook(s.wait)
		return nil
	}
	s.process = exec.Command(s.program, s.args...) //nolint:noctx // Close ends it
	if err := s.process.Start(); err != nil {
		return err
	}
	for range 200 {
		if s.answers() {
			return nil
		}
		<-time.After(25 * time.Millisecond)
	}
	return errors.Join(errors.New("redis-server does not answer on "+s.Addr), s.Kill())
}

func (s *Server) answers() bool {
	var d net.Dialer
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	conn, err := d.DialContext(ctx, "tcp", s.Addr)
	if err != nil {
		return false
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(time.Second))
	answer := make([]byte, 5)
	_, _ = io.WriteString(conn, "PING\r\n")
	_, err = io.ReadFull(conn, answer)
	return err == nil && strings.HasPrefix(string(answer), "+PONG")
}

// Kill ends the server without a chance to save anything.
func (s *Server) Kill() error {
	if s.standIn != nil {
		_ = s.Continue()
		s.standIn.Close()
		return nil
	}
	if err := s.process.Process.Kill(); err != nil {
		return err
	}
	_ = s.process.Wait() // that it was killed
	return nil
}

// Stop makes the server hang: connections are accepted and nothing is answered.
func (s *Server) Stop() error {
	if s.standIn == nil {
		return s.process.Process.Signal(syscall.SIGSTOP)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped == nil {
		s.stopped = make(chan struct{})
	}
	return nil
}

// Continue ends Stop.
func (s *Server) Continue() error {
	if s.standIn == nil {
		return s.process.Process.Signal(syscall.SIGCONT)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped != nil {
		close(s.stopped)
		s.stopped = nil
	}
	return nil
}

// wait holds the commands of the stand-in back while it is stopped.
func (s *Server) wait(*server.Peer, string, ...string) bool {
	s.mu.Lock()
	stopped := s.stopped
	s.mu.Unlock()
	if stopped != nil {
		<-stopped
	}
	return false
}

// Close ends the server.
func (s *Server) Close() error {
	if err := s.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("cannot end redis-server: %w", err)
	}
	return nil
}
