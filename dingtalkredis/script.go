package dingtalkredis

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

// scriptRunner runs the limiter's Lua script with a timeout.
type scriptRunner struct {
	client  redis.Scripter
	script  *redis.Script
	timeout time.Duration
	pending atomic.Int32
}

// maxPending bounds the runs that the client continues after they timed out.
const maxPending = 300

// run runs the script once. If Redis replies after the timeout, run calls onLate.
func (s *scriptRunner) run(keys []string, args []any, onLate func()) (reply, error) {
	if s.pending.Add(1) > maxPending {
		s.pending.Add(-1)
		return reply{}, errors.New("too many attempts hang")
	}
	ctx, cancel := context.WithTimeout(context.Background(), s.timeout) // not a caller's: the reply is for all of them
	type result struct {
		numbers []int64
		err     error
	}
	done := make(chan result, 1)
	var decided atomic.Bool // whether the reply came in time
	go func() {
		defer s.pending.Add(-1)
		defer cancel()
		numbers, err := s.script.Run(ctx, s.client, keys, args...).Int64Slice()
		switch {
		case decided.CompareAndSwap(false, true):
			done <- result{numbers, err}
		case err == nil:
			onLate()
		}
	}()
	select {
	case r := <-done:
		return parseReply(r.numbers, r.err)
	case <-ctx.Done():
		// By default go-redis obeys only its own timeouts, not the context.
		if decided.CompareAndSwap(false, true) {
			return reply{}, fmt.Errorf("no reply within %v", s.timeout)
		}
		r := <-done
		return parseReply(r.numbers, r.err)
	}
}

// reply holds what the script returns.
type reply struct {
	granted       bool
	wait, minWait time.Duration
	epoch, given  int64
	blocked       time.Duration
	pause         time.Duration
	fleet         int
}

func parseReply(numbers []int64, err error) (reply, error) {
	if err != nil {
		return reply{}, err
	}
	if len(numbers) != 8 {
		return reply{}, fmt.Errorf("the script returned %d numbers instead of 8", len(numbers))
	}
	duration := func(i int) time.Duration { return time.Duration(numbers[i]) * time.Microsecond }
	return reply{
		granted: numbers[0] == 1, wait: duration(1), minWait: duration(2), epoch: numbers[3], given: numbers[4],
		blocked: duration(5), pause: duration(6), fleet: int(numbers[7]),
	}, nil
}
