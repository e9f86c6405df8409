package mirrortest

import (
	"context"
	"errors"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

// probe is how long a check waits for what should not happen.
const probe = 100 * time.Millisecond

// lead checks that there is no lease and takes it.
func (c *storeCheck) lead() (mirror.Lease, bool) {
	c.tb.Helper()
	lease, err := c.store.Lead(c.ctx)
	return lease, c.succeeds("Lead", err) && c.expect(!closedNow(lease.Lost()), "a new lease is lost")
}

func closedNow(ch <-chan struct{}) bool {
	select {
	case <-ch:
		return true
	default:
		return false
	}
}

// awaits checks that a channel is closed in time: what closes it may have been ended by the end of the time.
func (c *storeCheck) awaits(ch <-chan struct{}, what string) bool {
	c.tb.Helper()
	select {
	case <-ch:
	case <-c.ctx.Done():
	}
	return c.expect(closedNow(ch) && c.ctx.Err() == nil, "%s", what)
}

func (c *storeCheck) leases() {
	first, ok := c.lead()
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(c.ctx, probe)
	defer cancel()
	_, err := c.store.Lead(ctx)
	c.expect(errors.Is(err, context.DeadlineExceeded), "Lead should wait while there is a lease, and returned the error %v", err)

	var second mirror.Lease
	done := make(chan struct{})
	go func() {
		defer close(done)
		second, _ = c.lead()
	}()
	c.put("a", "1") // by a store without the lease
	c.succeeds("Update of a lease", first.Update(c.ctx, func(w mirror.Writer) error {
		c.write(w, "b", "2")
		c.shows(w, "a", "1", "b", "2")
		return nil
	}))
	c.succeeds("Release", first.Release(c.ctx))
	inTime := c.awaits(done, "Lead should return after Release")
	if <-done; !inTime || second == nil { // it reports no error after the end of the check
		return
	}
	c.succeeds("Update of a lease", second.Update(c.ctx, func(w mirror.Writer) error { return w.Put([]byte("c"), []byte("3")) }))
	c.contains("a", "1", "b", "2", "c", "3")
	c.succeeds("Release", second.Release(c.ctx))
}

func (c *storeCheck) releasedLease() {
	c.put("a", "1")
	first, ok := c.lead()
	if !ok {
		return
	}
	err := first.Update(c.ctx, func(w mirror.Writer) error {
		c.write(w, "a", "2")
		return errAbandoned
	})
	c.expect(errors.Is(err, errAbandoned), "Update of a lease should return the error of its function, and returned %v", err)
	c.succeeds("Release", first.Release(c.ctx))
	c.awaits(first.Lost(), "the channel of Lost should be closed after Release")
	check := func() {
		err := first.Update(c.ctx, func(w mirror.Writer) error { return w.Put([]byte("a"), []byte("3")) })
		c.expect(errors.Is(err, mirror.ErrLeaseLost), "Update of a released lease should fail with ErrLeaseLost, and returned %v", err)
		c.contains("a", "1")
	}
	check()
	second, ok := c.lead()
	if !ok {
		return
	}
	check()
	c.succeeds("a second Release", first.Release(c.ctx))
	c.expect(!closedNow(second.Lost()), "Release of a former lease ended the present one")
	c.succeeds("Update of a lease", second.Update(c.ctx, func(w mirror.Writer) error { return w.Put([]byte("a"), []byte("4")) }))
	c.contains("a", "4")
	c.succeeds("Release", second.Release(c.ctx))
}

func (c *storeCheck) closed() {
	c.put("a", "1")
	lease, ok := c.lead()
	if !ok {
		return
	}
	waiting := make(chan error, 1)
	go func() {
		_, err := c.store.Lead(c.ctx)
		waiting <- err
	}()
	c.succeeds("Close", c.store.Close())
	write := func(w mirror.Writer) error { return w.Put([]byte("a"), []byte("2")) }
	c.expect(c.store.View(c.ctx, func(mirror.Reader) error { return nil }) != nil, "View after Close should fail")
	c.expect(c.store.Update(c.ctx, write) != nil, "Update after Close should fail")
	c.expect(lease.Update(c.ctx, write) != nil, "Update of a lease after Close should fail")
	c.awaits(lease.Lost(), "the channel of Lost should be closed after Close")
	_, err := c.store.Lead(c.ctx)
	c.expect(err != nil && c.ctx.Err() == nil, "Lead after Close should fail at once, and returned the error %v", err)
	err = <-waiting
	c.expect(err != nil && c.ctx.Err() == nil, "a waiting Lead should fail when the store is closed, and returned the error %v", err)
}

func (c *storeCheck) reopened() {
	if c.reopen == nil {
		return
	}
	c.put("a", "1", "b", "2", "\xff", "3")
	lease, ok := c.lead()
	if !ok {
		return
	}
	c.succeeds("Update of a lease", lease.Update(c.ctx, func(w mirror.Writer) error {
		c.write(w, "b", "", "c", "4")
		return nil
	}))
	for range 2 {
		c.succeeds("Close", c.store.Close()) // with the lease
		c.store = c.reopen()
		c.contains("a", "1", "c", "4", "\xff", "3")
		if _, ok := c.lead(); !ok {
			return
		}
	}
	c.put("d", "5")
	c.contains("a", "1", "c", "4", "d", "5", "\xff", "3")
}
