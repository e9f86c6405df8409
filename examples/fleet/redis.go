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
)

// redisServer is the Redis that the processes share.
type redisServer struct {
	addr, name string
	close      func()
}

// openRedis uses the one that is there, starts one with its data in dir, or stands in for it.
func openRedis(ctx context.Context, o options, dir string) (*redisServer, error) {
	if o.redis != "" {
		if err := answers(ctx, o.redis, nil); err != nil {
			return nil, fmt.Errorf("no Redis answers on %s (%w): start one there, or leave -redis away", o.redis, err)
		}
		return &redisServer{o.redis, "Redis on " + o.redis, func() {}}, nil
	}
	program, err := exec.LookPath(o.program)
	if err != nil {
		m := miniredis.NewMiniRedis()
		m.ClockTTL(true)
		if err := m.Start(); err != nil {
			return nil, err
		}
		return &redisServer{m.Addr(), "miniredis in this process, for there is no " + o.program, m.Close}, nil
	}
	for try := 1; ; try++ { // somebody else may take the port first
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
	cmd := exec.Command(program, "--bind", "127.0.0.1", "--port", port, "--dir", dir, //nolint:gosec,noctx // the caller's own; it outlives ctx
		"--save", "", "--appendonly", "no", "--daemonize", "no")
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(ended)
	}()
	s := &redisServer{addr: net.JoinHostPort("127.0.0.1", port)}
	s.name = fmt.Sprintf("%s on %s (pid %d)", program, s.addr, cmd.Process.Pid)
	s.close = func() {
		_ = cmd.Process.Kill() // there is nothing to save
		<-ended
	}
	if err := answers(ctx, s.addr, ended); err != nil {
		s.close()
		return nil, fmt.Errorf("%s does not answer: %w", program, err)
	}
	return s, nil
}

// answers waits until a server answers. One that ends while it is waited for will not.
func answers(ctx context.Context, addr string, ended <-chan struct{}) error {
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

// ping looks for a port before it looks for a Redis: go-redis would log each attempt.
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
