package mirror

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// run makes the changes of an episode, and checks every change of the feed. At the end it waits until the mirror is at
// rest, and checks that it is exact. It returns the first violation.
func (w *world) run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if err := w.start(ctx); err != nil {
		return err
	}
	watched := make(chan struct{})
	watching, stopWatching := context.WithCancel(ctx)
	defer stopWatching()
	go func() {
		defer close(watched)
		w.watch(watching)
	}()
	if w.lag > 0 {
		go w.copyChanges(ctx)
	}
	if err := w.mirror.Load().Ready(ctx); err != nil {
		return err
	}
	restart := time.Now().Add(w.restartEvery)
	for range w.changes {
		time.Sleep(time.Duration(w.rng.IntN(60)) * time.Millisecond)
		if w.rng.IntN(400) == 0 {
			time.Sleep(time.Minute) // a quiet minute
		}
		w.locked(func() {
			w.change(ctx)
			w.deliver(ctx)
		})
		if w.restartEvery > 0 && time.Now().After(restart) {
			if err := w.crash(); err != nil {
				return err
			}
			if err := w.start(ctx); err != nil {
				return err
			}
			restart = time.Now().Add(time.Duration(w.rng.Int64N(int64(2 * w.restartEvery))))
		}
		if w.failed() != nil {
			break
		}
	}
	if w.failed() == nil {
		err := w.rest(ctx)
		w.locked(func() { w.fail(err) })
	}
	stopWatching()
	<-watched
	w.fail(w.crash())
	cancel()
	for len(w.deliveries) > 0 {
		time.Sleep(time.Second)
	}
	return w.err
}

// watch follows the feed and checks each change. Now and then it compares what it made of the feed with a View, or begins to
// follow anew.
func (w *world) watch(ctx context.Context) {
	for ctx.Err() == nil {
		m := w.mirror.Load()
		for c, err := range m.Changes(ctx, w.shown.revision) {
			switch {
			case ctx.Err() != nil:
				return
			case errors.Is(err, errCrashed): // the next mirror has the rest
				time.Sleep(time.Millisecond)
			case err != nil:
				w.locked(func() { w.fail(err) })
				return
			}
			if err != nil {
				break
			}
			w.locked(func() { w.check(ctx, c) })
			if c.Revision%50 == 0 {
				w.locked(func() { w.compare(ctx) })
				break
			}
		}
	}
}

// check checks a change: that it follows the one before it, and that the entity was like this at some moment that is not
// before what was shown until now.
func (w *world) check(_ context.Context, c Change) {
	if err := w.shown.apply(c); err != nil {
		w.fail(err)
		return
	}
	// The list of a role shows users whom the app no longer sees, and the mirror may still have them.
	if w.scopeEvery > 0 && c.Key.Kind == KindRoleHolder {
		return
	}
	h := w.history[c.Key]
	if h == nil {
		w.fail(fmt.Errorf("revision %d shows %s, which never was: %+v", c.Revision, c.Key, c.After))
		return
	}
	if err := h.show(facesOf(c.After)); err != nil {
		w.fail(fmt.Errorf("revision %d (%s) of %s: %w", c.Revision, c.Source, c.Key, err))
	}
}

// compare compares what was made of the feed with a View, if that has no later revision.
func (w *world) compare(ctx context.Context) {
	err := w.store.View(ctx, func(r Reader) error {
		n, err := readCounters(r)
		if err != nil || n.Revision != w.shown.revision {
			return err
		}
		if err := w.shown.compare(&View{r: r, n: n}); err != nil {
			return err
		}
		return w.checkClean(r)
	})
	if err != nil {
		w.fail(err)
	}
}

// checkClean checks the entities that are not dirty and whose latest change was announced: they are right.
func (w *world) checkClean(r Reader) error {
	for k, h := range w.history {
		if latest := h.number[len(h.number)-1]; k.Kind == KindRoleHolder || latest == 0 || h.covered < latest {
			continue
		}
		if _, dirty, err := getDirty(r, k); dirty || err != nil {
			if err != nil {
				return err
			}
			continue
		}
		if f, whole := facesOf(w.shown.rows[k]); !whole || !f.equal(h.now()) {
			return fmt.Errorf("%s is wrong, although its latest change was announced: %s, and the mirror has %s (%t)", k, h.now(), f, whole)
		}
	}
	return nil
}

