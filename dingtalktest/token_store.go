package dingtalktest

import (
	"context"
	"crypto/rand"
	"sync"
	"time"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// NewTokenStore returns a TokenStore in memory, for tests of several clients in one process. It goes by the
// clock now, which is time.Now if nil, and never forgets a key.
func NewTokenStore(now func() time.Time) dingtalk.TokenStore {
	if now == nil {
		now = time.Now
	}
	return &tokenStore{now: now, places: map[string]*place{}}
}

type tokenStore struct {
	now func() time.Time

	mu     sync.Mutex
	places map[string]*place
}

// place is what is kept under one key.
type place struct {
	token    dingtalk.StoredToken
	ends     time.Time
	fence    string // "": nobody has the lock
	leaseEnd time.Time
}

// at returns the place of key without what has ended.
func (s *tokenStore) at(key string) *place {
	p := s.places[key]
	if p == nil {
		p = &place{}
		s.places[key] = p
	}
	if now := s.now(); !now.Before(p.ends) {
		p.token = dingtalk.StoredToken{}
	}
	if now := s.now(); !now.Before(p.leaseEnd) {
		p.fence = ""
	}
	return p
}

func (s *tokenStore) Load(_ context.Context, key string) (dingtalk.StoredToken, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.at(key)
	if p.token.Value.IsZero() {
		return dingtalk.StoredToken{}, dingtalk.ErrNoToken
	}
	token := p.token
	token.Life = p.ends.Sub(s.now())
	return token, nil
}

func (s *tokenStore) Lock(_ context.Context, key string, lease time.Duration) (fence string, ok bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.at(key)
	if p.fence != "" {
		return "", false, nil
	}
	p.fence, p.leaseEnd = rand.Text(), s.now().Add(lease)
	return p.fence, true, nil
}

func (s *tokenStore) Publish(_ context.Context, key, fence string, token dingtalk.StoredToken) (stored bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.at(key)
	holder := fence != "" && p.fence == fence
	if holder {
		p.fence = ""
	}
	if !holder && !p.token.Value.IsZero() {
		return false, nil
	}
	p.token, p.ends = token, s.now().Add(token.Life)
	return true, nil
}

func (s *tokenStore) Unlock(_ context.Context, key, fence string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.at(key); p.fence == fence {
		p.fence = ""
	}
	return nil
}

func (s *tokenStore) Drop(_ context.Context, key, fingerprint string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.at(key); p.token.Fingerprint == fingerprint {
		p.token = dingtalk.StoredToken{}
	}
	return nil
}
