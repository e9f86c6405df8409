package mirror

import (
	"bytes"
	"context"
	"maps"
	"slices"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// put writes what one read showed, in one transaction.
//
// The put rule: a read that began after the latest read of the row ended is stored. One that ended before that began is
// dropped. If the two overlap, nothing says which is later: a read that shows the same confirms the row, and after one that
// shows something else the entity is read again. So is a user whom a read would bring back and who may have been forgotten
// since the read began.
type put struct {
	*transaction
	l      *leader
	read   reading
	source Source

	key        Key    // of the dirty record that asked for the read, if one did
	generation uint64 // of that

	agreed []Key // the rows that agree with the read
	gone   []Key // the entities that the read shows to be gone
	again  []Key // the entities that have to be read again

	relisted map[Key]dirty // the records that a list has changed
}

// write runs f in a transaction of the leader, and notes the read.
func (l *leader) write(ctx context.Context, read reading, source Source, f func(*put) error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	var p *put
	err := l.transact(ctx, func(t *transaction) error {
		p = &put{transaction: t, l: l, read: read, source: source, relisted: map[Key]dirty{}}
		return f(p)
	})
	if err != nil {
		return err
	}
	l.forgets = p.n.Forgets
	for _, k := range p.agreed {
		l.clock.note(k, read)
		l.scanning.see(k, read)
		delete(l.absent, k)
	}
	if len(l.absent) > maxAbsent {
		clear(l.absent)
	}
	for _, k := range p.gone {
		l.absent[k] = read.end
	}
	maps.Copy(l.relisted, p.relisted)
	for _, k := range p.again {
		l.scanning.readAgain(k)
	}
	return nil
}

// maxAbsent is how many entities a leader remembers that it found to be gone. Forgetting one costs a read.
const maxAbsent = 100_000

// transact runs f in a transaction of the lease.
func (l *leader) transact(ctx context.Context, f func(*transaction) error) error {
	return l.m.transact(func(g func(Writer) error) error { return l.lease.Update(ctx, g) }, f)
}

func (p *put) relation(k Key) relation {
	if p.l.m.rules.lastAnswerWins {
		return later
	}
	return p.l.clock.relation(k, p.read)
}

func (p *put) agree(k Key) { p.agreed = append(p.agreed, k) }

// conflict has an entity read again.
func (p *put) conflict(k Key) error {
	p.again = append(p.again, k)
	_, err := p.mark(k, mark{source: p.source, now: true})
	return err
}

// mayBringBack reports whether a user who is not stored may have been forgotten since the read began.
func (p *put) mayBringBack() bool { return p.read.forgets != p.n.Forgets }

// row stores a row that one read shows completely; nil if the entity is gone.
func (p *put) row(k Key, value []byte, reason RemovalReason) error {
	rel := p.relation(k)
	if rel != later {
		stored, err := get(p, k.encode())
		if err != nil {
			return err
		}
		if !bytes.Equal(stored, value) {
			return p.conflict(k)
		}
		p.agree(k)
		return nil
	}
	if value == nil {
		held, err := p.remove(k, reason)
		if err != nil || held {
			return err
		}
		p.gone = append(p.gone, k)
	} else if err := p.store(k, value, "", p.source); err != nil {
		return err
	}
	p.agree(k)
	return nil
}

// user stores what GetUser shows: all fields. If a list that is not older shows the listed fields as they are, the others
// are stored alone: two reads by GetUser never overlap.
func (p *put) user(u dingtalk.User) error {
	k := UserKey(u.UserID)
	stored, found, err := p.storedUser(u.UserID)
	if err != nil {
		return err
	}
	same := found && sameListed(stored.User, u) && sameInDepartments(stored.User, u)
	if p.relation(k) != later && !same || !found && p.mayBringBack() {
		return p.conflict(k)
	}
	p.agree(k)
	if err := p.store(k, encodeUser(u, true), "", p.source); err != nil {
		return err
	}
	if err := p.dropHoldings(stored.User, u); err != nil {
		return err
	}
	if !found {
		for _, role := range u.RoleList { // a list that was read before has been ignored by holder
			if _, err := p.mark(holdersKey(role.ID), mark{source: p.source, low: true}); err != nil {
				return err
			}
		}
	}
	return p.references(u)
}

// dropHoldings removes where a user has the roles that the user no longer has.
func (p *put) dropHoldings(before, now dingtalk.User) error {
	for _, role := range before.RoleList {
		has := func(r dingtalk.UserRole) bool { return r.ID == role.ID }
		if slices.ContainsFunc(now.RoleList, has) {
			continue
		}
		if err := p.row(RoleHolderKey(role.ID, before.UserID), nil, Left); err != nil {
			return err
		}
	}
	return nil
}

// listedUser stores what the list of a department shows of a user.
func (p *put) listedUser(dept int64, u dingtalk.User) error {
	k := UserKey(u.UserID)
	rel := p.relation(k)
	if rel == earlier {
		return nil
	}
	stored, found, err := p.storedUser(u.UserID)
	if err != nil {
		return err
	}
	same := found && sameListed(stored.User, u) && sameInDepartments(stored.User, u)
	switch {
	case same && (stored.Detail || knowsDepartment(stored.User, dept)):
		p.agree(k)
		return nil
	case same: // another list, before the details are known
		p.agree(k)
		return p.store(k, encodeUser(merge(stored.User, u, dept), false), "", p.source)
	case rel == overlapping || !found && p.mayBringBack():
		return p.conflict(k)
	}
	now := u
	if found {
		now = merge(stored.User, u, dept)
	}
	p.agree(k)
	if err := p.store(k, encodeUser(now, false), "", p.source); err != nil {
		return err
	}
	_, err = p.mark(k, mark{source: SourceDetails, low: true})
	return err
}

func (p *put) storedUser(userID string) (User, bool, error) {
	b, err := get(p, UserKey(userID).encode())
	if err != nil || b == nil {
		return User{}, false, err
	}
	u, err := decodeUser(b)
	return u, true, err
}

// references marks the departments and roles of a user that the mirror does not know.
func (p *put) references(u dingtalk.User) error {
	var named []Key
	for _, dept := range u.DeptIDList {
		named = append(named, DepartmentKey(dept))
	}
	for _, role := range u.RoleList {
		named = append(named, RoleKey(role.ID))
	}
	return p.unknown(named, UserKey(u.UserID))
}

// unknown marks those of the entities that the mirror does not have, or what names them if that was read before they were
// found to be gone. What is named although it was found to be gone before is left alone: the app may not see it.
func (p *put) unknown(named []Key, by Key) error {
	if len(named) == 0 {
		return nil
	}
	keys := make([][]byte, 0, 2*len(named))
	for _, k := range named {
		keys = append(keys, k.encode(), dirtyKey(k))
	}
	values, err := p.Get(keys...)
	if err != nil {
		return err
	}
	for i, k := range named {
		if values[2*i] != nil || values[2*i+1] != nil {
			continue
		}
		since, absent := p.l.absent[k]
		if absent && p.read.begin > since {
			continue
		}
		// A scan finds what is new by itself.
		why := mark{source: p.source, now: true, ifAbsent: true, low: p.l.scanning.active}
		if absent {
			k, why.ifAbsent = by, false
		}
		if _, err := p.mark(k, why); err != nil {
			return err
		}
	}
	return nil
}
