package main

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// cost holds what a call cost the process that made it, on average over a block.
type cost struct {
	time   float64 // nanoseconds of wall time
	cpu    float64 // nanoseconds on all cores, as the system counts them
	allocs float64
	bytes  float64
	conns  float64 // connections opened
}

// block is a fixed number of calls by some goroutines.
type block struct {
	call       call
	goroutines int
	calls      int
}

// measure makes the calls, after a garbage collection and warm-up calls that open all connections that can be kept.
func (b block) measure(ctx context.Context, s *server) (cost, error) {
	runtime.GC()
	warm := block{b.call, b.goroutines, b.goroutines}
	if _, err := warm.run(ctx); err != nil {
		return cost{}, err
	}
	startNetwork, err := s.connections()
	if err != nil {
		return cost{}, err
	}
	c, err := b.run(ctx)
	if err != nil {
		return cost{}, err
	}
	now, err := s.connections()
	c.conns = float64(now-startNetwork) / float64(b.calls)
	return c, err
}

// run makes the calls. It stops at the first error and returns it.
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
	before := readUsage()
	close(begin)
	wg.Wait()
	spent := readUsage().since(before)
	return spent.per(b.calls), context.Cause(ctx)
}

// usage holds the resources that the process has used so far.
type usage struct {
	at     time.Time
	cpu    time.Duration
	allocs uint64
	bytes  uint64
}

func readUsage() usage {
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	return usage{
		at:     time.Now(),
		cpu:    cpuTime(),
		allocs: mem.Mallocs,
		bytes:  mem.TotalAlloc,
	}
}

func (u usage) since(before usage) cost {
	return cost{
		time:   float64(u.at.Sub(before.at)),
		cpu:    float64(u.cpu - before.cpu),
		allocs: float64(u.allocs - before.allocs),
		bytes:  float64(u.bytes - before.bytes),
	}
}

func (c cost) per(calls int) cost {
	n := float64(calls)
	return cost{time: c.time / n, cpu: c.cpu / n, allocs: c.allocs / n, bytes: c.bytes / n}
}
