// Package redisserver runs a private Redis: redis-server if it is in the PATH and this system can make it hang, and
// miniredis in this process otherwise.
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
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/alicebob/miniredis/v2/server"
)

// Server is a Redis server on a port of the loopback interface.
type Server struct {
	Addr string

	program string // empty: miniredis
	args    []string
	process *exec.Cmd

	mini    *miniredis.Miniredis
	mu      sync.Mutex
	stopped chan struct{} // nil: miniredis is not stopped
}

// Available reports whether Start runs redis-server.
func Available() bool {
	_, err := findServer()
	return err == nil
}

func findServer() (program string, err error) {
	if !canSuspend {
		return "", errors.ErrUnsupported
	}
	return exec.LookPath("redis-server")
}

// Start starts a server with its data in dir, which has to be empty. Further arguments are passed to redis-server only.
func Start(dir string, args ...string) (*Server, error) {
	s := &Server{}
	program, err := findServer()
	if err != nil {
		s.mini = miniredis.NewMiniRedis()
		s.mini.ClockTTL(true)
		if err := s.mini.Start(); err != nil {
			return nil, err
		}
		s.Addr = s.mini.Addr()
		s.mini.Server().SetPreHook(s.wait)
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

// Start starts a killed server again, with the data of its last snapshot if there is one; miniredis starts without data.
func (s *Server) Start() error {
	if s.mini != nil {
		s.mini.FlushAll()
		if err := s.mini.Restart(); err != nil {
			return err
		}
		s.mini.Server().SetPreHook(s.wait)
		return nil
	}
	s.process = exec.Command(s.program, s.args...) //nolint:noctx // Close ends it
	if err := s.process.Start(); err != nil {
		return err
	}
	for range 200 {
		if s.responds() {
			return nil
		}
		<-time.After(25 * time.Millisecond)
	}
	return errors.Join(errors.New("redis-server does not respond on "+s.Addr), s.Kill())
}

// responds reports whether the server replies to a PING.
func (s *Server) responds() bool {
	var d net.Dialer
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	conn, err := d.DialContext(ctx, "tcp", s.Addr)
	if err != nil {
		return false
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(time.Second))
	reply := make([]byte, 5)
	_, _ = io.WriteString(conn, "PING\r\n")
	_, err = io.ReadFull(conn, reply)
	return err == nil && strings.HasPrefix(string(reply), "+PONG")
}

// Kill ends the server without giving it a chance to save its data.
func (s *Server) Kill() error {
	if s.mini != nil {
		_ = s.Continue()
		s.mini.Close()
		return nil
	}
	if err := s.process.Process.Kill(); err != nil {
		return err
	}
	_ = s.process.Wait() // returns an error because the process was killed
	return nil
}

// Stop makes the server hang: it accepts connections and sends no replies.
func (s *Server) Stop() error {
	if s.mini == nil {
		return suspend(s.process.Process)
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
	if s.mini == nil {
		return resume(s.process.Process)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped != nil {
		close(s.stopped)
		s.stopped = nil
	}
	return nil
}

// wait delays the commands of miniredis while the server is stopped.
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
