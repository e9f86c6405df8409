package mirror

import (
	"context"
	"maps"
	"slices"

	"golang.org/x/sync/errgroup"
)

// candidates adds the candidates for removal to what the scan reads again: the rows that none of its reads has confirmed.
// That no list shows an entity proves nothing: it may have been moved from a department that the scan had not read yet to
// one that it had.
func (s *scan) candidates(ctx context.Context) error {
	// A write holds the lock of the leader and may wait for the end of a View, in which the lock must not be taken.
	s.l.mu.Lock()
	seen := maps.Clone(s.l.scanning.seen)
	s.l.mu.Unlock()
	var unseen []Key
	err := s.l.m.store.View(ctx, func(r Reader) error {
		for _, prefix := range []byte{prefixUser, prefixDepartment, prefixRole, prefixRoleGroup, prefixRoleHolder} {
			err := eachWithPrefix(r, []byte{prefix}, func(key, value []byte) error {
				k, err := decodeKey(key)
				if _, ok := seen[k]; err != nil || ok {
					return err
				}
				if before, err := s.seenBefore(k, value); err != nil || before {
					return err
				}
				if exempt, err := s.exempt(r, k, value); err != nil || exempt {
					return err
				}
				unseen = append(unseen, k)
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
	if s.l.m.rules.removeUnseen {
		return s.removeUnseen(ctx, unseen)
	}
	unseen, err = s.closeFor(ctx, unseen)
	for _, k := range unseen {
		s.l.scanAgain(k)
	}
	return err
}

func (s *scan) seen(k Key) bool {
	s.l.mu.Lock()
	defer s.l.mu.Unlock()
	_, seen := s.l.scanning.seen[k]
	return seen
}

// exempt reports whether an entity is a department that the scan could not read, or a user in one or below.
func (s *scan) exempt(r Reader, k Key, value []byte) (bool, error) {
	if k.Kind != KindUser || len(s.failed) == 0 {
		return s.failed[k.ID] && k.Kind == KindDepartment, nil
	}
	u, err := decodeUser(value)
	if err != nil {
		return false, err
	}
	for _, dept := range u.DeptIDList {
		for depth := 0; dept != 0 && depth < 100; depth++ {
			if s.failed[dept] {
				return true, nil
			}
			b, err := get(r, DepartmentKey(dept).encode())
			if err != nil {
				return false, err
			}
			d, err := decodeDepartment(b)
			if err != nil {
				return false, err
			}
			dept = d.ParentID
		}
	}
	return false, nil
}

// readAgain reads what a scan could not write, and the candidates for removal, one by one. What cannot be read now
// remains dirty.
func (s *scan) readAgain(ctx context.Context) error {
	const rounds = 8 // a read may meet another one that is under way
	for range rounds {
		s.l.mu.Lock()
		keys := slices.Collect(maps.Keys(s.l.scanning.again))
		clear(s.l.scanning.again)
		s.l.mu.Unlock()
		if len(keys) == 0 {
			return nil
		}
		g, ctx := errgroup.WithContext(ctx)
		g.SetLimit(s.l.m.opt.concurrency)
		for _, k := range keys {
			g.Go(func() error {
				_, err := s.l.refresh(ctx, k, SourceScan, nil)
				if err == nil || fatal(err) || !isServiceError(err) {
					return err
				}
				return s.l.transact(ctx, func(t *transaction) error {
					_, err := t.mark(k, mark{source: SourceScan})
					return err
				})
			})
		}
		if err := g.Wait(); err != nil {
			return err
		}
	}
	return nil
}

func (s *scan) removeUnseen(ctx context.Context, unseen []Key) error {
	return s.l.transact(ctx, func(t *transaction) error {
		for _, k := range unseen {
			if err := t.store(k, nil, Left, SourceScan); err != nil {
				return err
			}
		}
		return nil
	})
}
