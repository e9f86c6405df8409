package e2e_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// badStore is a store whose calls hang or panic at random, before or after their effect.
type badStore struct {
	dingtalk.TokenStore

	mu     sync.Mutex
	random *rand.Rand
	share  float64 // of the calls that hang, and of those that panic
}

func newBadStore(seed uint64, share float64) *badStore {
	return &badStore{TokenStore: dingtalktest.NewTokenStore(nil), random: rand.New(rand.NewPCG(seed, 1)), share: share}
}

// meet runs a call of the store, and what goes wrong with it.
func (s *badStore) meet(effect func()) {
	s.mu.Lock()
	luck, early := s.random.Float64(), s.random.IntN(2) == 0
	hang := time.Duration(s.random.Int64N(int64(3 * time.Second)))
	s.mu.Unlock()
	time.Sleep(2 * time.Millisecond)
	if early {
		effect()
		defer func() { effect = func() {} }()
	}
	switch {
	case luck < s.share:
		time.Sleep(hang) // whatever its context says
	case luck < 2*s.share:
		panic("store")
	}
	if !early {
		effect()
	}
}

func (s *badStore) Load(ctx context.Context, key string) (token dingtalk.StoredToken, err error) {
	s.meet(func() { token, err = s.TokenStore.Load(ctx, key) })
	return token, err
}

func (s *badStore) Lock(ctx context.Context, key string, lease time.Duration) (fence string, ok bool, err error) {
	s.meet(func() { fence, ok, err = s.TokenStore.Lock(ctx, key, lease) })
	return fence, ok, err
}

func (s *badStore) Publish(ctx context.Context, key, fence string, token dingtalk.StoredToken) (stored bool, err error) {
	s.meet(func() { stored, err = s.TokenStore.Publish(ctx, key, fence, token) })
	return stored, err
}

func (s *badStore) Unlock(ctx context.Context, key, fence string) (err error) {
	s.meet(func() { err = s.TokenStore.Unlock(ctx, key, fence) })
	return err
}

func (s *badStore) Drop(ctx context.Context, key, fingerprint string) (err error) {
	s.meet(func() { err = s.TokenStore.Drop(ctx, key, fingerprint) })
	return err
}

// lyingStore is a store in memory in place of whose tokens others are loaded.
type lyingStore struct {
	dingtalk.TokenStore
	load    func(key string) (dingtalk.StoredToken, error)
	publish func(key string, token dingtalk.StoredToken) // sees what is published, under the lock
	frozen  bool                                         // drops nothing, and publishes nothing but the first token

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
