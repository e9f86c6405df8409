package mirrortest

import (
	"context"
	"errors"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

// isolated checks that a View shows one state while Updates are committed.
func (c *storeCheck) isolated() {
	c.put("a", "1", "b", "2", "c", "3")
	var updates sync.WaitGroup
	c.view(func(r mirror.Reader) {
		c.getIs(r, "a", "1")
		done := make(chan struct{})
		updates.Go(func() {
			defer close(done)
			for range 3 {
				c.put("a", "4", "b", "", "bb", "5")
			}
		})
		c.awaits(done, "an Update should not wait for a View")
		c.shows(r, "a", "1", "b", "2", "c", "3")
	})
	updates.Wait() // none reports an error after the end of the check
	c.contains("a", "4", "bb", "5", "c", "3")
}

// concurrent counts in many Updates, some of which fail, while Views check that they see only whole Updates.
func (c *storeCheck) concurrent() {
	const callers, each = 16, 8
	lease, err := c.store.Lead(c.ctx)
	if !c.succeeds("Lead", err) {
		return
	}
	var running atomic.Int32
	var group sync.WaitGroup
	for i := range callers {
		update := c.store.Update
		if i%4 == 0 {
			update = lease.Update
		}
		group.Go(func() {
			for n := range each {
				err := update(c.ctx, func(w mirror.Writer) error {
					c.expect(running.Add(1) == 1, "two Updates run at once")
					defer running.Add(-1)
					return c.count(w, n%4 == 3)
				})
				c.expect(err == nil && n%4 != 3 || errors.Is(err, errAbandoned), "Update: %v", err)
				c.view(func(r mirror.Reader) { c.counted(r) })
			}
		})
	}
	group.Wait()
	want := strconv.Itoa(callers * each * 3 / 4)
	c.contains("first", want, "second", want)
}

// count increases two counters, and then fails on demand.
func (c *storeCheck) count(w mirror.Writer, fail bool) error {
	next := strconv.Itoa(c.counted(w) + 1)
	runtime.Gosched() // another Update must not run now, either
	c.write(w, "first", next)
	c.write(w, "second", next)
	if fail {
		return errAbandoned
	}
	return nil
}

// counted checks that both counters are equal.
func (c *storeCheck) counted(r mirror.Reader) int {
	values, err := r.Get([]byte("first"), []byte("second"))
	if !c.succeeds("Get", err) || !c.expect(len(values) == 2, "Get of two keys returned %d values", len(values)) {
		return 0
	}
	c.expect(string(values[0]) == string(values[1]), "a transaction shows a part of an Update")
	count, _ := strconv.Atoi(string(values[0])) // absent at first
	return count
}

func (c *storeCheck) changed() {
	for _, value := range []string{"1", "2"} {
		first, second := c.store.Changed(), c.store.Changed()
		c.put("a", value)
		for _, changed := range []<-chan struct{}{first, second} {
			c.awaits(changed, "the channel of Changed should be closed after an Update")
		}
	}
}

// canceled checks that a canceled transaction fails, also while it waits.
func (c *storeCheck) canceled() {
	c.put("a", "1")
	ctx, cancel := context.WithCancel(c.ctx)
	cancel()
	write := func(w mirror.Writer) error { return w.Put([]byte("a"), []byte("2")) }
	c.expect(errors.Is(c.store.Update(ctx, write), context.Canceled), "Update with a canceled context should fail with its error")
	err := c.store.View(ctx, func(mirror.Reader) error { return nil })
	c.expect(errors.Is(err, context.Canceled), "View with a canceled context should fail with its error, not with %v", err)
	c.contains("a", "1")

	ctx, cancel = context.WithTimeout(c.ctx, probe)
	defer cancel()
	waited := make(chan error, 1)
	c.update(func(w mirror.Writer) {
		c.write(w, "b", "3")
		go func() { waited <- c.store.Update(ctx, write) }()
		select {
		case err := <-waited:
			waited <- err
		case <-c.ctx.Done():
			c.expect(false, "an Update that waits for another should end with its context")
		}
	})
	if c.ctx.Err() == nil {
		c.expect(<-waited != nil, "an Update whose context ended while it waited should fail")
	}
	c.contains("a", "1", "b", "3")
}
