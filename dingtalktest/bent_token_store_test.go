package dingtalktest_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// bent is a store whose methods may be replaced.
type bent struct {
	dingtalk.TokenStore
	load    func(ctx context.Context, key string) (dingtalk.StoredToken, error)
	lock    func(ctx context.Context, key string, lease time.Duration) (string, bool, error)
	publish func(ctx context.Context, key, fence string, token dingtalk.StoredToken) (bool, error)
	unlock  func(ctx context.Context, key, fence string) error
	drop    func(ctx context.Context, key, fingerprint string) error
}

func (b bent) Load(ctx context.Context, key string) (dingtalk.StoredToken, error) {
	if b.load != nil {
		return b.load(ctx, key)
	}
	return b.TokenStore.Load(ctx, key)
}

func (b bent) Lock(ctx context.Context, key string, lease time.Duration) (string, bool, error) {
	if b.lock != nil {
		return b.lock(ctx, key, lease)
	}
	return b.TokenStore.Lock(ctx, key, lease)
}

func (b bent) Publish(ctx context.Context, key, fence string, token dingtalk.StoredToken) (bool, error) {
	if b.publish != nil {
		return b.publish(ctx, key, fence, token)
	}
	return b.TokenStore.Publish(ctx, key, fence, token)
}

func (b bent) Unlock(ctx context.Context, key, fence string) error {
	if b.unlock != nil {
		return b.unlock(ctx, key, fence)
	}
	return b.TokenStore.Unlock(ctx, key, fence)
}

func (b bent) Drop(ctx context.Context, key, fingerprint string) error {
	if b.drop != nil {
		return b.drop(ctx, key, fingerprint)
	}
	return b.TokenStore.Drop(ctx, key, fingerprint)
}

