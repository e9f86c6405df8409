package mirror

import (
	"bytes"
	"context"
	"time"
)

// Status describes the state of a mirror.
type Status struct {
	Revision    Revision // of the latest change
	Users       int
	Departments int

	// Ready reports whether a first scan is complete. LastScan is when the latest complete scan ended, and LastScanBegan
	// when it began; zero without one.
	Ready                   bool
	LastScanBegan, LastScan time.Time

	Dirty   int          // entities that have to be read, without the next two
	Details int          // users of whom what no list shows has to be read
	Held    map[Kind]int // entities that are gone and are kept by the removal guard; see AllowMassRemoval
	// ScopeChanged reports whether some of Held wait because the contact scope of the app has changed. They are removed
	// if a scan that begins 10 minutes later finds the same contact scope, and this is not empty.
	ScopeChanged bool
	OldestDirty  time.Duration // how long the oldest of Dirty has been so

	// PauseCause is why reading pauses, and PausedUntil until when; zero if it does not. In the process that leads every call
	// would be refused, or the store refuses what this process writes as the leader. Where another process leads, PauseCause
	// has the text of the error and matches its class.
	PausedUntil time.Time
	PauseCause  error

	// Set only if this process leads.
	Leading  bool
	Scanning bool
}

// Status returns the state of the mirror. It counts the dirty records, one by one.
func (m *Mirror) Status(ctx context.Context) (Status, error) {
	var s Status
	err := m.store.View(ctx, func(r Reader) error {
		n, err := readCounters(r)
		if err != nil {
			return err
		}
		s = Status{Revision: n.Revision, Users: n.Rows[KindUser], Departments: n.Rows[KindDepartment], Held: map[Kind]int{}}
		if err := s.readPause(r); err != nil {
			return err
		}
		if err := s.countDirty(r, m.opt.now()); err != nil {
			return err
		}
		for kind, count := range n.Guard.Candidates { // some of which were read since
			s.Held[kind] = max(s.Held[kind], count)
		}
		record, err := readScanRecord(r)
		if err != nil || record.Ended == 0 {
			return err
		}
		s.Ready, s.LastScanBegan, s.LastScan = true, time.UnixMilli(record.Began), time.UnixMilli(record.Ended)
		s.ScopeChanged = record.ScopeSince != 0
		return nil
	})
	if err != nil {
		return Status{}, err
	}
	if l := m.leader.Load(); l != nil {
		s.Leading = true
		s.PausedUntil, s.PauseCause = l.pause.state()
		l.mu.Lock()
		s.Scanning = l.scanning.active
		l.mu.Unlock()
	}
	if f := m.failure.Load(); f != nil {
		s.PausedUntil, s.PauseCause = f.until, f.err
	}
	return s, nil
}

// countDirty counts the dirty records.
func (s *Status) countDirty(r Reader, now time.Time) error {
	oldest := int64(0)
	err := eachWithPrefix(r, []byte{prefixDirty}, func(key, value []byte) error {
		d, err := decode[dirty](value)
		switch {
		case err != nil:
			return err
		case d.Held:
			k, err := decodeKey(bytes.Clone(key[1:]))
			s.Held[k.Kind]++
			return err
		case d.Low || d.Listed:
			s.Details++
			return nil
		}
		if s.Dirty++; oldest == 0 || d.Since < oldest {
			oldest = d.Since
		}
		return nil
	})
	if oldest > 0 {
		s.OldestDirty = max(now.Sub(time.UnixMilli(oldest)), 0)
	}
	return err
}
