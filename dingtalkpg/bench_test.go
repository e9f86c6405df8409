package dingtalkpg

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

// An Update is what accepts an event: one small row. The server's data is durable.
func BenchmarkStore(b *testing.B) {
	url := startServer(b).URL()
	for _, processes := range []int{1, 4} {
		schema := newSchemaName()
		var stores []mirror.Store
		for range processes {
			stores = append(stores, openStore(b, url, schema))
		}
		for _, callers := range []int{1, 8, 64} {
			b.Run(fmt.Sprintf("Update/%d stores/%d callers each", processes, callers), func(b *testing.B) {
				benchmarkUpdate(b, stores, callers)
			})
		}
		b.Run(fmt.Sprintf("Update of 300 rows/%d stores", processes), func(b *testing.B) {
			n := 0
			for b.Loop() {
				n++
				require.NoError(b, stores[0].Update(b.Context(), func(w mirror.Writer) error {
					for i := range 300 {
						if err := w.Put(fmt.Appendf(nil, "u/user%06d", n*300+i), make([]byte, 500)); err != nil {
							return err
						}
					}
					return nil
				}))
			}
		})
	}
}

func benchmarkUpdate(b *testing.B, stores []mirror.Store, callers int) {
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

// The members of a department of 1,000.
func BenchmarkMirror_Members(b *testing.B) {
	srv := dingtalktest.New(b)
	for range 1000 {
		srv.AddUser(dingtalktest.User{})
	}
	m, err := mirror.Open(b.Context(), srv.Client(dingtalk.WithRateLimit(dingtalk.NoRateLimit)), openStore(b, sharedServer(b).URL(), newSchemaName()))
	require.NoError(b, err)
	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan error, 1)
	go func() { done <- m.Run(ctx) }()
	require.NoError(b, m.Ready(b.Context()))
	cancel()
	require.ErrorIs(b, <-done, context.Canceled)
	for b.Loop() {
		n := 0
		require.NoError(b, m.View(b.Context(), func(v *mirror.View) error {
			for _, err := range v.Members(dingtalk.RootDepartmentID) {
				if err != nil {
					return err
				}
				n++
			}
			return nil
		}))
		require.Equal(b, 1000, n)
	}
}
