package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalkredis"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

// settings of a worker. It reads them from its input, where no list of processes shows the secret.
type settings struct {
	Worker int    `json:"worker"` // from 0
	Of     int    `json:"of"`
	Redis  string `json:"redis"` // address
	URL    string `json:"url"`
	ID     string `json:"id"`
	Secret string `json:"secret"`
	List   string `json:"list"`   // file; empty: invented people
	People int    `json:"people"` // who are invented
	Dir    string `json:"dir"`    // of its plan and journal
	Apply  bool   `json:"apply"`
}

// event is a line that a worker writes.
type event struct {
	Step  provision.Step `json:"step"`
	Done  int            `json:"done"`
	Total int            `json:"total"`
	End   *end           `json:"end,omitempty"` // of the last one
}

// end is what became of a worker's share.
type end struct {
	Results  map[provision.Result]int `json:"results"`
	Problems []string                 `json:"problems"`
	Failure  string                   `json:"failure"` // why it ended before all was done
}

// work is one of the processes. It ends well if it could say how it went.
func work(in io.Reader, out, errOut io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var s settings
	if err := json.NewDecoder(in).Decode(&s); err != nil {
		return complain(errOut, 2, "a worker is started by fleet alone: %v", err)
	}
	go func() { // the input ends with the process at its other side: nobody would hear any more
		_, _ = io.Copy(io.Discard, in)
		cancel()
	}()
	// Ctrl-C at a terminal ends a redis-server that fleet started as well, of which there is nothing to say then.
	level := new(slog.LevelVar)
	context.AfterFunc(ctx, func() { level.Set(slog.LevelError) })
	log := slog.New(slog.NewTextHandler(errOut, &slog.HandlerOptions{Level: level}))
	lines := json.NewEncoder(out)
	tell := func(p provision.Progress) {
		if err := lines.Encode(event{Step: p.Step, Done: p.Done, Total: p.Total}); err != nil {
			cancel() // nobody hears it
		}
	}
	report, err := s.bring(ctx, tell, log)
	if err := lines.Encode(event{End: ended(report, err)}); err != nil {
		return complain(errOut, 1, "%v", err)
	}
	return 0
}

// bring brings the share about.
func (s settings) bring(ctx context.Context, tell func(provision.Progress), log *slog.Logger) (*provision.Report, error) {
	rdb := redis.NewClient(&redis.Options{Addr: s.Redis})
	defer func() { _ = rdb.Close() }()
	client, limiter, err := s.connect(rdb, log)
	if err != nil {
		return nil, err
	}
	defer func() { // what this process does not use any more, the others can use at once
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = limiter.Flush(ctx)
	}()
	client = client.Bulk() // whoever else uses the app, be it a person, goes first
	plan, err := s.plan(ctx, client, tell)
	if err != nil {
		return nil, err
	}
	return plan.Apply(ctx, client, provision.ApplyOptions{
		Journal: filepath.Join(s.Dir, "journal"), DryRun: !s.Apply, Progress: tell,
	})
}

// connect makes a client that has the token and the limit in common with all others.
func (s settings) connect(rdb *redis.Client, log *slog.Logger) (*dingtalk.Client, *dingtalkredis.Limiter, error) {
	limiter := dingtalkredis.NewLimiter(rdb, dingtalkredis.WithApp(s.ID), dingtalkredis.WithPerSecond(limit),
		dingtalkredis.WithFleetSize(s.Of), dingtalkredis.WithLogger(log))
	client, err := dingtalk.New(s.ID, s.Secret, dingtalk.WithBaseURL(s.URL), dingtalk.WithLogger(log),
		dingtalk.WithTokenStore(dingtalkredis.NewTokenStore(rdb)), dingtalk.WithLimiter(limiter))
	return client, limiter, err
}

// plan takes up the plan of the process before this one, if that was killed, or makes one.
func (s settings) plan(ctx context.Context, client *dingtalk.Client, tell func(provision.Progress)) (*provision.Plan, error) {
	name := filepath.Join(s.Dir, "plan")
	text, err := os.ReadFile(name) //nolint:gosec // of a folder of our own
	if err == nil {
		plan := &provision.Plan{}
		return plan, json.Unmarshal(text, plan)
	}
	if !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	list, done, err := listed(s.List, s.People)
	if err != nil {
		return nil, err
	}
	defer done()
	plan, err := provision.Make(ctx, client, share(list, s.Worker, s.Of), provision.Options{Progress: tell})
	if err != nil {
		return nil, err
	}
	if text, err = json.Marshal(plan); err != nil {
		return nil, err
	}
	if err := os.WriteFile(name+".new", text, 0o600); err != nil {
		return nil, err
	}
	return plan, os.Rename(name+".new", name) // as a whole, or not at all
}

func ended(report *provision.Report, err error) *end {
	e := &end{Results: map[provision.Result]int{}}
	if err != nil {
		e.Failure = err.Error()
	}
	if report == nil {
		return e
	}
	for _, o := range report.Outcomes {
		e.Results[o.Result]++
		switch o.Result {
		case provision.Conflicted, provision.Failed, provision.Unknown:
			e.Problems = append(e.Problems, fmt.Sprintf("%s (line %d): %s: %s", o.Item.UserID, o.Item.Line, o.Result, o.Reason))
		default:
		}
	}
	return e
}

// rowOf says of whom a row speaks that cannot be used.
func rowOf(err error) (userID string, bad bool) {
	row, bad := errors.AsType[*provision.RowError](err)
	if !bad {
		return "", false
	}
	return row.UserID, true
}
