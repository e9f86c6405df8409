package mirror

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"
)

// ErrCompacted is a revision that the feed does not reach back to, or that this mirror has not had. Begin anew: read a View,
// and then the changes after its revision.
var ErrCompacted = errors.New("the feed no longer has the changes after this revision")

// Changes iterates over the changes after a revision, and waits for further ones until the context ends. The revision is
// that of a View or of a change; 0 is the beginning.
//
// The changes come in the order of their revisions, each once and without a gap, and applying them to the View of the
// revision gives each later View. Those of one read are there together. A program that stores the revision of the last
// change together with what it made of it goes on after a restart where it was.
//
// An error is the last pair. It matches ErrCompacted if the feed does not reach back to the revision.
func (m *Mirror) Changes(ctx context.Context, after Revision) iter.Seq2[Change, error] {
	return func(yield func(Change, error) bool) {
		for {
			changed := m.store.Changed()
			changes, err := m.changesAfter(ctx, after)
			if err != nil {
				yield(Change{}, err)
				return
			}
			for _, c := range changes {
				after = c.Revision
				if !yield(c, nil) {
					return
				}
			}
			if len(changes) > 0 {
				continue
			}
			select {
			case <-changed:
			case <-ctx.Done():
				yield(Change{}, context.Cause(ctx))
				return
			}
		}
	}
}

// changesAfter returns the next changes, if there are any.
func (m *Mirror) changesAfter(ctx context.Context, after Revision) ([]Change, error) {
	const most = 256
	var changes []Change
	err := m.store.View(ctx, func(r Reader) error {
		changes = nil
		n, err := readCounters(r)
		if err != nil {
			return err
		}
		if after < n.Compacted || after > n.Revision {
			return fmt.Errorf("mirror: revision %d: %w (%d to %d)", after, ErrCompacted, n.Compacted, n.Revision)
		}
		err = r.Range(feedKey(after+1), feedKey(min(n.Revision, after+most)+1), func(key, value []byte) error {
			c, err := decodeChange(key, value)
			changes = append(changes, c)
			return err
		})
		if err == nil && after < n.Revision && (len(changes) == 0 || changes[0].Revision != after+1) {
			err = fmt.Errorf("mirror: the feed lacks revision %d", after+1)
		}
		return err
	})
	return changes, err
}

func decodeChange(key, value []byte) (Change, error) {
	e, err := decode[feedEntry](value)
	if err != nil {
		return Change{}, err
	}
	c := Change{
		Revision: Revision(binary.BigEndian.Uint64(key[1:])), RemovalReason: e.Reason, Source: e.Source,
		At: time.UnixMilli(e.At).UTC(),
	}
	if c.Key, err = decodeKey(e.Key); err != nil {
		return Change{}, err
	}
	if c.Before, err = decodeValue(c.Key, e.Before); err != nil {
		return Change{}, err
	}
	c.After, err = decodeValue(c.Key, e.After)
	return c, err
}

// compactLoop removes from the feed what is older than it keeps. A clock that is set forward meanwhile makes nothing older.
func (l *leader) compactLoop(ctx context.Context) error {
	began, clock := time.Now(), l.m.opt.now()
	for {
		now := l.m.opt.now()
		if passed := clock.Add(time.Since(began)); now.After(passed) {
			now = passed
		}
		for more := true; more; {
			var err error
			if more, err = l.compact(ctx, now); err != nil {
				return err
			}
		}
		if err := sleep(ctx, compactEvery); err != nil {
			return err
		}
	}
}

const compactEvery = time.Minute

// compact removes some of the changes that the feed no longer keeps, and reports whether there may be more.
func (l *leader) compact(ctx context.Context, now time.Time) (more bool, err error) {
	const most = 1000
	oldest := now.Add(-l.m.opt.maxAge).UnixMilli()
	err = l.transact(ctx, func(t *transaction) error {
		var old [][]byte
		surplus := max(int64(t.n.Revision-t.n.Compacted)-int64(l.m.opt.maxChanges), 0)
		err := t.Range(feedKey(t.n.Compacted+1), feedKey(t.n.Compacted+1+most), func(key, value []byte) error {
			e, err := decode[feedEntry](value)
			if err != nil {
				return err
			}
			if int64(len(old)) >= surplus && e.At >= oldest {
				return errStop
			}
			old = append(old, slices.Clone(key))
			return nil
		})
		if err != nil && err != errStop { //nolint:errorlint // it is returned as it is
			return err
		}
		for _, key := range old {
			if err := t.Delete(key); err != nil {
				return err
			}
		}
		if len(old) > 0 {
			t.n.Compacted += Revision(len(old))
			t.changed = true
		}
		more = len(old) == most
		return nil
	})
	return more, err
}
