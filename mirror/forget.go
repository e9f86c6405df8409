package mirror

import (
	"bytes"
	"context"
	"slices"
)

// Forget erases a user: the row, what stands in the feed of the user and of where the user has roles, and dirty records. The
// feed keeps the revisions, as changes without values, and ends with the removal. Other entities may still name the user ID,
// as the manager of a user or a department for example, until the service shows them without it. So does the record that has
// the user read, if the user was dirty, until that read shows that the user is gone.
//
// It is meant for a user who has left: one who is still in the organization returns with the next read that begins after it.
// What was copied from the store before, such as a backup of a file or of a database, is not erased, and what a program made
// of the feed is the program's to erase: it sees the removal as a Change with the reason Forgotten. The store may keep erased
// bytes in pages that it has not used again, and a database in its write-ahead log: the READMEs of dingtalkbolt and dingtalkpg
// say what to do.
func (m *Mirror) Forget(ctx context.Context, userID string) error {
	err := m.update(ctx, func(t *transaction) error {
		t.n.Forgets++ // so that no read under way brings the user back
		t.changed = true
		if err := t.forgetScan(); err != nil { // it may name the user
			return err
		}
		user := UserKey(userID)
		keys := []Key{user}
		for _, prefix := range [][]byte{{prefixRoleHolder}, {prefixDirty, prefixRoleHolder}} {
			err := eachWithPrefix(t, prefix, func(key, _ []byte) error {
				k, err := decodeKey(bytes.Clone(key[len(prefix)-1:]))
				if k.UserID == userID {
					keys = append(keys, k)
				}
				return err
			})
			if err != nil {
				return err
			}
		}
		for _, k := range keys {
			if err := t.forgetRow(k); err != nil {
				return err
			}
		}
		return t.forgetCursor(user)
	})
	if err != nil {
		return err
	}
	return m.forgetHistory(ctx, userID)
}

// forgetRow removes a row and what its dirty record holds. A user remains dirty, because an event that is not read yet may say
// that the user is back.
func (t *transaction) forgetRow(k Key) error {
	if err := t.store(k, nil, Forgotten, SourceAsked); err != nil {
		return err
	}
	d, found, err := getDirty(t, k)
	if err != nil || !found {
		return err
	}
	if err := t.clear(k, d); err != nil || k.Kind != KindUser {
		return err
	}
	_, err = t.mark(k, mark{source: SourceAsked, now: true, recheck: d.Recheck})
	return err
}

// forgetHistory erases the values of a user's changes from the feed, some of its entries in each transaction.
func (m *Mirror) forgetHistory(ctx context.Context, userID string) error {
	const piece = 10_000
	var next, last Revision
	err := m.View(ctx, func(v *View) error {
		next, last = v.n.Compacted+1, v.n.Revision
		return nil
	})
	for ; err == nil && next <= last; next += piece {
		err = m.store.Update(ctx, func(w Writer) error {
			return eachInRange(w, feedKey(next), feedKey(min(next+piece, last+1)), func(key, value []byte) error {
				e, err := decode[feedEntry](value)
				if err != nil {
					return err
				}
				k, err := decodeKey(e.Key)
				if err != nil || k.UserID != userID || e.Before == nil && e.After == nil {
					return err
				}
				e.Before, e.After = nil, nil
				return w.Put(slices.Clone(key), encode(e))
			})
		})
	}
	return err
}
