package e2e_test

import (
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// The table of docs/performance.md: a program creates users at a service with the standard edition's limits, in
// fake time.
var (
	paceTable  = flag.Bool("pace.table", false, "print the whole table, which takes minutes")
	pacePeople = flag.Int("pace.people", 10_000, "people to create for the table")
	paceCSV    = flag.String("pace.csv", "", "write the table, and the arrivals in each second of the first minute, to files in this `folder`")
)

// program holds the settings of a program that creates many users.
type program struct {
	name          string
	callers       int
	bulk          bool
	limiter       dingtalk.Limiter // nil: the client's own
	unlimited     bool
	retriesAtOnce bool          // repeats refused calls at once, without the client's retries
	pause         time.Duration // after each call
}

var programs = []func() program{
	func() program { return program{name: "this client, 256 callers", callers: 256} },
	func() program { return program{name: "the same, `Bulk`", callers: 256, bulk: true} },
	func() program {
		return program{name: "token bucket, 20 a second, burst 20", callers: 256, limiter: newTokens(20, 20)}
	},
	func() program {
		return program{name: "token bucket, 20 a second, burst 1", callers: 256, limiter: newTokens(20, 1)}
	},
	func() program {
		return program{name: "token bucket, 19 a second, burst 1", callers: 256, limiter: newTokens(19, 1)}
	},
	func() program {
		return program{name: "no limiter, one caller", callers: 1, unlimited: true}
	},
	func() program {
		return program{name: "no limiter, one caller that sleeps 50 ms after each call", callers: 1, unlimited: true, pause: 50 * time.Millisecond}
	},
	func() program {
		return program{name: "no limiter, 256 callers, retries as the service asks", callers: 256, unlimited: true}
	},
	func() program {
		return program{name: "no limiter, 256 callers, retries at once", callers: 256, unlimited: true, retriesAtOnce: true}
	},
}

var distances = []struct {
	name string
	opt  dingtalktest.Option
}{
	{"30 ms", dingtalktest.WithLatency(30 * time.Millisecond)},
	{"100 ms", dingtalktest.WithLatency(100 * time.Millisecond)},
	{"100 +- 90 ms", dingtalktest.WithJitter(10*time.Millisecond, 190*time.Millisecond, 1)},
}

// TestPace_Table prints the table. Without its flag it tests a small part of it.
func TestPace_Table(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped with -short: creates 1,200 users to print a table")
	}
	run, people := programs, *pacePeople
	if !*paceTable {
		run, people = programs[:2], 200
	}
	rows := [][]string{{"program", "round trip", "people", "time", "of the limit", "requests a person", "throttles", "refused by a block", "token fetches"}}
	arrivals := [][]string{{"program", "round trip", "second", "calls"}}
	for _, program := range run {
		for _, distance := range distances {
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				p := program()
				link, viaLink := newLink(srv, nil)
				end := p.create(t, srv, viaLink, people)
				created := len(srv.Users())
				rows = append(rows, []string{
					p.name, distance.name, fmt.Sprint(created), end.Round(time.Second).String(), fmt.Sprintf("%.1f %%", 5*float64(created)/end.Seconds()),
					fmt.Sprintf("%.2f", float64(len(link.sent))/float64(created)), fmt.Sprint(link.throttles), fmt.Sprint(link.blocks), fmt.Sprint(link.fetches),
				})
				for second, calls := range arrivalsPerSecond(srv) {
					arrivals = append(arrivals, []string{p.name, distance.name, fmt.Sprint(second), fmt.Sprint(calls)})
				}
				if p.limiter == nil && !p.unlimited {
					assert.Equal(t, people, created)
					assert.Zero(t, link.throttles+link.blocks)
					assert.Equal(t, 1, link.fetches)
				}
			}, distance.opt, dingtalktest.WithQPS(20), dingtalktest.WithSlidingWindow(), dingtalktest.WithAddressLimit(10_000))
		}
	}
	var table strings.Builder
	for i, row := range rows {
		fmt.Fprintf(&table, "| %s |\n", strings.Join(row, " | "))
		if i == 0 {
			table.WriteString(strings.Repeat("| --- ", len(row)) + "|\n")
		}
	}
	t.Log("\n" + table.String())
	if *paceCSV != "" {
		writeCSV(t, filepath.Join(*paceCSV, "pace.csv"), rows)
		writeCSV(t, filepath.Join(*paceCSV, "arrivals.csv"), arrivals)
	}
}

// arrivalsPerSecond returns how many calls to create users arrived at the service in each second of the first minute.
func arrivalsPerSecond(srv *dingtalktest.Server) (calls [60]int) {
	for _, call := range srv.Calls("CreateUser") {
		if second := int(call.Time.Sub(bubbleStart) / time.Second); second < len(calls) {
			calls[second]++
		}
	}
	return calls
}

func writeCSV(t *testing.T, path string, rows [][]string) {
	t.Helper()
	file, err := os.Create(path)
	require.NoError(t, err)
	require.NoError(t, csv.NewWriter(file).WriteAll(rows))
	require.NoError(t, file.Close())
}

// create runs the program, and returns the time of the last user created within an hour.
func (p program) create(t *testing.T, srv *dingtalktest.Server, opts dingtalk.Option, people int) time.Duration {
	t.Helper()
	limits := dingtalk.WithRateLimit(dingtalk.RateLimit{})
	switch {
	case p.unlimited:
		limits = dingtalk.WithRateLimit(dingtalk.NoRateLimit)
	case p.limiter != nil:
		limits = dingtalk.WithLimiter(p.limiter)
	}
	retries := dingtalk.RetryPolicy{}
	if p.retriesAtOnce {
		retries.MaxAttempts = 1
	}
	client := srv.Client(opts, limits, dingtalk.WithRetry(retries))
	if p.bulk {
		client = client.Bulk()
	}
	return createAll(p.callers, people, func(n int) error {
		for sinceStart() < time.Hour {
			_, err := client.CreateUser(t.Context(), newUser(n))
			if err == nil {
				break
			}
			e, _ := errors.AsType[*dingtalk.Error](err)
			if throttled := e.Code == 90018; !p.retriesAtOnce || !throttled { // during a block the client sends no call
				time.Sleep(e.RetryAfter)
			}
		}
		time.Sleep(p.pause)
		return nil
	})
}

// tokens is a token bucket like that of golang.org/x/time/rate.
type tokens struct {
	every time.Duration // the time in which one token accrues
	burst int

	mu   sync.Mutex
	next time.Time // the time of the next token, if the bucket held one only
}

func newTokens(rate float64, burst int) *tokens {
	return &tokens{every: time.Duration(float64(time.Second) / rate), burst: burst}
}

func (b *tokens) Acquire(_ context.Context, call dingtalk.LimitRequest) (dingtalk.LimitPermit, error) {
	if call.Path == "/gettoken" {
		return b, nil
	}
	b.mu.Lock()
	now := time.Now()
	if full := now.Add(-b.every * time.Duration(b.burst-1)); b.next.Before(full) {
		b.next = full
	}
	at := b.next
	b.next = at.Add(b.every)
	b.mu.Unlock()
	time.Sleep(at.Sub(now))
	return b, nil
}

func (*tokens) Release(dingtalk.LimitOutcome) {}
