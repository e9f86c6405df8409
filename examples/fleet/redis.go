package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"strconv"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
)

// redisServer is the Redis server that the processes share.
type redisServer struct {
	addr, name string
	isNew      bool // it has no memory of earlier calls
	close      func()
}

// openRedis connects to the server of the options, starts one with its data in dir, or starts an imitation in this
// process.
func openRedis(ctx context.Context, o options, dir string) (*redisServer, error) {
	logging.Disable() // go-redis logs each failed dial, also to a server that is still starting
	if o.redis != "" {
		if err := waitForRedis(ctx, o.redis, nil); err != nil {
			return nil, fmt.Errorf("no Redis responds on %s (%w): start one there, or omit -redis", o.redis, err)
		}
		return &redisServer{addr: o.redis, name: "Redis on " + o.redis, close: func() {}}, nil
	}
	program, err := exec.LookPath(o.program)
	if err != nil {
		m := miniredis.NewMiniRedis()
		m.ClockTTL(true)
		if err := m.Start(); err != nil {
			return nil, err
		}
		return &redisServer{m.Addr(), "miniredis in this process, because " + o.program + " was not found", true, m.Close}, nil
	}
	for try := 1; ; try++ { // another process may take the port first
		s, err := startRedis(ctx, program, dir)
		if err == nil || try == 3 || ctx.Err() != nil {
			return s, err
		}
	}
}

func startRedis(ctx context.Context, program, dir string) (*redisServer, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	port := strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
	if err := l.Close(); err != nil {
		return nil, err
	}
	cmd := exec.Command(program, "--bind", "127.0.0.1", "--port", port, "--dir", dir, //nolint:gosec,noctx // the program that the user names; it outlives ctx
		"--save", "", "--appendonly", "no", "--daemonize", "no")
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(ended)
	}()
	s := &redisServer{addr: net.JoinHostPort("127.0.0.1", port), isNew: true}
	s.name = fmt.Sprintf("%s on %s (pid %d)", program, s.addr, cmd.Process.Pid)
	s.close = func() {
		_ = cmd.Process.Kill() // it has nothing to save
		<-ended
	}
	if err := waitForRedis(ctx, s.addr, ended); err != nil {
		s.close()
		return nil, fmt.Errorf("%s does not respond: %w", program, err)
	}
	return s, nil
}

// waitForRedis waits until a server responds. It gives up when ended is closed, and tries only once if ended is nil.
func waitForRedis(ctx context.Context, addr string, ended <-chan struct{}) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	for {
		err := ping(ctx, addr)
		if err == nil || ended == nil {
			return err
		}
		select {
		case <-ended:
			return errors.New("it ended")
		case <-ctx.Done():
			return err
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// ping checks the port before it calls Redis, because go-redis logs each failed connection.
func ping(ctx context.Context, addr string) error {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	_ = conn.Close()
	rdb := redis.NewClient(&redis.Options{Addr: addr})
	defer func() { _ = rdb.Close() }()
	return rdb.Ping(ctx).Err()
}
