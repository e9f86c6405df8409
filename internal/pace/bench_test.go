package pace

import "testing"

// BenchmarkAcquire is what pacing costs a call that need not wait: one allocation for 16 permits.
func BenchmarkAcquire(b *testing.B) {
	pass := func(b *testing.B, l *Limiter) {
		p, err := l.Acquire(b.Context(), "/topapi/v2/user/get", false)
		if err != nil {
			b.Fatal(err)
		}
		p.Release(Outcome{})
	}
	short := func() *Limiter { // with windows so short that there always is room
		l := New(Limits{Endpoint: 1000, Address: 10_000})
		l.endpoint("/topapi/v2/user/get", 0).span, l.address.span = 1, 1
		return l
	}
	b.Run("g=1", func(b *testing.B) {
		l := short()
		b.ReportAllocs()
		for b.Loop() {
			pass(b, l)
		}
	})
	b.Run("g=64", func(b *testing.B) {
		l := short()
		b.ReportAllocs()
		b.SetParallelism(32)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				pass(b, l)
			}
		})
	})
}
