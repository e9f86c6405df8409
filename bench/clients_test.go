package main

import (
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// held is what clients hold while they make no call, on average.
type held struct{ kib, goroutines, connections float64 }

// hold opens clients that make a call each, and returns what they hold afterwards.
func hold(t *testing.T, n int, options func() []dingtalk.Option) held {
	t.Helper()
	s, srv := startNetwork(t, plain)
	clients := make([]*dingtalk.Client, n)
	before, goroutines := memory(), runtime.NumGoroutine()
	for i := range clients {
		client, err := dingtalk.New(fmt.Sprint("app-", i), "secret", append(options(), dingtalk.WithBaseURL(s.url))...)
		require.NoError(t, err)
		_, err = client.Token(t.Context()) // over a connection that is closed then
		require.NoError(t, err)
		clients[i] = client
	}
	forTokens, err := srv.connections()
	require.NoError(t, err)
	for _, client := range clients {
		_, err := client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: userID})
		require.NoError(t, err)
	}
	connections, err := srv.connections()
	require.NoError(t, err)
	each := func(total float64) float64 { return total / float64(n) }
	h := held{each(memory()-before) / (1 << 10), each(float64(runtime.NumGoroutine() - goroutines)), each(float64(connections - forTokens))}
	for _, client := range clients {
		client.CloseIdleConnections()
	}
	return h
}

// memory returns the bytes of the heap and of the stacks that are in use.
func memory() float64 {
	runtime.GC()
	runtime.GC() // what the first one has found to be unused in pools
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc + m.StackInuse)
}

// TestClients_Table prints what 200 clients hold. Not in parallel: it measures the whole process.
func TestClients_Table(t *testing.T) { //nolint:paralleltest // see above
	if testing.Short() {
		t.Skip("skipped with -short: starts processes")
	}
	shared := func() []dingtalk.Option {
		return []dingtalk.Option{
			dingtalk.WithHTTPClient(&http.Client{Transport: http.DefaultTransport}),
			dingtalk.WithLimiter(dingtalk.NewLimiter(dingtalk.RateLimit{})),
		}
	}()
	own := hold(t, 200, func() []dingtalk.Option { return nil })
	together := hold(t, 200, func() []dingtalk.Option { return shared })
	var table strings.Builder
	table.WriteString("| 200 clients, idle after a call each | KiB | goroutines | connections |\n| --- | --- | --- | --- |\n")
	fmt.Fprintf(&table, "| each with its own transport and limits | %.1f | %.2f | %.3f |\n", own.kib, own.goroutines, own.connections)
	fmt.Fprintf(&table, "| one transport and one `NewLimiter` for all | %.1f | %.2f | %.3f |\n", together.kib, together.goroutines, together.connections)
	t.Log("\n" + table.String())
	assert.Less(t, together.kib, 50.)
	assert.Less(t, together.goroutines, 0.1, "two for the one connection")
}
