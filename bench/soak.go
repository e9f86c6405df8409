package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// load is a large number of calls over one network.
type load struct {
	network network
	step    int // calls per round and number of goroutines
	calls   int // total, while growth is measured
}

var loads = []load{{inMemory, 4000, 1_000_000}, {plain, 4000, 200_000}}

const (
	samples        = 10 // of the growth
	soakGoroutines = 64 // goroutines while growth is measured
)

// soakLimit has no limit per 20 seconds, for which the client would remember a growing number of calls.
var soakLimit = dingtalk.RateLimit{PerSecond: 1_000_000, PerAddress: -1}

var goroutineCounts = []int{1, 4, 16, 64, 256}

// soak prints how the cost of a call changes with the number of goroutines, and with the number of calls made.
func soak(ctx context.Context, out io.Writer, rounds int) error {
	_, err := fmt.Fprintf(out, "%s. `%s` of this module's client.\n", machine(), getUser)
	for _, l := range loads {
		if err != nil {
			return err
		}
		tables, failure := l.soak(ctx, rounds)
		if failure != nil {
			return fmt.Errorf("%s: %w", l.network.title, failure)
		}
		_, err = io.WriteString(out, tables)
	}
	return err
}

func (l load) soak(ctx context.Context, rounds int) (tables string, err error) {
	target, server, err := l.network.open(ctx)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, server.close()) }()
	calls, err := openSDK(soakLimit)(target)
	if err != nil {
		return "", err
	}
	byGoroutines, err := l.byGoroutines(ctx, calls[getUser], server, rounds)
	if err != nil {
		return "", err
	}
	byCalls, err := l.byCalls(ctx, calls[getUser])
	return byGoroutines + byCalls, err
}

// byGoroutines compares numbers of goroutines side by side, as compare does with clients.
func (l load) byGoroutines(ctx context.Context, call call, server *server, rounds int) (table string, err error) {
	c := blockSet{server: server}
	for _, g := range goroutineCounts {
		c.names, c.blocks = append(c.names, strconv.Itoa(g)), append(c.blocks, block{call, g, l.step})
	}
	costs, err := c.measureRounds(ctx, rounds)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n### By goroutines, %s: ratios to one goroutine, medians of %d rounds\n\n", l.network.title, rounds)
	b.WriteString("| goroutines | time | CPU | allocations | bytes | connections per call | µs per call |\n")
	b.WriteString("| --- | --- | --- | --- | --- | --- | --- |\n")
	for i, name := range c.names {
		fmt.Fprintf(&b, "| %s %s\n", name, row(costs[i], costs[0]))
	}
	return b.String(), nil
}

// byCalls samples the process ten times.
func (l load) byCalls(ctx context.Context, call call) (table string, err error) {
	var b strings.Builder
	fmt.Fprintf(&b, "\n### By calls, %s, %d goroutines\n\n", l.network.title, soakGoroutines)
	b.WriteString("| calls | µs per call | µs CPU | allocations | bytes | live heap, KiB | goroutines |\n")
	b.WriteString("| --- | --- | --- | --- | --- | --- | --- |\n")
	for i := range samples {
		spent, err := block{call, soakGoroutines, l.calls / samples}.run(ctx)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "| %d | %.1f | %.1f | %.1f | %.0f | %d | %d |\n", (i+1)*l.calls/samples,
			spent.time/1e3, spent.cpu/1e3, spent.allocs, spent.bytes, liveHeap()>>10, runtime.NumGoroutine())
	}
	return b.String(), nil
}

// liveHeap returns the size of the live heap. It collects twice, because the contents of a sync.Pool survive one
// collection.
func liveHeap() uint64 {
	runtime.GC()
	runtime.GC()
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	return mem.HeapAlloc
}
