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

// policies are what /gettoken may do while a token lives: hand it out again, or end it and give another.
var policies = map[string][]dingtalktest.Option{
	"reuse":  {dingtalktest.WithLatency(20 * time.Millisecond)},
	"rotate": {dingtalktest.WithLatency(20 * time.Millisecond), dingtalktest.WithTokenRotation()},
}

// underEachPolicy runs f with the organisation of zhao.min and a store that takes a while.
func underEachPolicy(t *testing.T, f func(t *testing.T, srv *dingtalktest.Server, store *watchedStore)) {
	t.Helper()
	t.Parallel()
	for name, opts := range policies {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				seeded(srv)
				f(t, srv, newWatchedStore())
			}, opts...)
		})
	}
}

// fleet returns the clients of n processes.
func fleet(srv *dingtalktest.Server, store dingtalk.TokenStore, n int, opts ...dingtalk.Option) []*dingtalk.Client {
	clients := make([]*dingtalk.Client, n)
	for i := range clients {
		clients[i] = srv.Client(append([]dingtalk.Option{dingtalk.WithTokenStore(store)}, opts...)...)
	}
	return clients
}

// everybody makes `each` calls at once in every process. None may fail.
func everybody(t *testing.T, clients []*dingtalk.Client, each int) {
	t.Helper()
	for _, err := range together(len(clients)*each, func(i int) error { return getZhaoMin(t.Context(), clients[i%len(clients)]) }) {
		require.NoError(t, err)
	}
}

// watchedStore is a store in memory across a network. It remembers what went through it, and fails on demand.
type watchedStore struct {
	memory dingtalk.TokenStore

	mu     sync.Mutex
	faults map[string]func(context.Context) error // by method; instead of the call, unless it returns nil
	counts map[string]int
	passed []string // all texts
	stored dingtalk.StoredToken
	key    string
}

func newWatchedStore() *watchedStore {
	return &watchedStore{
		memory: dingtalktest.NewTokenStore(nil), faults: map[string]func(context.Context) error{}, counts: map[string]int{},
	}
}

var storeMethods = []string{"Load", "Lock", "Publish", "Unlock", "Drop"}

// fail makes the methods, or all of them, meet the fault from now on; nil ends it.
func (s *watchedStore) fail(fault func(context.Context) error, methods ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(methods) == 0 {
		methods = storeMethods
	}
	for _, m := range methods {
		s.faults[m] = fault
	}
}

func (s *watchedStore) count(method string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counts[method]
}

// calls is the number of calls of all methods.
func (s *watchedStore) calls() (n int) {
	for _, m := range storeMethods {
		n += s.count(m)
	}
	return n
}

func (s *watchedStore) texts() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.passed)
}

// last is what was published last, and where.
func (s *watchedStore) last() (key string, token dingtalk.StoredToken) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.key, s.stored
}

func (s *watchedStore) enter(ctx context.Context, method string, texts ...string) error {
	s.mu.Lock()
	s.counts[method]++
	s.passed = append(s.passed, texts...)
	fault := s.faults[method]
	s.mu.Unlock()
	time.Sleep(2 * time.Millisecond)
	if fault == nil {
		return nil
	}
	return fault(ctx)
}

func (s *watchedStore) Load(ctx context.Context, key string) (dingtalk.StoredToken, error) {
	if err := s.enter(ctx, "Load", key); err != nil {
		return dingtalk.StoredToken{}, err
	}
	return s.memory.Load(ctx, key)
}

func (s *watchedStore) Lock(ctx context.Context, key string, lease time.Duration) (string, bool, error) {
	if err := s.enter(ctx, "Lock", key); err != nil {
		return "", false, err
	}
	return s.memory.Lock(ctx, key, lease)
}

func (s *watchedStore) Publish(ctx context.Context, key, fence string, token dingtalk.StoredToken) (bool, error) {
	if err := s.enter(ctx, "Publish", key, fence, token.Value.Reveal(), token.Fingerprint); err != nil {
		return false, err
	}
	s.mu.Lock()
	s.key, s.stored = key, token
	s.mu.Unlock()
	return s.memory.Publish(ctx, key, fence, token)
}

func (s *watchedStore) Unlock(ctx context.Context, key, fence string) error {
	if err := s.enter(ctx, "Unlock", key, fence); err != nil {
		return err
	}
	return s.memory.Unlock(ctx, key, fence)
}

func (s *watchedStore) Drop(ctx context.Context, key, fingerprint string) error {
	if err := s.enter(ctx, "Drop", key, fingerprint); err != nil {
		return err
	}
	return s.memory.Drop(ctx, key, fingerprint)
}

// ways in which a store may fail.
var (
	refuses  = func(context.Context) error { return fmt.Errorf("dial tcp 10.0.0.7:6379: connection refused") }
	hangs    = func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
	stalls   = func(context.Context) error { time.Sleep(time.Hour); return nil } // whatever its context says
	explodes = func(context.Context) error { panic("store") }
)
