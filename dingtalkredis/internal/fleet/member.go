package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"

	"github.com/redis/go-redis/v9"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalkredis"
)

const path = "/topapi/v2/department/listsubid"

// memberResult holds what a process of the fleet measured.
type memberResult struct {
	Calls     int64  `json:"calls"`
	Throttled int64  `json:"throttled"`
	Syncs     int64  `json:"syncs"` // of the limiter with Redis
	Failure   string `json:"failure"`
}

// member makes calls as fast as the limiter lets it.
func member(s settings, _ *bufio.Reader, out io.Writer) error {
	ctx, cancel := context.WithTimeout(context.Background(), s.total())
	defer cancel()
	rdb := redis.NewClient(&redis.Options{Addr: s.Redis})
	defer func() { _ = rdb.Close() }()
	counted := &counter{Scripter: rdb}
	limiter, err := dingtalkredis.NewLimiter(counted, s.ID, dingtalkredis.WithRateLimit(dingtalk.RateLimit{PerSecond: s.Limit}),
		dingtalkredis.WithFleetSize(s.Size), dingtalkredis.WithLogger(slog.New(slog.NewTextHandler(os.Stderr, nil))))
	if err != nil {
		return err
	}
	client, err := dingtalk.New(s.ID, s.Secret, dingtalk.WithBaseURL(s.Service),
		dingtalk.WithTokenStore(dingtalkredis.NewTokenStore(rdb)), dingtalk.WithLimiter(limiter),
		dingtalk.WithRetry(dingtalk.RetryPolicy{MaxAttempts: 1}))
	if err != nil {
		return err
	}
	var r memberResult
	var all sync.WaitGroup
	var failure atomic.Value
	for range s.Callers {
		all.Go(func() {
			for ctx.Err() == nil {
				_, err := client.ListSubDepartmentIDs(ctx, dingtalk.ListSubDepartmentIDsRequest{DeptID: dingtalk.RootDepartmentID})
				switch {
				case err == nil:
					atomic.AddInt64(&r.Calls, 1)
				case ctx.Err() != nil:
					return
				case limited(err): // by the limiter, because the deadline is near
					<-ctx.Done()
				case errors.Is(err, dingtalk.ErrRateLimited):
					atomic.AddInt64(&r.Throttled, 1)
				default:
					failure.Store(err.Error())
					return
				}
			}
		})
	}
	all.Wait()
	_ = limiter.Flush(context.Background()) // which may time out on a busy machine
	r.Failure, _ = failure.Load().(string)
	r.Syncs = counted.n.Load()
	return json.NewEncoder(out).Encode(r)
}

func limited(err error) bool {
	_, ok := errors.AsType[*dingtalk.LimitError](err)
	return ok
}

// counter counts the limiter's syncs with Redis.
type counter struct {
	redis.Scripter
	n atomic.Int64
}

func (c *counter) EvalSha(ctx context.Context, sha string, keys []string, args ...any) *redis.Cmd {
	c.n.Add(1)
	return c.Scripter.EvalSha(ctx, sha, keys, args...)
}
