package mirror

import (
	"context"
	"time"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// Many dirty users are not read one by one at first, where fewer calls of lists show them. A list that began after the latest
// mark of a user shows the listed fields, and takes the place of the first recheck. GetUser then reads the other fields, behind
// the users of whom nothing was read yet.

const (
	minBatch     = 20  // dirty users of one department for which its list is read
	minScanBatch = 100 // dirty users for which everything is scanned
	listPage     = 100 // users on a page of a list
)

// batch is the dirty users of a department.
type batch struct {
	dept  int64
	items []*item
}

// unlisted returns the users that are due and of whom a list might show what is to be read, if they are many, and how many
// users are due.
func (q *queue) unlisted(now time.Time) (items []*item, due int) {
	if len(q.lanes[0]) < minBatch {
		return nil, 0
	}
	for _, i := range q.lanes[0] {
		if i.key.Kind != KindUser || i.due.After(now) {
			continue
		}
		if due++; !i.alone && i.record.listable() {
			items = append(items, i)
		}
	}
	if len(items) < minBatch {
		return nil, due
	}
	return items, due
}

// listable reports whether a list may be read first.
func (d dirty) listable() bool {
	return !d.Low && !d.Held && !d.IfAbsent && d.Source != SourceAsked && d.Checks < len(recheckDelays)
}

// batches takes from the queue the users of departments whose lists are to be read, most users first. It has everything
// scanned instead if that takes fewer calls than one for every second of all users. The other users are read one by one.
func (l *leader) batches(ctx context.Context, q *queue, now time.Time) ([]batch, error) {
	items, due := q.unlisted(now)
	if items == nil {
		return nil, nil
	}
	var all []batch
	scan := false
	err := l.m.store.View(ctx, func(r Reader) error {
		all, scan = nil, false
		n, err := readCounters(r)
		if err != nil {
			return err
		}
		if scan = due >= max(minScanBatch, scanCalls(n)/2); scan {
			_, wanted, err := getDirty(r, scanKey)
			scan = !wanted
			return err
		}
		members, err := departmentsOf(r, items)
		for err == nil && len(members) > 0 {
			var b batch
			for dept, of := range members {
				if len(of) > len(b.items) || len(of) == len(b.items) && dept < b.dept {
					b = batch{dept, of}
				}
			}
			if len(b.items) < minBatch {
				return nil
			}
			var calls int
			if calls, err = listCalls(r, b.dept, len(b.items)); calls < len(b.items) {
				all = append(all, b)
				members, err = departmentsOf(r, without(items, all))
			}
			delete(members, b.dept)
		}
		return err
	})
	if err == nil && scan && !l.scans() {
		_, err = l.m.markScan(ctx)
	}
	for _, i := range items {
		i.alone = true
	}
	for _, b := range all {
		for _, i := range b.items {
			q.remove(i)
		}
	}
	return all, err
}

// scanCalls estimates the calls of a scan.
func scanCalls(n counters) int {
	const perDepartment = 3
	return perDepartment*n.Rows[KindDepartment] + n.Rows[KindUser]/listPage + n.Rows[KindRole]
}

// scans reports whether a scan is under way.
func (l *leader) scans() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.scanning.active
}

// departmentsOf returns the users by the departments that the mirror knows of them.
func departmentsOf(r Reader, items []*item) (map[int64][]*item, error) {
	keys := make([][]byte, len(items))
	for n, i := range items {
		keys[n] = i.key.encode()
	}
	rows, err := r.Get(keys...)
	if err != nil {
		return nil, err
	}
	members := map[int64][]*item{}
	for n, i := range items {
		u, err := decodeUser(rows[n])
		if err != nil {
			return nil, err
		}
		for _, dept := range u.DeptIDList {
			members[dept] = append(members[dept], i)
		}
	}
	return members, nil
}

func without(items []*item, taken []batch) (rest []*item) {
	in := map[*item]bool{}
	for _, b := range taken {
		for _, i := range b.items {
			in[i] = true
		}
	}
	for _, i := range items {
		if !in[i] {
			rest = append(rest, i)
		}
	}
	return rest
}

// listCalls returns how many calls the list of a department takes, or at least most if it is more.
func listCalls(r Reader, dept int64, most int) (int, error) {
	members := 0
	prefix := appendID([]byte{prefixMember}, dept)
	err := r.Range(prefix, below(prefix), func(_, _ []byte) error {
		if members++; members > most*listPage {
			return errStop
		}
		return nil
	})
	if err != nil && err != errStop { //nolint:errorlint // it is returned as it is
		return 0, err
	}
	if members <= listPage {
		return 1, nil
	}
	return (members+listPage-1)/listPage + 1, nil // see readMembers
}

// readBatch reads the list of a department. An error of the service is none: the users are read one by one.
func (l *leader) readBatch(ctx context.Context, dept int64) error {
	err := l.readMembers(ctx, dept, SourceEvent)
	if err != nil && !isServiceError(err) {
		return err
	}
	return ctx.Err()
}

// listedDirty stores what a list shows of a dirty user. The list began after the latest mark.
func (p *put) listedDirty(dept int64, u dingtalk.User, d dirty) error {
	k := UserKey(u.UserID)
	before, err := p.userOf(k)
	if err != nil {
		return err
	}
	isLater := p.relation(k) == later
	if err := p.listedUser(dept, u); err != nil || !isLater {
		return err
	}
	after, err := p.userOf(k)
	if err != nil {
		return err
	}
	now, found, err := getDirty(p, k)
	if err != nil || !found {
		return err
	}
	switch {
	case d.Expect.metBy(after) && !d.Expect.metBy(before):
		now.Recheck, now.Checks, now.Expect, now.Listed = false, 0, nil, true
	case now.Generation == d.Generation && d.Recheck && d.Checks > 0: // the first recheck
		now.Due = recheckDue(p.now, d.Checks)
		now.Checks++
	default:
		now.Listed = true
	}
	p.relisted[k] = now
	return p.Put(dirtyKey(k), encode(now))
}
