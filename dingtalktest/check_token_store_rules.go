package dingtalktest

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"sync"
	"time"
)

func (c *storeCheck) neverUsed() {
	c.holds("")
	c.drop("first")
	c.unlock("no-such-fence")
	c.holds("")
	c.lock()
}

func (c *storeCheck) published() {
	c.publish(c.lock(), "first", checkedLife, true)
	c.holds("first")
	long := token(strings.Repeat("long", 1000), checkedLife)
	_, err := c.store.Publish(c.tb.Context(), c.key, c.lock(), long)
	c.succeeds("Publish", err)
	got, err := c.store.Load(c.tb.Context(), c.key)
	c.succeeds("Load", err)
	c.expect(got.Value == long.Value, "a value of %d bytes comes back changed", len(long.Value.Reveal()))
}

func (c *storeCheck) life() {
	const life, lived, slack = 4 * time.Second, 2 * time.Second, time.Second
	c.publish(c.lock(), "first", life, true)
	got, err := c.store.Load(c.tb.Context(), c.key)
	c.succeeds("Load", err)
	c.expect(got.Life <= life && got.Life > life-slack, "%v after Publish Load returned %v", life, got.Life)
	c.advance(lived)
	got, err = c.store.Load(c.tb.Context(), c.key)
	c.succeeds("Load", err)
	c.expect(got.Life <= life-lived+slack/10 && got.Life > life-lived-slack, "%v after a Publish of %v Load returned %v", lived, life, got.Life)
	c.advance(life - lived + slack/10)
	c.holds("")
	c.publish("no-such-fence", "second", checkedLife, true)
	c.holds("second")
}

func (c *storeCheck) exclusive() {
	fence := c.lock()
	c.locked()
	c.unlock("no-such-fence")
	c.unlock("")
	c.locked()
	c.unlock(fence)
	second := c.lock()
	c.expect(second != fence, "Lock returned the same fence twice")
	c.unlock(fence)
	c.locked()
	c.holds("")
}

func (c *storeCheck) lapsed() {
	first := c.lock()
	c.advance(checkedLease / 2)
	c.locked() // an attempt does not extend the lease
	c.advance(checkedLease/2 + checkedLease/40)
	second := c.lock()
	c.expect(second != first, "Lock returned the same fence twice")
	c.unlock(first)
	c.locked()
}

func (c *storeCheck) replaced() {
	c.publish(c.lock(), "first", checkedLife, true)
	c.publish(c.lock(), "second", 2*time.Second, true) // Publish released the lock
	c.holds("second")
	got, err := c.store.Load(c.tb.Context(), c.key)
	c.succeeds("Load", err)
	c.expect(got.Life <= 2*time.Second, "Load returned the life of the token before: %v", got.Life)
	c.lock()
}

func (c *storeCheck) late() {
	fence := c.lock()
	c.advance(checkedLease + checkedLease/40)
	c.publish(fence, "first", checkedLife, true) // there was none
	c.publish(fence, "second", checkedLife, false)
	c.publish("", "third", checkedLife, false)
	c.holds("first")
	unlocked := c.lock()
	c.unlock(unlocked)
	c.publish(unlocked, "fourth", checkedLife, false)
	c.holds("first")
}

func (c *storeCheck) fenced() {
	old := c.lock()
	c.advance(checkedLease + checkedLease/40)
	present := c.lock()
	c.publish(old, "first", checkedLife, true)
	c.locked() // the lock of another fence must not be released
	c.publish(old, "second", checkedLife, false)
	c.holds("first")
	c.publish(present, "third", checkedLife, true)
	c.holds("third")
	c.publish(old, "fourth", checkedLife, false)
	c.holds("third")
}

func (c *storeCheck) dropped() {
	c.publish(c.lock(), "first", checkedLife, true)
	c.lock()
	c.drop("another")
	c.holds("first")
	c.drop("first")
	c.holds("")
	c.locked() // dropping a token does not release the lock
	c.publish("", "second", checkedLife, true)
	c.drop("first")
	c.holds("second")
}

func (c *storeCheck) apart() {
	fence := c.lock()
	first := c.key
	c.key = rand.Text()
	other := c.lock()
	c.expect(other != fence, "Lock returned the same fence twice")
	c.unlock(fence)
	c.locked()
	c.publish(fence, "first", checkedLife, true)
	c.locked()
	c.key = first
	c.locked()
	c.holds("")
	c.drop("first")
	c.key = rand.Text()
	c.holds("")
}

func (c *storeCheck) crowd() {
	const callers = 16
	var mu sync.Mutex
	locks, stored := map[string]bool{}, 0
	together := func(f func(ctx context.Context, i int)) {
		var wg sync.WaitGroup
		for i := range callers {
			wg.Go(func() { f(c.tb.Context(), i) })
		}
		wg.Wait()
	}
	together(func(ctx context.Context, _ int) {
		fence, ok, err := c.store.Lock(ctx, c.key, checkedLease)
		c.succeeds("Lock", err)
		mu.Lock()
		defer mu.Unlock()
		if ok {
			locks[fence] = true
		}
	})
	c.expect(len(locks) == 1, "%d of %d callers got the lock", len(locks), callers)
	together(func(ctx context.Context, i int) {
		ok, err := c.store.Publish(ctx, c.key, "", token(fmt.Sprint("of ", i), checkedLife))
		c.succeeds("Publish", err)
		mu.Lock()
		defer mu.Unlock()
		if ok {
			stored++
		}
	})
	c.expect(stored == 1, "%d of %d callers without the lock stored a token", stored, callers)
}
