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

func TestNothingThatHappensToRedisMakesAFleetExceedTheLimit(t *testing.T) {
	t.Parallel()
	for i := range *chaosRuns {
		synctest.Test(t, func(t *testing.T) { chaos(t, *chaosSeed+i) })
	}
}

func chaos(t *testing.T, seed uint64) {
	random := rand.New(rand.NewPCG(seed, 0))
	f := newFleet(t)
	f.trouble.slow(time.Millisecond)
	const length = 40 * time.Second
	ctx, cancel := context.WithTimeout(t.Context(), length)
	defer cancel()
	start := time.Now()
	var log []string
	var owns []*trouble
	var began []time.Time
	var flushed time.Time
	var all sync.WaitGroup
	latency := jittery(time.Duration(1+random.IntN(90)) * time.Millisecond)
	for range 1 + random.IntN(4) {
		l, own := f.processWithTrouble()
		owns = append(owns, own)
		delay := time.Duration(random.IntN(2)*random.IntN(10_000)) * time.Millisecond
		began = append(began, start.Add(delay))
		all.Go(func() {
			time.Sleep(delay)
			f.load(ctx, l, create, 10, latency)
		})
	}
	happen := func(what string, for_ time.Duration) {
		log = append(log, time.Since(start).Truncate(time.Millisecond).String()+" "+what+" "+for_.String())
	}
	for ctx.Err() == nil {
		time.Sleep(time.Duration(random.IntN(6000)) * time.Millisecond)
		d := time.Duration(random.IntN(8000)) * time.Millisecond
		if random.IntN(3) == 0 {
			d /= 20
		}
		trouble, whose := f.trouble, "all"
		// One that alone cannot reach Redis, and did not do so since that lost its memory, is unknown to the others.
		if i := random.IntN(3 * len(owns)); i < len(owns) && time.Since(began[i]) > 2*time.Second && time.Since(flushed) > 2*time.Second {
			trouble, whose = owns[i], strconv.Itoa(i)
		}
		switch random.IntN(7) {
		case 0:
			happen("flush", 0)
			f.redis.FlushAll()
			flushed = time.Now()
		case 1:
			happen("refuse "+whose, d)
			trouble.refuse(true)
			time.Sleep(d)
			trouble.refuse(false)
		case 2:
			happen("refuse+flush", d)
			f.trouble.refuse(true)
			time.Sleep(d)
			f.redis.FlushAll()
			flushed = time.Now()
			f.trouble.refuse(false)
		case 3:
			happen("hang "+whose, d)
			trouble.hang()
			time.Sleep(d)
			trouble.resume()
		case 4:
			happen("lose "+whose, d)
			trouble.lose(true)
			time.Sleep(d)
			trouble.lose(false)
		case 5:
			happen("slow "+whose, d)
			trouble.slow(time.Duration(random.IntN(150)) * time.Millisecond)
			time.Sleep(d)
			trouble.slow(0)
		case 6:
			happen("jitter "+whose, d)
			trouble.slow(-300 * time.Millisecond)
			time.Sleep(d)
			trouble.slow(0)
		}
	}
	all.Wait()
	f.neverExceeded()
	for _, at := range f.service.when {
		log = append(log, "exceeded at "+at.Sub(start).String())
	}
	t.Logf("seed %d: %d calls, worst %d, %d too many: %s", seed, f.service.count(create), f.service.worst, f.service.excess, strings.Join(log, ", "))
}
