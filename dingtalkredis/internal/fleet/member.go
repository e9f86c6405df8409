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

// memberResult is what a process of the fleet saw.
type memberResult struct {
	Calls     int64  `json:"calls"`
	Throttled int64  `json:"throttled"`
	Contacts  int64  `json:"contacts"` // with Redis, by the limiter
	Failure   string `json:"failure"`
}

// member makes calls as fast as the limiter lets it.
func member(s settings, _ *bufio.Reader, out io.Writer) error {
	ctx, cancel := context.WithTimeout(context.Background(), s.total())
	defer cancel()
	rdb := redis.NewClient(&redis.Options{Addr: s.Redis})
	defer func() { _ = rdb.Close() }()
	counted := &counter{Scripter: rdb}
	limiter := dingtalkredis.NewLimiter(counted, dingtalkredis.WithApp(s.ID), dingtalkredis.WithPerSecond(s.Limit),
		dingtalkredis.WithFleetSize(s.Size), dingtalkredis.WithLogger(slog.New(slog.NewTextHandler(os.Stderr, nil))))
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
				case limited(err): // by the limiter, for the end is near
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
	_ = limiter.Flush(context.Background()) // which comes too late on a machine that is busy with much else
	r.Failure, _ = failure.Load().(string)
	r.Contacts = counted.n.Load()
	return json.NewEncoder(out).Encode(r)
}

func limited(err error) bool {
	_, ok := errors.AsType[*dingtalk.LimitError](err)
	return ok
}

// counter counts the limiter's contacts with Redis.
type counter struct {
	redis.Scripter
	n atomic.Int64
}

func (c *counter) EvalSha(ctx context.Context, sha string, keys []string, args ...any) *redis.Cmd {
	c.n.Add(1)
	return c.Scripter.EvalSha(ctx, sha, keys, args...)
}
