package dingtalkredis

import (
	"context"
	"flag"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

var (
	chaosSeed = flag.Uint64("chaos.seed", 1, "first seed of the test with random failures")
	chaosRuns = flag.Uint64("chaos.runs", 2, "number of its runs")
)

func TestFleet_NeverExceedsTheLimitUnderRandomFailures(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped with -short: simulates 40 seconds of a fleet twice")
	}
	for i := range *chaosRuns {
		synctest.Test(t, func(t *testing.T) { chaos(t, *chaosSeed+i) })
	}
}

func chaos(t *testing.T, seed uint64) {
	random := rand.New(rand.NewPCG(seed, 0))
	f := newFleet(t)
	f.faults.slow(time.Millisecond)
	const length = 40 * time.Second
	ctx, cancel := context.WithTimeout(t.Context(), length)
	defer cancel()
	start := time.Now()
	var log []string
	var owns []*faults
	var started []time.Time
	var flushed time.Time
	var all sync.WaitGroup
	latency := jittery(time.Duration(1+random.IntN(90)) * time.Millisecond)
	for range 1 + random.IntN(4) {
		l, own := f.processWithFaults()
		owns = append(owns, own)
		delay := time.Duration(random.IntN(2)*random.IntN(10_000)) * time.Millisecond
		started = append(started, start.Add(delay))
		all.Go(func() {
			time.Sleep(delay)
			f.load(ctx, l, create, 10, latency)
		})
	}
	record := func(event string, length time.Duration) {
		log = append(log, time.Since(start).Truncate(time.Millisecond).String()+" "+event+" "+length.String())
	}
	for ctx.Err() == nil {
		time.Sleep(time.Duration(random.IntN(6000)) * time.Millisecond)
		d := time.Duration(random.IntN(8000)) * time.Millisecond
		if random.IntN(3) == 0 {
			d /= 20
		}
		target, name := f.faults, "all"
		// The others would not know of a process that alone cannot reach Redis, and has not since Redis lost its memory.
		if i := random.IntN(3 * len(owns)); i < len(owns) && time.Since(started[i]) > 2*time.Second && time.Since(flushed) > 2*time.Second {
			target, name = owns[i], strconv.Itoa(i)
		}
		switch random.IntN(7) {
		case 0:
			record("flush", 0)
			f.redis.FlushAll()
			flushed = time.Now()
		case 1:
			record("refuse "+name, d)
			target.refuse(true)
			time.Sleep(d)
			target.refuse(false)
		case 2:
			record("refuse+flush", d)
			f.faults.refuse(true)
			time.Sleep(d)
			f.redis.FlushAll()
			flushed = time.Now()
			f.faults.refuse(false)
		case 3:
			record("hang "+name, d)
			target.hang()
			time.Sleep(d)
			target.resume()
		case 4:
			record("lose "+name, d)
			target.lose(true)
			time.Sleep(d)
			target.lose(false)
		case 5:
			record("slow "+name, d)
			target.slow(time.Duration(random.IntN(150)) * time.Millisecond)
			time.Sleep(d)
			target.slow(0)
		case 6:
			record("jitter "+name, d)
			target.slow(-300 * time.Millisecond)
			time.Sleep(d)
			target.slow(0)
		}
	}
	all.Wait()
	f.assertNoExcess()
	for _, at := range f.service.when {
		log = append(log, "exceeded at "+at.Sub(start).String())
	}
	t.Logf("seed %d: %d calls, worst %d, %d in excess: %s", seed, f.service.count(create), f.service.worst, f.service.excess, strings.Join(log, ", "))
}
