// Package storebench holds the benchmarks that the stores of mirrors share.
package storebench

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

// Updates measures Updates of one small row, which is what accepts an event, by so many callers of each store at once.
func Updates(b *testing.B, callers int, stores ...mirror.Store) {
	b.Helper()
	var n atomic.Int64
	took := make([][]time.Duration, len(stores)*callers)
	var group sync.WaitGroup
	start := time.Now()
	for i := range took {
		group.Go(func() {
			for id := n.Add(1); id <= int64(b.N); id = n.Add(1) {
				began := time.Now()
				err := stores[i%len(stores)].Update(b.Context(), func(w mirror.Writer) error {
					return w.Put(fmt.Appendf(nil, "x/user%06d", id*7919%100_000), []byte("0001"))
				})
				if err != nil {
					b.Error(err)
				}
				took[i] = append(took[i], time.Since(began))
			}
		})
	}
	group.Wait()
	all := slices.Sorted(slices.Values(slices.Concat(took...)))
	b.ReportMetric(float64(b.N)/time.Since(start).Seconds(), "updates/s")
	b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, "p99-ms")
}

// Members measures how long a mirror in an empty store takes to show the 1,000 members of a department.
func Members(b *testing.B, store mirror.Store) {
	b.Helper()
	srv := dingtalktest.New(b)
	for range 1000 {
		srv.AddUser(dingtalktest.User{})
	}
	m, err := mirror.Open(b.Context(), srv.Client(dingtalk.WithRateLimit(dingtalk.NoRateLimit)), store)
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan error, 1)
	go func() { done <- m.Run(ctx) }()
	err = m.Ready(b.Context())
	cancel()
	if failure := <-done; err != nil || !errors.Is(failure, context.Canceled) {
		b.Fatal(err, failure)
	}
	for b.Loop() {
		n := 0
		err := m.View(b.Context(), func(v *mirror.View) error {
			for _, err := range v.Members(dingtalk.RootDepartmentID) {
				if err != nil {
					return err
				}
				n++
			}
			return nil
		})
		if err != nil || n != 1000 {
			b.Fatal(n, err)
		}
	}
}
