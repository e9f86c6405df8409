package mirror

import (
	"bytes"
	"encoding/json"
	"slices"
	"time"
)

// counters are the numbers of a store, in one record.
type counters struct {
	Revision   Revision     `json:"revision,omitzero"`   // of the latest change
	Compacted  Revision     `json:"compacted,omitzero"`  // of the latest change that the feed has no longer
	Generation uint64       `json:"generation,omitzero"` // of the latest mark
	Forgets    uint64       `json:"forgets,omitzero"`    // calls of Mirror.Forget
	Rows       map[Kind]int `json:"rows,omitempty"`
	Guard      guardState   `json:"guard,omitzero"`
}

var countersKey = stateKey("counters")

func readCounters(r Reader) (counters, error) {
	b, err := get(r, countersKey)
	if err != nil {
		return counters{}, err
	}
	return decode[counters](b)
}

// transaction changes rows, dirty records and the feed together.
type transaction struct {
	Writer
	m       *Mirror
	now     time.Time
	n       counters
	changed bool // n has to be written
}

// transact runs f in a transaction of update, which is that of the store or of a lease.
func (m *Mirror) transact(update func(func(Writer) error) error, f func(*transaction) error) error {
	return update(func(w Writer) error {
		n, err := readCounters(w)
		if err != nil {
			return err
		}
		t := &transaction{Writer: w, m: m, now: m.opt.now(), n: n}
		if err := f(t); err != nil {
			return err
		}
		if !t.changed {
			return nil
		}
		return w.Put(countersKey, encode(t.n))
	})
}

// feedEntry is the record of a Change.
type feedEntry struct {
	Key    []byte          `json:"key"`
	Before json.RawMessage `json:"before,omitempty"`
	After  json.RawMessage `json:"after,omitempty"`
	Reason RemovalReason   `json:"reason,omitzero"`
	Source Source          `json:"source"`
	At     int64           `json:"at"` // milliseconds
}

// store stores a row, or removes it if value is nil, with its indexes and the change in the feed. It does nothing if the
// row has the value already.
func (t *transaction) store(k Key, value []byte, reason RemovalReason, source Source) error {
	key := k.encode()
	stored, err := get(t, key)
	if err != nil || bytes.Equal(stored, value) {
		return err
	}
	stored = slices.Clone(stored)
	if err := t.index(k, stored, value); err != nil {
		return err
	}
	if value == nil {
		err = t.Delete(key)
		t.count(k.Kind, -1)
	} else {
		err = t.Put(key, value)
	}
	if stored == nil {
		t.count(k.Kind, 1)
	}
	if err != nil {
		return err
	}
	e := feedEntry{Key: key, Before: stored, After: value, Source: source, At: t.now.UnixMilli()}
	if value == nil {
		e.Reason = reason
	}
	if t.m.opt.withoutHistory {
		e.Before, e.After = nil, nil
	}
	t.n.Revision++
	t.changed = true
	return t.Put(feedKey(t.n.Revision), encode(e))
}

func (t *transaction) count(kind Kind, by int) {
	if t.n.Rows == nil {
		t.n.Rows = map[Kind]int{}
	}
	t.n.Rows[kind] += by
	t.changed = true
}

// index brings the indexes from one value of a row to the next.
func (t *transaction) index(k Key, before, after []byte) error {
	switch k.Kind {
	case KindUser:
		old, err := decodeUser(before)
		if err != nil {
			return err
		}
		now, err := decodeUser(after)
		if err != nil {
			return err
		}
		keys := func(u User) (all []string) {
			for _, dept := range u.DeptIDList {
				all = append(all, string(memberKey(dept, k.UserID)))
			}
			for _, role := range u.RoleList {
				all = append(all, string(holderKey(role.ID, k.UserID)))
			}
			return all
		}
		return t.reindex(keys(old), keys(now))
	case KindDepartment:
		old, err := decodeDepartment(before)
		if err != nil {
			return err
		}
		now, err := decodeDepartment(after)
		if err != nil {
			return err
		}
		keys := func(d Department) (all []string) {
			if d.ParentID != 0 {
				all = append(all, string(childKey(d.ParentID, k.ID)))
			}
			return all
		}
		return t.reindex(keys(old), keys(now))
	default:
		return nil
	}
}

func (t *transaction) reindex(old, now []string) error {
	for _, key := range old {
		if !slices.Contains(now, key) {
			if err := t.Delete([]byte(key)); err != nil {
				return err
			}
		}
	}
	for _, key := range now {
		if !slices.Contains(old, key) {
			if err := t.Put([]byte(key), []byte{1}); err != nil {
				return err
			}
		}
	}
	return nil
}