// rest waits until no event is under way and no key is dirty, and checks what the guarantees promise then.
func (w *world) rest(ctx context.Context) error {
	if err := w.settle(ctx); err != nil {
		return err
	}
	if err := w.store.View(ctx, w.checkClean); err != nil {
		return fmt.Errorf("at rest %w", err)
	}
	if err := w.rescan(ctx); err != nil {
		return err
	}
	if err := w.catchUp(ctx); err != nil {
		return err
	}
	if err := w.exact(func(is, shown faces) bool { return is.listed == shown.listed && is.contains(shown) }); err != nil {
		return fmt.Errorf("after a scan: %w", err)
	}
	if err := w.settle(ctx); err != nil {
		return err
	}
	time.Sleep(time.Duration(len(w.srv.Users())+10) * defaultDetail * 11 / 10) // all details once
	if err := w.settle(ctx); err != nil {
		return err
	}
	if err := w.exact(faces.equal); err != nil {
		return fmt.Errorf("at the end: %w", err)
	}
	w.locked(func() { w.compare(ctx) })
	return w.failed()
}

// rescan has everything scanned. If the process is to be restarted, it is in the middle of the scan, and the next one goes on.
func (w *world) rescan(ctx context.Context) error {
	if w.restartEvery == 0 {
		return w.mirror.Load().Rescan(ctx)
	}
	generation, err := w.mirror.Load().markScan(ctx)
	if err != nil {
		return err
	}
	time.Sleep(time.Duration(w.rng.Int64N(int64(2 * time.Second))))
	if err := w.crash(); err != nil {
		return err
	}
	if err := w.start(ctx); err != nil {
		return err
	}
	return w.mirror.Load().await(ctx, func(r Reader) (bool, error) {
		d, found, err := getDirty(r, scanKey)
		return !found || d.Done >= generation, err
	})
}

// settle waits until no event is under way, no key is dirty, and the check has seen all. It permits what the removal guard
// holds back, as an operator does: so many people may have left since the latest scan.
func (w *world) settle(ctx context.Context) error {
	for len(w.deliveries) > 0 {
		time.Sleep(time.Second)
	}
	time.Sleep(time.Second + w.lag)
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	for m := w.mirror.Load(); ; {
		keys, held := 0, 0
		err := m.await(ctx, func(r Reader) (bool, error) {
			keys, held = 0, 0
			err := eachWithPrefix(r, []byte{prefixDirty}, func(_, value []byte) error {
				d, err := decode[dirty](value)
				keys++
				if d.Held {
					held++
				}
				return err
			})
			return keys == held, err
		})
		if err == nil && held > 0 {
			err = m.AllowMassRemoval(ctx)
		}
		if err != nil {
			return fmt.Errorf("the mirror does not come to rest: %w: %v", err, w.dirtyKeys(ctx))
		}
		if keys == 0 {
			return w.catchUp(ctx)
		}
	}
}

// dirtyKeys describes the dirty keys.
func (w *world) dirtyKeys(ctx context.Context) (all []string) {
	_ = w.store.View(context.WithoutCancel(ctx), func(r Reader) error {
		return eachWithPrefix(r, []byte{prefixDirty}, func(key, value []byte) error {
			k, err := decodeKey(key[1:])
			all = append(all, fmt.Sprintf("%s %s", k, value))
			return err
		})
	})
	return all
}

// catchUp waits until the check has seen all changes.
func (w *world) catchUp(ctx context.Context) error {
	for {
		var revision Revision
		if err := w.mirror.Load().View(ctx, func(v *View) error { revision = v.Revision(); return nil }); err != nil {
			return err
		}
		caughtUp := false
		w.locked(func() { caughtUp = w.shown.revision == revision || w.err != nil })
		if caughtUp {
			return w.failed()
		}
		time.Sleep(time.Millisecond)
	}
}

// exact checks that the mirror has all entities of the server, and no others.
func (w *world) exact(same func(is, shown faces) bool) error {
	for k, h := range w.history {
		is := h.now()
		if u, found := w.shows.User(k.UserID); k.Kind == KindRoleHolder && found && !w.visible(u) {
			is = faces{}
		}
		shown, _ := facesOf(w.shown.rows[k])
		if !same(is, shown) {
			return fmt.Errorf("%s is %s, and the mirror has %s", k, is, shown)
		}
	}
	for k := range w.shown.rows {
		if w.history[k] == nil {
			return fmt.Errorf("the mirror has %s, which never was", k)
		}
	}
	return nil
}
