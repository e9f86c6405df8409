package ratelimit

import "testing"

// BenchmarkAcquire measures what the limiter costs a call that does not wait: one allocation for 16 permits.
func BenchmarkAcquire(b *testing.B) {
	call := func(b *testing.B, l *Limiter) {
		p, err := l.Acquire(b.Context(), "/topapi/v2/user/get", false)
		if err != nil {
			b.Fatal(err)
		}
		p.Release(Outcome{})
	}
	unlimited := func() *Limiter { // with windows so short that a permit is always free
		l := New(Limits{Endpoint: 1000, Address: 10_000})
		l.endpoint("/topapi/v2/user/get", 0).span, l.address.span = 1, 1
		return l
	}
	b.Run("g=1", func(b *testing.B) {
		l := unlimited()
		b.ReportAllocs()
		for b.Loop() {
			call(b, l)
		}
	})
	b.Run("g=64", func(b *testing.B) {
		l := unlimited()
		b.ReportAllocs()
		b.SetParallelism(32)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				call(b, l)
			}
		})
	})
}
