package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalkredis"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/advice"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

// settings holds the task of a worker. It comes by standard input, because a command line would show the secret in
// lists of processes.
type settings struct {
	Worker int    `json:"worker"` // from 0
	Of     int    `json:"of"`
	Redis  string `json:"redis"` // address
	URL    string `json:"url"`
	ID     string `json:"id"`
	Secret string `json:"secret"`
	List   string `json:"list"`   // file; empty for invented people
	People int    `json:"people"` // number of invented people
	Dir    string `json:"dir"`    // for its plan and journal
	Apply  bool   `json:"apply"`
}

// waiting is the step before the first response.
const waiting provision.Step = "waiting for the rate limit"

// event is a line of a worker's output.
type event struct {
	Step    provision.Step `json:"step"`
	Done    int            `json:"done"`
	Total   int            `json:"total"`
	Outcome *outcome       `json:"outcome,omitempty"` // of the last event
}

// outcome is the result of a worker's share.
type outcome struct {
	Results  map[provision.Result]int `json:"results"`
	Problems []string                 `json:"problems"`
	Failure  string                   `json:"failure"` // why it did not complete
	Advice   string                   `json:"advice"`  // what to do about that
}

// work runs a worker process and returns its exit code: success if the worker could report its outcome.
func work(ctx context.Context, p cli.Process) int {
	logging.Disable() // go-redis logs each failed dial; the limiter reports an outage once
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var s settings
	if err := json.NewDecoder(p.Stdin).Decode(&s); err != nil {
		return p.Fail(cli.Usage, "only fleet starts a worker: %v", err)
	}
	go func() { // the input ends with the parent process, after which the output has no reader
		_, _ = io.Copy(io.Discard, p.Stdin)
		cancel()
	}()
	// Ctrl-C at a terminal also ends a redis-server that fleet started, so warnings about Redis mean nothing after it.
	level := new(slog.LevelVar)
	context.AfterFunc(ctx, func() { level.Set(slog.LevelError) })
	log := slog.New(slog.NewTextHandler(p.Stderr, &slog.HandlerOptions{Level: level}))
	events := json.NewEncoder(p.Stdout)
	report := func(s provision.Progress) {
		if err := events.Encode(event{Step: s.Step, Done: s.Done, Total: s.Total}); err != nil {
			cancel() // the output has no reader
		}
	}
	applied, err := s.importShare(ctx, report, log)
	if err := events.Encode(event{Outcome: newOutcome(applied, err)}); err != nil {
		return p.Fail(cli.Failed, "%v", err)
	}
	return cli.OK
}

// importShare plans and applies the share of the worker.
func (s settings) importShare(ctx context.Context, progress func(provision.Progress), log *slog.Logger) (*provision.Report, error) {
	rdb := redis.NewClient(&redis.Options{Addr: s.Redis})
	defer func() { _ = rdb.Close() }()
	client, limiter, err := s.connect(rdb, log)
	if err != nil {
		return nil, err
	}
	defer func() { // returns unused permits to the other processes at once
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = limiter.Flush(ctx)
	}()
	client = client.Bulk() // interactive calls of the app go first
	progress(provision.Progress{Step: waiting})
	plan, err := s.plan(ctx, client, progress)
	if err != nil {
		return nil, err
	}
	return plan.Apply(ctx, client, provision.ApplyOptions{
		Journal: filepath.Join(s.Dir, "journal"), DryRun: !s.Apply, Progress: progress,
	})
}

// connect returns a client that shares its token and limit with the other processes.
func (s settings) connect(rdb *redis.Client, log *slog.Logger) (*dingtalk.Client, *dingtalkredis.Limiter, error) {
	limiter, err := dingtalkredis.NewLimiter(rdb, s.ID, dingtalkredis.WithRateLimit(dingtalk.RateLimit{PerSecond: limit}),
		dingtalkredis.WithFleetSize(s.Of), dingtalkredis.WithLogger(log),
		dingtalkredis.WithTimeout(time.Second)) // an import can wait for a busy Redis
	if err != nil {
		return nil, nil, err
	}
	client, err := dingtalk.New(s.ID, s.Secret, dingtalk.WithBaseURL(s.URL), dingtalk.WithLogger(log),
		dingtalk.WithTokenStore(dingtalkredis.NewTokenStore(rdb)), dingtalk.WithLimiter(limiter),
		dingtalk.WithMaxWait(time.Minute)) // a worker does not wait for the end of a ban
	return client, limiter, err
}

// plan loads the plan of a killed predecessor, or makes one and stores it.
func (s settings) plan(ctx context.Context, client *dingtalk.Client, progress func(provision.Progress)) (*provision.Plan, error) {
	name := filepath.Join(s.Dir, "plan")
	text, err := os.ReadFile(name) //nolint:gosec // a file in a directory of this program
	if err == nil {
		plan := &provision.Plan{}
		return plan, json.Unmarshal(text, plan)
	}
	if !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	list, closeList, err := openList(s.List, s.People)
	if err != nil {
		return nil, err
	}
	defer closeList()
	plan, err := provision.NewPlan(ctx, client, shareOf(list, s.Worker, s.Of), provision.Options{Progress: progress})
	if err != nil {
		return nil, err
	}
	if text, err = json.Marshal(plan); err != nil {
		return nil, err
	}
	if err := os.WriteFile(name+".new", text, 0o600); err != nil {
		return nil, err
	}
	return plan, os.Rename(name+".new", name) // atomic, so that no kill leaves half a plan
}

// newOutcome summarizes a report and an error.
func newOutcome(report *provision.Report, err error) *outcome {
	o := &outcome{Results: map[provision.Result]int{}}
	if err != nil {
		o.Failure, o.Advice = err.Error(), advice.For(err)
	}
	if report == nil {
		return o
	}
	for _, r := range report.Outcomes {
		o.Results[r.Result]++
		switch r.Result {
		case provision.ResultConflict, provision.ResultFailed, provision.ResultUnknown:
			o.Problems = append(o.Problems, fmt.Sprintf("%s (line %d): %s: %s", r.Item.UserID, r.Item.Line, r.Result, r.Reason))
		default:
		}
	}
	return o
}

// rowErrorUserID returns the userid of a row that cannot be used, and reports whether err is about a row.
func rowErrorUserID(err error) (userID string, ok bool) {
	row, ok := errors.AsType[*provision.RowError](err)
	if !ok {
		return "", false
	}
	return row.UserID, true
}
