package mirror

import (
	"cmp"
	"reflect"
	"time"
)

// dirty is the record of a dirty key: an entity that has to be read. Dirty records are the only list of work, so what
// led to them is safe once they are stored.
type dirty struct {
	// Generation is that of the latest mark. A read clears the record only if it began after the latest mark: if the
	// generation was the same before the read and is the same after it.
	Generation uint64 `json:"generation"`
	// Done is the latest generation of which a read that began after it is in.
	Done   uint64 `json:"done,omitzero"`
	Source Source `json:"source"`
	Since  int64  `json:"since"` // of the first mark, in milliseconds
	Due    int64  `json:"due,omitzero"`
	Low    bool   `json:"low,omitzero"` // read when nothing else is to be read
	// Listed is set if a list that began after the latest mark has shown the user: read after those whom none has shown.
	Listed bool `json:"listed,omitzero"`
	// IfAbsent is set if the entity is read only if the mirror still does not have it.
	IfAbsent bool `json:"if_absent,omitzero"`
	// Recheck is set if the service may show the change late; see recheck.go.
	Recheck bool         `json:"recheck,omitzero"`
	Checks  int          `json:"checks,omitzero"`
	Expect  *expectation `json:"expect,omitzero"`
	Held    bool         `json:"held,omitzero"` // by the removal guard: not read until it is marked again
}

// mark is a reason to read an entity.
type mark struct {
	source   Source
	low      bool
	ifAbsent bool
	recheck  bool
	now      bool // not to wait for more marks
	expect   *expectation
}

// How long a dirty key waits for further marks, counted from the latest and from the first mark.
const (
	debounce    = 300 * time.Millisecond
	maxDebounce = 3 * time.Second
)

// mark makes an entity dirty, or dirty again, and returns the generation.
func (t *transaction) mark(k Key, why mark) (uint64, error) {
	key := dirtyKey(k)
	stored, err := get(t, key)
	if err != nil {
		return 0, err
	}
	old, err := decode[dirty](stored)
	if err != nil {
		return 0, err
	}
	t.n.Generation++
	t.changed = true
	now := t.now.UnixMilli()
	d := dirty{Generation: t.n.Generation, Source: why.source, Since: now, Due: t.now.Add(debounce).UnixMilli(), Low: why.low,
		IfAbsent: why.ifAbsent, Recheck: why.recheck, Expect: why.expect}
	if stored != nil {
		if err := t.Delete(queueKey(old.Generation)); err != nil {
			return 0, err
		}
		d.Done, d.Since = old.Done, old.Since
		d.Due = min(d.Due, time.UnixMilli(old.Since).Add(maxDebounce).UnixMilli())
		d.merge(old, why)
	}
	if why.now || why.low {
		d.Due = min(d.Due, now)
	}
	if err := t.Put(key, encode(d)); err != nil {
		return 0, err
	}
	return d.Generation, t.Put(queueKey(d.Generation), k.encode())
}

// merge adds what an earlier mark asked for. What two different marks expect is not expected, because they may have come
// in any order.
func (d *dirty) merge(old dirty, why mark) {
	d.Low, d.IfAbsent = d.Low && old.Low, d.IfAbsent && old.IfAbsent
	if why.low {
		d.Source = cmp.Or(old.Source, d.Source)
	}
	switch {
	case !old.Recheck:
	case !why.recheck:
		d.Recheck, d.Checks, d.Expect = true, old.Checks, old.Expect
	case !reflect.DeepEqual(old.Expect, d.Expect):
		d.Expect = nil
	}
}

// getDirty returns the record of a dirty key, and whether there is one.
func getDirty(r Reader, k Key) (dirty, bool, error) {
	b, err := get(r, dirtyKey(k))
	if err != nil || b == nil {
		return dirty{}, false, err
	}
	d, err := decode[dirty](b)
	return d, true, err
}

// clear removes a dirty record.
func (t *transaction) clear(k Key, d dirty) error {
	if err := t.Delete(dirtyKey(k)); err != nil {
		return err
	}
	return t.Delete(queueKey(d.Generation))
}

// settle ends a read of a dirty key that began after its generation, and returns the record if there is more to read.
// Met reports whether the read showed what was expected.
func (t *transaction) settle(k Key, generation uint64, met bool) (*dirty, error) {
	d, found, err := getDirty(t, k)
	if err != nil || !found {
		return nil, err
	}
	d.Done = max(d.Done, generation)
	switch {
	case d.Generation != generation && !t.m.rules.ignoreGeneration:
		// marked again during the read
	case d.Recheck && d.Checks < len(recheckDelays) && !met && !t.m.rules.noRecheck:
		d.Due = recheckDue(t.now, d.Checks)
		d.Checks++
		d.Source, d.Listed = SourceRecheck, false
	default:
		return nil, t.clear(k, d)
	}
	return &d, t.Put(dirtyKey(k), encode(d))
}