// mistakes holds common mistakes, each with the complaint about it.
var mistakes = map[string]struct {
	bend func(s dingtalk.TokenStore, b *bent)
	said string
}{
	"it returns nothing without an error": {func(s dingtalk.TokenStore, b *bent) {
		b.load = func(ctx context.Context, key string) (dingtalk.StoredToken, error) {
			token, _ := s.Load(ctx, key)
			return token, nil
		}
	}, "Load should fail with ErrNoToken"},
	"it has an error of its own for nothing": {func(s dingtalk.TokenStore, b *bent) {
		b.load = func(ctx context.Context, key string) (dingtalk.StoredToken, error) {
			token, err := s.Load(ctx, key)
			if err != nil {
				err = fmt.Errorf("redis: nil")
			}
			return token, err
		}
	}, "Load should fail with ErrNoToken"},
	"a life is what was published": {func(s dingtalk.TokenStore, b *bent) {
		b.load = func(ctx context.Context, key string) (dingtalk.StoredToken, error) {
			token, err := s.Load(ctx, key)
			token.Life = 4 * time.Second
			return token, err
		}
	}, "after a Publish of 4s Load returned 4s"},
	"tokens never end": {func(s dingtalk.TokenStore, b *bent) {
		b.publish = func(ctx context.Context, key, fence string, token dingtalk.StoredToken) (bool, error) {
			token.Life += time.Hour
			return s.Publish(ctx, key, fence, token)
		}
	}, "Load should fail with ErrNoToken"},
	"a value is cut": {func(s dingtalk.TokenStore, b *bent) {
		b.publish = func(ctx context.Context, key, fence string, token dingtalk.StoredToken) (bool, error) {
			text := token.Value.Reveal()
			token.Value = dingtalk.NewSecret(text[:min(len(text), 255)])
			return s.Publish(ctx, key, fence, token)
		}
	}, "comes back changed"},
	"a fingerprint is lost": {func(s dingtalk.TokenStore, b *bent) {
		b.publish = func(ctx context.Context, key, fence string, token dingtalk.StoredToken) (bool, error) {
			token.Fingerprint = ""
			return s.Publish(ctx, key, fence, token)
		}
	}, "should return the fingerprint"},
	"every caller gets the lock": {func(_ dingtalk.TokenStore, b *bent) {
		b.lock = func(context.Context, string, time.Duration) (string, bool, error) { return "fence", true, nil }
	}, "Lock should not succeed while the lock is taken"},
	"a lock does not end": {func(s dingtalk.TokenStore, b *bent) {
		b.lock = func(ctx context.Context, key string, lease time.Duration) (string, bool, error) {
			return s.Lock(ctx, key, lease+time.Hour)
		}
	}, "a lock after its lease: Lock should succeed"},
	"a fence is the key": {func(s dingtalk.TokenStore, b *bent) {
		fences := map[string]string{}
		b.lock = func(ctx context.Context, key string, lease time.Duration) (string, bool, error) {
			fence, ok, err := s.Lock(ctx, key, lease)
			if ok {
				fences[key] = fence
			}
			return key, ok, err
		}
		b.publish = func(ctx context.Context, key, fence string, token dingtalk.StoredToken) (bool, error) {
			return s.Publish(ctx, key, fences[fence], token)
		}
		b.unlock = func(ctx context.Context, key, fence string) error { return s.Unlock(ctx, key, fences[fence]) }
	}, "Lock returned the same fence twice"},
	"every caller may publish": {func(s dingtalk.TokenStore, b *bent) {
		b.publish = func(ctx context.Context, key, _ string, token dingtalk.StoredToken) (bool, error) {
			if old, err := s.Load(ctx, key); err == nil {
				_ = s.Drop(ctx, key, old.Fingerprint)
			}
			return s.Publish(ctx, key, "", token)
		}
	}, "a token published with a lock that ended: Publish"},
	"nothing is stored without the lock": {func(s dingtalk.TokenStore, b *bent) {
		b.publish = func(ctx context.Context, key, fence string, token dingtalk.StoredToken) (bool, error) {
			if fence == "" || strings.HasPrefix(fence, "no") {
				return false, nil
			}
			return s.Publish(ctx, key, fence, token)
		}
	}, "Publish of \"second\" returned false"},
	"publishing keeps the lock": {func(s dingtalk.TokenStore, b *bent) {
		b.publish = func(ctx context.Context, key, fence string, token dingtalk.StoredToken) (bool, error) {
			stored, err := s.Publish(ctx, key, fence, token)
			_, _, _ = s.Lock(ctx, key, time.Hour)
			return stored, err
		}
	}, "Lock should succeed while the lock is free"},
	"publishing says nothing": {func(s dingtalk.TokenStore, b *bent) {
		b.publish = func(ctx context.Context, key, fence string, token dingtalk.StoredToken) (bool, error) {
			_, err := s.Publish(ctx, key, fence, token)
			return true, err
		}
	}, "returned true"},
	"a late caller releases the lock of another": {func(s dingtalk.TokenStore, b *bent) {
		locks := sync.Map{}
		b.lock = func(ctx context.Context, key string, lease time.Duration) (string, bool, error) {
			fence, ok, err := s.Lock(ctx, key, lease)
			if ok {
				locks.Store(key, fence)
			}
			return fence, ok, err
		}
		b.publish = func(ctx context.Context, key, fence string, token dingtalk.StoredToken) (bool, error) {
			stored, err := s.Publish(ctx, key, fence, token)
			if held, ok := locks.Load(key); ok {
				_ = s.Unlock(ctx, key, held.(string))
			}
			return stored, err
		}
	}, "while another caller has the lock: Lock should not succeed"},
	"a lease is rounded up": {func(s dingtalk.TokenStore, b *bent) {
		b.lock = func(ctx context.Context, key string, lease time.Duration) (string, bool, error) {
			return s.Lock(ctx, key, lease+2*time.Second)
		}
	}, "a lock after its lease: Lock should succeed"},
	"every caller releases the lock": {func(s dingtalk.TokenStore, b *bent) {
		fences := map[string]string{}
		var mu sync.Mutex
		b.lock = func(ctx context.Context, key string, lease time.Duration) (string, bool, error) {
			fence, ok, err := s.Lock(ctx, key, lease)
			mu.Lock()
			defer mu.Unlock()
			if ok {
				fences[key] = fence
			}
			return fence, ok, err
		}
		b.unlock = func(ctx context.Context, key, _ string) error { return s.Unlock(ctx, key, fences[key]) }
	}, "Lock should not succeed while the lock is taken"},
	"no caller releases the lock": {func(_ dingtalk.TokenStore, b *bent) {
		b.unlock = func(context.Context, string, string) error { return nil }
	}, "Lock should succeed while the lock is free"},
	"whatever is there is dropped": {func(s dingtalk.TokenStore, b *bent) {
		b.drop = func(ctx context.Context, key, _ string) error {
			old, err := s.Load(ctx, key)
			if err != nil {
				return nil
			}
			return s.Drop(ctx, key, old.Fingerprint)
		}
	}, "a dropped token: Load"},
	"nothing is dropped": {func(_ dingtalk.TokenStore, b *bent) {
		b.drop = func(context.Context, string, string) error { return nil }
	}, "a dropped token: Load should fail with ErrNoToken"},
	"all keys are one": {func(s dingtalk.TokenStore, b *bent) {
		b.lock = func(ctx context.Context, _ string, lease time.Duration) (string, bool, error) {
			return s.Lock(ctx, "k", lease)
		}
		b.unlock = func(ctx context.Context, _, fence string) error { return s.Unlock(ctx, "k", fence) }
		b.load = func(ctx context.Context, _ string) (dingtalk.StoredToken, error) { return s.Load(ctx, "k") }
		b.drop = func(ctx context.Context, _, fingerprint string) error { return s.Drop(ctx, "k", fingerprint) }
		b.publish = func(ctx context.Context, _, fence string, token dingtalk.StoredToken) (bool, error) {
			return s.Publish(ctx, "k", fence, token)
		}
	}, "two keys: "},
	"what is not there is an error": {func(_ dingtalk.TokenStore, b *bent) {
		b.unlock = func(context.Context, string, string) error { return fmt.Errorf("no such lock") }
	}, "Unlock: no such lock"},
}
