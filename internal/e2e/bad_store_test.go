package e2e_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// badStore is a token store whose calls hang or panic at random, before or after they take effect.
type badStore struct {
	dingtalk.TokenStore

	mu     sync.Mutex
	random *rand.Rand
	rate   float64 // the share of the calls that hang, and of those that panic
}

func newBadStore(seed uint64, rate float64) *badStore {
	return &badStore{TokenStore: dingtalktest.NewTokenStore(nil), random: rand.New(rand.NewPCG(seed, 1)), rate: rate}
}

// run runs a call of the store, which may hang or panic.
func (s *badStore) run(apply func()) {
	s.mu.Lock()
	draw, early := s.random.Float64(), s.random.IntN(2) == 0
	hang := time.Duration(s.random.Int64N(int64(3 * time.Second)))
	s.mu.Unlock()
	time.Sleep(2 * time.Millisecond)
	if early {
		apply()
		defer func() { apply = func() {} }()
	}
	switch {
	case draw < s.rate:
		time.Sleep(hang) // it ignores its context
	case draw < 2*s.rate:
		panic("store")
	}
	if !early {
		apply()
	}
}

func (s *badStore) Load(ctx context.Context, key string) (token dingtalk.StoredToken, err error) {
	s.run(func() { token, err = s.TokenStore.Load(ctx, key) })
	return token, err
}

func (s *badStore) Lock(ctx context.Context, key string, lease time.Duration) (fence string, ok bool, err error) {
	s.run(func() { fence, ok, err = s.TokenStore.Lock(ctx, key, lease) })
	return fence, ok, err
}

func (s *badStore) Publish(ctx context.Context, key, fence string, token dingtalk.StoredToken) (stored bool, err error) {
	s.run(func() { stored, err = s.TokenStore.Publish(ctx, key, fence, token) })
	return stored, err
}

func (s *badStore) Unlock(ctx context.Context, key, fence string) (err error) {
	s.run(func() { err = s.TokenStore.Unlock(ctx, key, fence) })
	return err
}

func (s *badStore) Drop(ctx context.Context, key, fingerprint string) (err error) {
	s.run(func() { err = s.TokenStore.Drop(ctx, key, fingerprint) })
	return err
}

// lyingStore is a store in memory that returns other tokens than those it stores.
type lyingStore struct {
	dingtalk.TokenStore
	load    func(key string) (dingtalk.StoredToken, error)
	publish func(key string, token dingtalk.StoredToken) // sees what is published, under the lock
	frozen  bool                                         // drops nothing, and publishes the first token only

	mu   sync.Mutex
	full bool
}

func (s *lyingStore) Load(ctx context.Context, key string) (dingtalk.StoredToken, error) {
	if s.load == nil {
		return s.TokenStore.Load(ctx, key)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.load(key)
}

func (s *lyingStore) Publish(ctx context.Context, key, fence string, token dingtalk.StoredToken) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.publish != nil {
		s.publish(key, token)
	}
	if s.frozen && s.full {
		return false, s.Unlock(ctx, key, fence)
	}
	s.full = true
	return s.TokenStore.Publish(ctx, key, fence, token)
}

func (s *lyingStore) Drop(ctx context.Context, key, fingerprint string) error {
	if s.frozen {
		return nil
	}
	return s.TokenStore.Drop(ctx, key, fingerprint)
}
