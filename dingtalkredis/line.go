package dingtalkredis

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

// line is the way to Redis.
type line struct {
	client  redis.Scripter
	script  *redis.Script
	timeout time.Duration
	pending atomic.Int32
}

// maxPending bounds the attempts that a client goes on with after they were given up.
const maxPending = 300

// run makes one attempt. If Redis answers after it was given up, late is called.
func (n *line) run(keys []string, args []any, late func()) (reply, error) {
	if n.pending.Add(1) > maxPending {
		n.pending.Add(-1)
		return reply{}, errors.New("too many attempts hang")
	}
	ctx, cancel := context.WithTimeout(context.Background(), n.timeout) // whoever waits, the answer is for all
	type result struct {
		numbers []int64
		err     error
	}
	done := make(chan result, 1)
	var decided atomic.Bool // that the answer came in time, or did not
	go func() {
		defer n.pending.Add(-1)
		defer cancel()
		numbers, err := n.script.Run(ctx, n.client, keys, args...).Int64Slice()
		switch {
		case decided.CompareAndSwap(false, true):
			done <- result{numbers, err}
		case err == nil:
			late()
		}
	}()
	select {
	case r := <-done:
		return parse(r.numbers, r.err)
	case <-ctx.Done():
		// By default the client obeys timeouts of its own only.
		if decided.CompareAndSwap(false, true) {
			return reply{}, fmt.Errorf("no answer within %v", n.timeout)
		}
		r := <-done
		return parse(r.numbers, r.err)
	}
}

// reply is what the script returns.
type reply struct {
	granted      bool
	wait, least  time.Duration
	epoch, given int64
	freeze       time.Duration
	pause        time.Duration
	fleet        int
}

func parse(numbers []int64, err error) (reply, error) {
	if err != nil {
		return reply{}, err
	}
	if len(numbers) != 8 {
		return reply{}, errors.New("the script returned something else")
	}
	span := func(i int) time.Duration { return time.Duration(numbers[i]) * time.Microsecond }
	return reply{
		granted: numbers[0] == 1, wait: span(1), least: span(2), epoch: numbers[3], given: numbers[4],
		freeze: span(5), pause: span(6), fleet: int(numbers[7]),
	}, nil
}
