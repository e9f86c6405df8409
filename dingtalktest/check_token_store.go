package dingtalktest

import (
	"crypto/rand"
	"errors"
	"fmt"
	"testing"
	"time"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// CheckTokenStore fails the test if a TokenStore violates the rules of the interface. Open returns the store, which may be
// the same for all checks: each check uses new keys. Advance moves the store's time forward, by the clock of a fake server
// or by sleeping: about 15 seconds in all.
//
// It cannot check that a method ends with its context, nor that a method is atomic while other processes call it.
func CheckTokenStore(tb testing.TB, open func(testing.TB) dingtalk.TokenStore, advance func(time.Duration)) {
	tb.Helper()
	for _, check := range []struct {
		name string
		run  func(*storeCheck)
	}{
		{"a key that was never used", (*storeCheck).neverUsed},
		{"a published token", (*storeCheck).published},
		{"a token's life", (*storeCheck).life},
		{"a lock", (*storeCheck).exclusive},
		{"a lock after its lease", (*storeCheck).lapsed},
		{"a token published with the lock", (*storeCheck).replaced},
		{"a token published with a lock that ended", (*storeCheck).late},
		{"a token published while another caller has the lock", (*storeCheck).fenced},
		{"a dropped token", (*storeCheck).dropped},
		{"two keys", (*storeCheck).apart},
		{"many callers at once", (*storeCheck).crowd},
	} {
		c := &storeCheck{tb: tb, name: check.name, store: open(tb), advance: advance, key: rand.Text()}
		check.run(c)
	}
}

const (
	checkedLease = 4 * time.Second
	checkedLife  = 60 * time.Second
)

// storeCheck is one check of a store.
type storeCheck struct {
	tb      testing.TB
	name    string
	store   dingtalk.TokenStore
	advance func(time.Duration)
	key     string
}

func (c *storeCheck) expect(ok bool, format string, args ...any) {
	c.tb.Helper()
	if !ok {
		c.tb.Errorf("dingtalktest: token store: %s: %s", c.name, fmt.Sprintf(format, args...))
	}
}

func (c *storeCheck) succeeds(method string, err error) {
	c.tb.Helper()
	c.expect(err == nil, "%s: %v", method, err)
}

// token returns a token to store. Its parts depend on the name.
func token(name string, life time.Duration) dingtalk.StoredToken {
	return dingtalk.StoredToken{Value: dingtalk.NewSecret("v1.key-1." + name + "_-AZ09"), Fingerprint: "fingerprint-of-" + name, Life: life}
}

// holds checks that a token is stored, or none for the empty name.
func (c *storeCheck) holds(name string) {
	c.tb.Helper()
	got, err := c.store.Load(c.tb.Context(), c.key)
	if name == "" {
		c.expect(errors.Is(err, dingtalk.ErrNoToken), "Load should fail with ErrNoToken, and returned the error %v", err)
		return
	}
	want := token(name, 0)
	c.succeeds("Load", err)
	c.expect(got.Value == want.Value, "Load should return the value of %q", name)
	c.expect(got.Fingerprint == want.Fingerprint, "Load should return the fingerprint of %q, and returned %q", name, got.Fingerprint)
	c.expect(got.Life > 0, "Load returned a life of %v", got.Life)
}

// lock checks that the lock is free and takes it.
func (c *storeCheck) lock() string {
	c.tb.Helper()
	fence, ok, err := c.store.Lock(c.tb.Context(), c.key, checkedLease)
	c.succeeds("Lock", err)
	c.expect(ok, "Lock should succeed while the lock is free")
	c.expect(fence != "" || !ok, "Lock returned an empty fence")
	return fence
}

// locked checks that the lock is taken.
func (c *storeCheck) locked() {
	c.tb.Helper()
	_, ok, err := c.store.Lock(c.tb.Context(), c.key, checkedLease)
	c.succeeds("Lock", err)
	c.expect(!ok, "Lock should not succeed while the lock is taken")
}

func (c *storeCheck) publish(fence, name string, life time.Duration, want bool) {
	c.tb.Helper()
	stored, err := c.store.Publish(c.tb.Context(), c.key, fence, token(name, life))
	c.succeeds("Publish", err)
	c.expect(stored == want, "Publish of %q returned %v", name, stored)
}

func (c *storeCheck) unlock(fence string) {
	c.tb.Helper()
	c.succeeds("Unlock", c.store.Unlock(c.tb.Context(), c.key, fence))
}

func (c *storeCheck) drop(name string) {
	c.tb.Helper()
	c.succeeds("Drop", c.store.Drop(c.tb.Context(), c.key, token(name, 0).Fingerprint))
}
