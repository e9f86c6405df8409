// Package pgserver runs a private PostgreSQL for tests, with its data in a temporary folder.
package pgserver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// Password is that of the user postgres of a server.
const Password = "hush-hush"

// startTimeout is how long a server may take to start, also after a crash.
const startTimeout = 2 * time.Minute

// Server is a PostgreSQL server on a port of the loopback interface.
type Server struct {
	programs string // the folder of the programs
	dir      string
	port     int
	settings []string
	process  *exec.Cmd
	ended    chan struct{} // closed when the process has ended
	answered bool          // so that the port is in use by clients
}

// ErrMissing is returned where PostgreSQL is not installed.
var ErrMissing = errors.New("PostgreSQL is not installed: there is no initdb in the PATH and in /usr/lib/postgresql/*/bin")

func findPrograms() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		path, err = filepath.EvalSymlinks(path)
		return filepath.Dir(path), err
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", ErrMissing
	}
	newest := slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) })
	return filepath.Dir(newest), nil
}

// version is the major version in a path such as /usr/lib/postgresql/17/bin/initdb.
func version(path string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path)))) // 0 for others
	return n
}

// Start creates a cluster and starts its server with settings such as "fsync=off". Close deletes it.
func Start(ctx context.Context, settings ...string) (*Server, error) {
	programs, err := findPrograms()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "dingtalkpg")
	if err != nil {
		return nil, err
	}
	s := &Server{programs: programs, dir: dir, settings: settings}
	if err := s.create(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if err := s.Restart(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// create runs initdb.
func (s *Server) create(ctx context.Context) error {
	passwordFile := filepath.Join(s.dir, "password")
	if err := os.WriteFile(passwordFile, []byte(Password), 0o600); err != nil {
		return err
	}
	if err := giveToOwner(s.dir, passwordFile); err != nil {
		return err
	}
	cmd := s.command(ctx, "initdb", "--pgdata="+s.data(), "--username=postgres", "--pwfile="+passwordFile,
		"--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	return nil
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

// command returns a command that runs as the owner of the data: PostgreSQL refuses to run as root.
func (s *Server) command(ctx context.Context, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, filepath.Join(s.programs, program), args...)
	cmd.Dir = s.dir
	cmd.Env = []string{"LC_ALL=C", "PATH=" + s.programs}
	runAsOwner(cmd)
	return cmd
}

// Restart starts the server after Signal, on its former port.
func (s *Server) Restart(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for {
		err := s.start(ctx)
		if err == nil || ctx.Err() != nil {
			return err
		}
		<-time.After(50 * time.Millisecond) // the port is taken, or processes of the former server still end
	}
}

func (s *Server) start(ctx context.Context) error {
	if s.port == 0 {
		port, err := freePort()
		if err != nil {
			return err
		}
		s.port = port
	}
	args := []string{
		"-D", s.data(), "-p", strconv.Itoa(s.port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
		"-c", "max_connections=100", "-c", "shared_buffers=16MB",
	}
	for _, setting := range s.settings {
		args = append(args, "-c", setting)
	}
	log, err := os.OpenFile(filepath.Join(s.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	s.process = s.command(context.WithoutCancel(ctx), "postgres", args...)
	s.process.Stdout, s.process.Stderr = log, log
	if err := s.process.Start(); err != nil {
		return err
	}
	process, ended := s.process, make(chan struct{})
	s.ended = ended
	go func() {
		_ = process.Wait() // its log has the cause
		close(ended)
	}()
	for !s.answers(ctx) {
		select {
		case <-ended:
			if !s.answered {
				s.port = 0 // another may be free
			}
			return fmt.Errorf("the server ended: %s", s.logEnd())
		case <-ctx.Done():
			return errors.Join(ctx.Err(), s.Signal(os.Kill))
		case <-time.After(20 * time.Millisecond):
		}
	}
	s.answered = true
	return nil
}

// Signal sends a signal to the server and waits for its end: SIGINT disconnects the clients and writes everything, SIGQUIT
// ends at once, as a crash does, and so does SIGKILL, whose other processes end a little later.
func (s *Server) Signal(sig os.Signal) error {
	if err := s.process.Process.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	<-s.ended
	return nil
}

// Close stops the server and deletes its data.
func (s *Server) Close() error {
	var err error
	if s.ended != nil {
		err = s.Signal(syscall.SIGINT)
	}
	return errors.Join(err, os.RemoveAll(s.dir))
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}

func (s *Server) answers(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.URL())
	if err != nil {
		return false
	}
	return conn.Close(ctx) == nil
}

// logEnd returns the last lines of the server's log.
func (s *Server) logEnd() string {
	log, _ := os.ReadFile(filepath.Join(s.dir, "log")) // for the text of an error
	return string(log[max(0, len(log)-1000):])
}

// URL returns the connection string of the user postgres.
func (s *Server) URL() string {
	return fmt.Sprintf("postgres://postgres:%s@127.0.0.1:%d/postgres?sslmode=disable&connect_timeout=5", Password, s.port)
}
