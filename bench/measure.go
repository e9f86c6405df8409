package main

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// cost is what the calls of a block took, each of them, of the process that made them.
type cost struct {
	time   float64 // nanoseconds that passed
	cpu    float64 // nanoseconds of all cores, by the system's account
	allocs float64
	bytes  float64
	conns  float64 // connections opened
}

// block is a number of calls by some goroutines.
type block struct {
	call       call
	goroutines int
	calls      int
}

// measure makes the calls, after as many as it takes to have all connections open that can be kept.
func (b block) measure(ctx context.Context, s *server) (cost, error) {
	runtime.GC()
	warm := block{b.call, b.goroutines, b.goroutines}
	if _, err := warm.run(ctx); err != nil {
		return cost{}, err
	}
	opened, err := s.connections()
	if err != nil {
		return cost{}, err
	}
	c, err := b.run(ctx)
	if err != nil {
		return cost{}, err
	}
	now, err := s.connections()
	c.conns = float64(now-opened) / float64(b.calls)
	return c, err
}

// run makes the calls. Its error is that of the first one that failed, with which it ends.
func (b block) run(ctx context.Context) (cost, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var (
		begin = make(chan struct{})
		wg    sync.WaitGroup
		made  atomic.Int64
	)
	for range b.goroutines {
		wg.Go(func() {
			<-begin
			for ctx.Err() == nil && made.Add(1) <= int64(b.calls) {
				if _, err := b.call(ctx); err != nil {
					cancel(err)
				}
			}
		})
	}
	before := read()
	close(begin)
	wg.Wait()
	spent := read().since(before)
	return spent.per(b.calls), context.Cause(ctx)
}

// reading is the state of the process's accounts.
type reading struct {
	at     time.Time
	cpu    time.Duration
	allocs uint64
	bytes  uint64
}

func read() reading {
	var usage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage) // of oneself it cannot fail
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	return reading{
		at:     time.Now(),
		cpu:    time.Duration(usage.Utime.Nano() + usage.Stime.Nano()),
		allocs: mem.Mallocs,
		bytes:  mem.TotalAlloc,
	}
}

func (r reading) since(before reading) cost {
	return cost{
		time:   float64(r.at.Sub(before.at)),
		cpu:    float64(r.cpu - before.cpu),
		allocs: float64(r.allocs - before.allocs),
		bytes:  float64(r.bytes - before.bytes),
	}
}

func (c cost) per(calls int) cost {
	n := float64(calls)
	return cost{time: c.time / n, cpu: c.cpu / n, allocs: c.allocs / n, bytes: c.bytes / n}
}
