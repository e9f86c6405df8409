package mirror

import (
	"bytes"
	"context"
	"slices"
	"time"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// A scan stores which departments it has read. A leader that finds a scan under way which began less than scanKept ago goes on
// with it, unless the contact scope has changed or another scan has been asked for since. Roles are read anew.
const (
	scanKept = time.Hour
	scanStep = 64 // how many departments a restart may repeat, besides those of which a read is under way
)

// scanUnderWay is a scan that has not ended.
type scanUnderWay struct {
	Began      int64                `json:"began"`      // milliseconds
	Generation uint64               `json:"generation"` // of the mark that wanted it
	Scopes     *dingtalk.AuthScopes `json:"scopes,omitempty"`
}

// scannedDepartment is a department that a scan under way has read.
type scannedDepartment struct {
	Children []int64 `json:"children,omitempty"`
	// Unseen are its members in the mirror whom no read of the scan had confirmed.
	Unseen []string `json:"unseen,omitempty"`
}

var scanUnderWayKey = stateKey("scan under way")

func scannedKey(dept int64) []byte { return appendID([]byte{prefixScanned}, dept) }

// begin stores that the scan is under way, or goes on with the stored one if resume is set and that one is the same.
func (s *scan) begin(ctx context.Context, now scanUnderWay, resume bool) error {
	var again []Key
	err := s.l.transact(ctx, func(t *transaction) error {
		s.scanUnderWay, s.resumed, s.scanned, s.unseen = now, false, map[int64]scannedDepartment{}, map[string]bool{}
		b, err := get(t, scanUnderWayKey)
		if err != nil {
			return err
		}
		stored, err := decode[scanUnderWay](b)
		if err != nil {
			return err
		}
		age := time.Duration(now.Began-stored.Began) * time.Millisecond
		same := stored.Generation == now.Generation && bytes.Equal(encode(stored.Scopes), encode(now.Scopes))
		if resume && b != nil && age >= 0 && age < scanKept && same {
			s.scanUnderWay, s.resumed = stored, true
			again, err = s.load(t)
			return err
		}
		if err := t.forgetScan(); err != nil {
			return err
		}
		return t.Put(scanUnderWayKey, encode(now))
	})
	for _, k := range again {
		s.l.scanAgain(k)
	}
	return err
}

// load reads what the stored scan has read, and returns what it could not write.
func (s *scan) load(r Reader) (again []Key, err error) {
	err = eachWithPrefix(r, []byte{prefixScanned}, func(key, value []byte) error {
		d, err := decode[scannedDepartment](value)
		s.scanned[decodeID(key[1:])] = d
		for _, id := range d.Unseen {
			s.unseen[id] = true
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	err = eachWithPrefix(r, []byte{prefixDirty}, func(key, value []byte) error {
		k, err := decodeKey(bytes.Clone(key[1:]))
		if err != nil {
			return err
		}
		d, err := decode[dirty](value)
		if d.Source == SourceScan && !d.Low && !d.Held && k.validate() == nil {
			again = append(again, k)
		}
		return err
	})
	return again, err
}

// forgetScan removes what is stored of a scan under way.
func (t *transaction) forgetScan() error {
	err := eachWithPrefix(t, []byte{prefixScanned}, func(key, _ []byte) error { return t.Delete(bytes.Clone(key)) })
	if err != nil {
		return err
	}
	return t.Delete(scanUnderWayKey)
}

// finished notes that one of the calls for a department succeeded. When all have, the department is stored with the next ones.
func (s *scan) finished(ctx context.Context, dept int64) error {
	s.mu.Lock()
	if s.reads[dept]++; s.reads[dept] == calls {
		s.whole = append(s.whole, dept)
	}
	full := len(s.whole) >= s.l.m.opt.scanStep
	s.mu.Unlock()
	if !full {
		return nil
	}
	return s.storeScanned(ctx)
}

// storeScanned stores the departments that were read since it was called last.
func (s *scan) storeScanned(ctx context.Context) error {
	s.mu.Lock()
	done := map[int64]scannedDepartment{}
	for _, dept := range s.whole {
		done[dept] = scannedDepartment{Children: s.children[dept]}
	}
	s.whole = nil
	s.mu.Unlock()
	if len(done) == 0 {
		return nil
	}
	members := map[int64][]string{}
	err := s.l.m.store.View(ctx, func(r Reader) error {
		clear(members)
		for dept := range done {
			prefix := appendID([]byte{prefixMember}, dept)
			err := eachWithPrefix(r, prefix, func(key, _ []byte) error {
				members[dept] = append(members[dept], string(key[len(prefix):]))
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for dept, d := range done {
		d.Unseen = slices.DeleteFunc(members[dept], func(id string) bool { return s.seen(UserKey(id)) })
		done[dept] = d
	}
	return s.l.transact(ctx, func(t *transaction) error {
		for dept, d := range done {
			if err := t.Put(scannedKey(dept), encode(d)); err != nil {
				return err
			}
		}
		return nil
	})
}

// seenBefore reports whether a row was confirmed before the scan was resumed: a department that was read, or a user of one
// whom its list showed.
func (s *scan) seenBefore(k Key, value []byte) (bool, error) {
	switch k.Kind {
	case KindDepartment:
		_, read := s.scanned[k.ID]
		return read, nil
	case KindUser:
		if len(s.scanned) == 0 || s.unseen[k.UserID] && !s.l.m.rules.resumeAsSeen {
			return false, nil
		}
		u, err := decodeUser(value)
		return slices.ContainsFunc(u.DeptIDList, func(dept int64) bool {
			_, read := s.scanned[dept]
			return read
		}), err
	default:
		return false, nil
	}
}
