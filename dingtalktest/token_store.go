package dingtalktest

import (
	"context"
	"crypto/rand"
	"sync"
	"time"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// NewTokenStore returns a TokenStore in memory, for tests of several clients in one process. Its clock is now, or time.Now
// if that is nil. It never deletes a key.
func NewTokenStore(now func() time.Time) dingtalk.TokenStore {
	if now == nil {
		now = time.Now
	}
	return &tokenStore{now: now, entries: map[string]*storeEntry{}}
}

type tokenStore struct {
	now func() time.Time

	mu      sync.Mutex
	entries map[string]*storeEntry
}

// storeEntry holds what is stored under one key.
type storeEntry struct {
	token    dingtalk.StoredToken
	ends     time.Time
	fence    string // empty: the lock is free
	leaseEnd time.Time
}

// entry returns the entry of a key without a token or lock that has expired.
func (s *tokenStore) entry(key string) *storeEntry {
	e := s.entries[key]
	if e == nil {
		e = &storeEntry{}
		s.entries[key] = e
	}
	if now := s.now(); !now.Before(e.ends) {
		e.token = dingtalk.StoredToken{}
	}
	if now := s.now(); !now.Before(e.leaseEnd) {
		e.fence = ""
	}
	return e
}

func (s *tokenStore) Load(_ context.Context, key string) (dingtalk.StoredToken, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.entry(key)
	if e.token.Value.IsZero() {
		return dingtalk.StoredToken{}, dingtalk.ErrNoToken
	}
	token := e.token
	token.Life = e.ends.Sub(s.now())
	return token, nil
}

func (s *tokenStore) Lock(_ context.Context, key string, lease time.Duration) (fence string, ok bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.entry(key)
	if e.fence != "" {
		return "", false, nil
	}
	e.fence, e.leaseEnd = rand.Text(), s.now().Add(lease)
	return e.fence, true, nil
}

func (s *tokenStore) Publish(_ context.Context, key, fence string, token dingtalk.StoredToken) (stored bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.entry(key)
	holder := fence != "" && e.fence == fence
	if holder {
		e.fence = ""
	}
	if !holder && !e.token.Value.IsZero() {
		return false, nil
	}
	e.token, e.ends = token, s.now().Add(token.Life)
	return true, nil
}

func (s *tokenStore) Unlock(_ context.Context, key, fence string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e := s.entry(key); e.fence == fence {
		e.fence = ""
	}
	return nil
}

func (s *tokenStore) Drop(_ context.Context, key, fingerprint string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e := s.entry(key); e.token.Fingerprint == fingerprint {
		e.token = dingtalk.StoredToken{}
	}
	return nil
}
