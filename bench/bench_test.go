package main

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The calls of the tables as benchmarks, for benchstat and profiles:
//
//	go test -run '^$' -bench 'GetUser/net=mem/g=1/impl=sdk$' -benchtime 20000x -cpuprofile cpu.out

func BenchmarkGetUser(b *testing.B)    { benchmark(b, getUser) }
func BenchmarkCreateUser(b *testing.B) { benchmark(b, createUser) }
func BenchmarkListUsers(b *testing.B)  { benchmark(b, listUsers) }

func benchmark(b *testing.B, operation string) {
	for _, network := range networks {
		for _, goroutines := range []int{1, 64, 256} {
			b.Run(fmt.Sprintf("net=%s/g=%d", network.name, goroutines), func(b *testing.B) {
				target, server, err := network.open(b.Context())
				require.NoError(b, err)
				defer func() { assert.NoError(b, server.close()) }()
				names, calls, err := comparison{operation: operation}.calls(target)
				require.NoError(b, err)
				for i, call := range calls {
					b.Run("impl="+names[i], func(b *testing.B) {
						spent, err := block{call, goroutines, b.N}.measure(b.Context(), server)
						require.NoError(b, err)
						b.ReportAllocs()
						b.ReportMetric(spent.time, "ns/op")
						b.ReportMetric(spent.cpu, "cpu-ns/op")
						b.ReportMetric(spent.allocs, "allocs/op")
						b.ReportMetric(spent.bytes, "B/op")
						b.ReportMetric(spent.conns, "conns/op")
					})
				}
			})
		}
	}
}
