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

// load is a great many calls over one network.
type load struct {
	network network
	step    int // calls of each number of goroutines, in each round
	calls   int // in all, while growth is looked for
}

var loads = []load{{inMemory, 4000, 1_000_000}, {plain, 4000, 200_000}}

const (
	samples = 10 // of the growth
	crowd   = 64 // goroutines meanwhile
)

// soakLimit counts by the second alone: what the client remembers of 20 seconds without a limit would grow all the while.
var soakLimit = dingtalk.RateLimit{PerSecond: 1_000_000, PerAddress: -1}

var steps = []int{1, 4, 16, 64, 256}

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
	site, server, err := l.network.open(ctx)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, server.close()) }()
	calls, err := openSDK(soakLimit)(site)
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

// byGoroutines compares the numbers of goroutines as clients are compared, side by side.
func (l load) byGoroutines(ctx context.Context, call call, server *server, rounds int) (table string, err error) {
	c := contest{server: server}
	for _, g := range steps {
		c.names, c.blocks = append(c.names, strconv.Itoa(g)), append(c.blocks, block{call, g, l.step})
	}
	costs, err := c.rounds(ctx, rounds)
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

// byCalls looks at the process ten times along the way.
func (l load) byCalls(ctx context.Context, call call) (table string, err error) {
	var b strings.Builder
	fmt.Fprintf(&b, "\n### By calls, %s, %d goroutines\n\n", l.network.title, crowd)
	b.WriteString("| calls | µs per call | µs CPU | allocations | bytes | live heap, KiB | goroutines |\n")
	b.WriteString("| --- | --- | --- | --- | --- | --- | --- |\n")
	for i := range samples {
		spent, err := block{call, crowd, l.calls / samples}.run(ctx)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "| %d | %.1f | %.1f | %.1f | %.0f | %d | %d |\n", (i+1)*l.calls/samples,
			spent.time/1e3, spent.cpu/1e3, spent.allocs, spent.bytes, liveHeap()>>10, runtime.NumGoroutine())
	}
	return b.String(), nil
}

// liveHeap collects twice, for what a sync.Pool holds outlives one collection.
func liveHeap() uint64 {
	runtime.GC()
	runtime.GC()
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	return mem.HeapAlloc
}
