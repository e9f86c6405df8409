package e2e_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// policies are the possible behaviors of /gettoken while a token is valid: return it again, or revoke it and return another.
var policies = map[string][]dingtalktest.Option{
	"reuse":  {dingtalktest.WithLatency(20 * time.Millisecond)},
	"rotate": {dingtalktest.WithLatency(20 * time.Millisecond), dingtalktest.WithTokenRotation()},
}

// forEachPolicy runs f under each policy, with zhao.min in the organization and a store with latency.
func forEachPolicy(t *testing.T, f func(t *testing.T, srv *dingtalktest.Server, store *recordingStore)) {
	t.Helper()
	t.Parallel()
	for name, opts := range policies {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				seeded(srv)
				f(t, srv, newRecordingStore())
			}, opts...)
		})
	}
}

// fleet returns the clients of n processes that share a store.
func fleet(srv *dingtalktest.Server, store dingtalk.TokenStore, n int, opts ...dingtalk.Option) []*dingtalk.Client {
	clients := make([]*dingtalk.Client, n)
	for i := range clients {
		clients[i] = srv.Client(append([]dingtalk.Option{dingtalk.WithTokenStore(store)}, opts...)...)
	}
	return clients
}

// callAll makes `each` concurrent calls in every process. None may fail.
func callAll(t *testing.T, clients []*dingtalk.Client, each int) {
	t.Helper()
	for _, err := range concurrently(len(clients)*each, func(i int) error { return getZhaoMin(t.Context(), clients[i%len(clients)]) }) {
		require.NoError(t, err)
	}
}

// recordingStore is a store in memory with latency. It records its calls and values, and injects faults.
type recordingStore struct {
	memory dingtalk.TokenStore

	mu     sync.Mutex
	faults map[string]func(context.Context) error // by method; replaces the call unless it returns nil
	counts map[string]int
	seen   []string // all values that were passed in
	stored dingtalk.StoredToken
	key    string
}

func newRecordingStore() *recordingStore {
	return &recordingStore{
		memory: dingtalktest.NewTokenStore(nil), faults: map[string]func(context.Context) error{}, counts: map[string]int{},
	}
}

var storeMethods = []string{"Load", "Lock", "Publish", "Unlock", "Drop"}

// fail injects the fault into the methods, or into all of them, from now on. A nil fault ends it.
func (s *recordingStore) fail(fault func(context.Context) error, methods ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(methods) == 0 {
		methods = storeMethods
	}
	for _, m := range methods {
		s.faults[m] = fault
	}
}

func (s *recordingStore) count(method string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counts[method]
}

// calls returns the number of calls of all methods.
func (s *recordingStore) calls() (n int) {
	for _, m := range storeMethods {
		n += s.count(m)
	}
	return n
}

func (s *recordingStore) values() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.seen)
}

// last returns the token that was published last, and its key.
func (s *recordingStore) last() (key string, token dingtalk.StoredToken) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.key, s.stored
}

func (s *recordingStore) record(ctx context.Context, method string, values ...string) error {
	s.mu.Lock()
	s.counts[method]++
	s.seen = append(s.seen, values...)
	fault := s.faults[method]
	s.mu.Unlock()
	time.Sleep(2 * time.Millisecond)
	if fault == nil {
		return nil
	}
	return fault(ctx)
}

func (s *recordingStore) Load(ctx context.Context, key string) (dingtalk.StoredToken, error) {
	if err := s.record(ctx, "Load", key); err != nil {
		return dingtalk.StoredToken{}, err
	}
	return s.memory.Load(ctx, key)
}

func (s *recordingStore) Lock(ctx context.Context, key string, lease time.Duration) (string, bool, error) {
	if err := s.record(ctx, "Lock", key); err != nil {
		return "", false, err
	}
	return s.memory.Lock(ctx, key, lease)
}

func (s *recordingStore) Publish(ctx context.Context, key, fence string, token dingtalk.StoredToken) (bool, error) {
	if err := s.record(ctx, "Publish", key, fence, token.Value.Reveal(), token.Fingerprint); err != nil {
		return false, err
	}
	s.mu.Lock()
	s.key, s.stored = key, token
	s.mu.Unlock()
	return s.memory.Publish(ctx, key, fence, token)
}

func (s *recordingStore) Unlock(ctx context.Context, key, fence string) error {
	if err := s.record(ctx, "Unlock", key, fence); err != nil {
		return err
	}
	return s.memory.Unlock(ctx, key, fence)
}

func (s *recordingStore) Drop(ctx context.Context, key, fingerprint string) error {
	if err := s.record(ctx, "Drop", key, fingerprint); err != nil {
		return err
	}
	return s.memory.Drop(ctx, key, fingerprint)
}

// The faults of a store.
var (
	failsToConnect = func(context.Context) error { return fmt.Errorf("dial tcp 10.0.0.7:6379: connection refused") }
	hangs          = func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
	ignoresContext = func(context.Context) error { time.Sleep(time.Hour); return nil }
	panics         = func(context.Context) error { panic("store") }
)
