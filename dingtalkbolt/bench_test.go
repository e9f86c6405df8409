package dingtalkbolt

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

// The file is that of 100,000 users with three memberships each. An Update is what accepts an event: one small row.
func BenchmarkStore(b *testing.B) {
	path := filepath.Join(b.TempDir(), "directory.db")
	s, err := Open(path)
	require.NoError(b, err)
	const users = 100_000
	row := make([]byte, 500)
	for first := 0; first < users; first += 2000 {
		require.NoError(b, s.Update(b.Context(), func(w mirror.Writer) error {
			for i := first; i < first+2000; i++ {
				if err := w.Put(fmt.Appendf(nil, "u/user%06d", i), row); err != nil {
					return err
				}
				for j := range 3 {
					if err := w.Put(fmt.Appendf(nil, "m/%06d/user%06d", (i*7+j*1001)%5000, i), row[:16]); err != nil {
						return err
					}
				}
			}
			return nil
		}))
	}
	require.NoError(b, s.Close())

	b.Run("Open", func(b *testing.B) {
		for b.Loop() {
			s, err := Open(path)
			require.NoError(b, err)
			require.NoError(b, s.Close())
		}
	})
	s, err = Open(path)
	require.NoError(b, err)
	defer func() { require.NoError(b, s.Close()) }()
	for _, callers := range []int{1, 8, 64} {
		b.Run(fmt.Sprintf("Update/%d callers", callers), func(b *testing.B) { benchmarkUpdate(b, s, callers) })
	}
	b.Run("Get", func(b *testing.B) {
		n := 0
		for b.Loop() {
			require.NoError(b, s.View(b.Context(), func(r mirror.Reader) error {
				n += 7919
				_, err := r.Get(fmt.Appendf(nil, "u/user%06d", n%users))
				return err
			}))
		}
	})
	b.Run("Range of 100,000", func(b *testing.B) {
		for b.Loop() {
			require.NoError(b, s.View(b.Context(), func(r mirror.Reader) error {
				return r.Range([]byte("u/"), []byte("u0"), func(_, _ []byte) error { return nil })
			}))
		}
	})
}

func benchmarkUpdate(b *testing.B, s mirror.Store, callers int) {
	var n atomic.Int64
	took := make([][]time.Duration, callers)
	var group sync.WaitGroup
	start := time.Now()
	for i := range callers {
		group.Go(func() {
			for id := n.Add(1); id <= int64(b.N); id = n.Add(1) {
				began := time.Now()
				err := s.Update(b.Context(), func(w mirror.Writer) error {
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
	s, err := Open(filepath.Join(b.TempDir(), "directory.db"))
	require.NoError(b, err)
	b.Cleanup(func() { assert.NoError(b, s.Close()) })
	m, err := mirror.Open(b.Context(), srv.Client(dingtalk.WithRateLimit(dingtalk.NoRateLimit)), s)
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
