package mirror

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"time"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// The removal guard: a flood of removals may be a fault, such as a permission that was withdrawn by mistake. If more users
// or departments than minGuard, and than one in guardShare of them, are gone between two complete scans, or not seen by a
// scan, or if a scan sees no user at all, the guard closes for them: no more are removed until AllowMassRemoval permits it, or
// until the next complete scan finds them again.
//
// A contact scope that has changed may be a fault as well. So the guard is closed while a scan finds out what the change
// means. What is more than a few then waits: if a complete scan that begins scopeDelay later finds the same contact scope, and
// this is not empty, removals out of it pass.
const (
	minGuard   = 100
	guardShare = 20
	scopeDelay = 10 * time.Minute
)

// guardState is the state of the removal guard.
type guardState struct {
	Removed       map[Kind]int  `json:"removed,omitempty"` // since the latest complete scan, or since the guard was open
	Closed        map[Kind]bool `json:"closed,omitempty"`
	Candidates    map[Kind]int  `json:"candidates,omitempty"` // which the latest scan left alone
	Allowed       uint64        `json:"allowed,omitzero"`     // the generation of the scan up to which all removals pass
	ScopeExplains bool          `json:"scope_explains,omitzero"`
}

// guarded are the kinds that the guard watches.
var guarded = []Kind{KindUser, KindDepartment}

func guardLimit(n int) int { return max(minGuard, n/guardShare) }

// guard counts a removal, and reports whether it is held back. Then the entity stays dirty.
func (p *put) guard(k Key, reason RemovalReason) (held bool, err error) {
	g := &p.n.Guard
	if !slices.Contains(guarded, k.Kind) || g.Allowed > 0 || reason == OutOfScope && g.ScopeExplains {
		return false, nil
	}
	p.changed = true
	if !g.Closed[k.Kind] && g.Removed[k.Kind] < guardLimit(p.n.Rows[k.Kind]+g.Removed[k.Kind]) {
		set(&g.Removed, k.Kind, g.Removed[k.Kind]+1)
		return false, nil
	}
	set(&g.Closed, k.Kind, true)
	return true, p.hold(k)
}

func set[V any](m *map[Kind]V, k Kind, v V) {
	if *m == nil {
		*m = map[Kind]V{}
	}
	(*m)[k] = v
}

// hold keeps an entity dirty without reading it. But one that was marked before, and not read for that, is read first.
func (p *put) hold(k Key) error {
	d, found, err := getDirty(p, k)
	if err != nil || found && !d.Held && (k != p.key || d.Generation != p.generation) {
		return err
	}
	if _, err := p.mark(k, mark{source: SourceScan}); err != nil {
		return err
	}
	if d, _, err = getDirty(p, k); err != nil {
		return err
	}
	d.Held = true
	return p.Put(dirtyKey(k), encode(d))
}

// release has the entities of some kinds read again that the guard holds back.
func (t *transaction) release(of ...Kind) error {
	return eachWithPrefix(t, []byte{prefixDirty}, func(key, value []byte) error {
		k, err := decodeKey(bytes.Clone(key[1:]))
		if err != nil {
			return err
		}
		d, err := decode[dirty](value)
		if err != nil || !d.Held || !slices.Contains(of, k.Kind) {
			return err
		}
		_, err = t.mark(k, mark{source: SourceScan, now: true})
		return err
	})
}

// closeFor closes the guard if a scan has too many candidates for removal, and opens it otherwise. It returns those that are
// read.
func (s *scan) closeFor(ctx context.Context, unseen []Key) ([]Key, error) {
	n := map[Kind]int{}
	for _, k := range unseen {
		n[k.Kind]++
	}
	held := map[Kind]int{}
	err := s.l.transact(ctx, func(t *transaction) error {
		clear(held)
		g := &t.n.Guard
		for _, kind := range guarded {
			flood := n[kind]+g.Removed[kind] > guardLimit(t.n.Rows[kind]+g.Removed[kind]) ||
				kind == KindUser && n[kind] > 0 && n[kind] == t.n.Rows[kind]
			switch {
			case g.Allowed > 0 || g.ScopeExplains || !g.Closed[kind] && !flood:
			case flood:
				set(&g.Closed, kind, true)
				held[kind] = n[kind]
			default: // they are back, or the contact scope has changed a little
				g.Closed[kind] = false
				if err := t.release(kind); err != nil {
					return err
				}
			}
		}
		if !maps.Equal(g.Candidates, held) {
			g.Candidates = maps.Clone(held)
		}
		t.changed = true
		return nil
	})
	return slices.DeleteFunc(unseen, func(k Key) bool { return held[k.Kind] > 0 }), err
}

// scanned notes a complete scan that began after a generation.
func (g *guardState) scanned(generation uint64) {
	if g.Allowed <= generation {
		g.Allowed = 0
	}
	g.ScopeExplains = false
	maps.DeleteFunc(g.Removed, func(kind Kind, _ int) bool { return !g.Closed[kind] })
}

// noteScopes compares the contact scope, nil if it is unknown, with that of the latest complete scan. It closes the guard
// if the contact scope has changed, and opens it if the latest scan held removals back because of the same contact scope.
func (s *scan) noteScopes(ctx context.Context, scopes *dingtalk.AuthScopes) error {
	return s.l.transact(ctx, func(t *transaction) error {
		record, err := readScanRecord(t)
		if err != nil {
			return err
		}
		s.scopes, s.scopeSince = record.Scopes, record.ScopeSince
		held := t.now.Sub(time.UnixMilli(record.ScopeSince))
		t.n.Guard.ScopeExplains, t.changed = false, true
		switch {
		case scopes == nil:
			return nil
		case record.Scopes != nil && !bytes.Equal(encode(record.Scopes), encode(scopes)):
			s.scopeSince = t.now.UnixMilli()
			if t.n.Guard.Allowed == 0 {
				for _, kind := range guarded {
					set(&t.n.Guard.Closed, kind, true)
				}
			}
		case record.ScopeSince != 0 && held >= scopeDelay && len(scopes.AuthOrgScopes.AuthedDept)+len(scopes.AuthOrgScopes.AuthedUser) > 0:
			s.scopeSince = 0
			t.n.Guard = guardState{Allowed: t.n.Guard.Allowed, ScopeExplains: true}
			err = t.release(guarded...)
		}
		s.scopes = scopes
		return err
	})
}

// AllowMassRemoval permits the removals that the removal guard holds back (see Status.Held), and all others until the end of
// the next complete scan, which it asks for. Each entity is read again before it is removed.
func (m *Mirror) AllowMassRemoval(ctx context.Context) error {
	return m.update(ctx, func(t *transaction) error {
		if err := t.release(guarded...); err != nil {
			return err
		}
		generation, err := t.mark(scanKey, mark{source: SourceAsked, now: true})
		t.n.Guard = guardState{Allowed: generation}
		return err
	})
}
