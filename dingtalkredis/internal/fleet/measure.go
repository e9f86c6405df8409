package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalkredis/internal/redisserver"
)

// result is the result of one run.
type result struct {
	settings
	memberResult
	serviceResult
}

func (r result) row() string {
	permitted := float64(r.Limit) * r.Time.Seconds()
	return fmt.Sprintf("| %d | %d | %.1f %% | %d | %d | %d | %.2f |", r.Size, r.Measured, 100*float64(r.Measured)/permitted,
		r.Throttled, r.MostSliding, r.MostAligned, float64(r.Syncs)/float64(max(1, r.Calls)))
}

func measure(s settings) (r result, err error) {
	dir, err := os.MkdirTemp("", "fleet")
	if err != nil {
		return r, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	redis, err := redisserver.Start(dir)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, redis.Close()) }()
	s.Redis = redis.Addr

	service, err := start("service", s)
	if err != nil {
		return r, err
	}
	defer service.end()
	if err := service.read(&s); err != nil {
		return r, err
	}
	members := make([]*child, 0, s.Size)
	defer func() {
		for _, m := range members {
			m.end()
		}
	}()
	for range s.Size {
		m, err := start("member", s)
		if err != nil {
			return r, err
		}
		members = append(members, m)
	}
	r.settings = s
	for _, m := range members {
		var part memberResult
		if err := m.read(&part); err != nil {
			return r, err
		}
		r.Calls += part.Calls
		r.Throttled += part.Throttled
		r.Syncs += part.Syncs
		if part.Failure != "" {
			return r, errors.New(part.Failure)
		}
	}
	_ = service.in.Close()
	return r, service.read(&r.serviceResult)
}

// total returns how long the members make calls.
func (s settings) total() time.Duration { return warmUp + s.Time }
