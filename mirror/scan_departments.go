package mirror

import (
	"context"
	"slices"
	"sync"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// scan is one scan. Departments are found by listing children; the three calls for a department run apart, because each
// operation has a limit of its own.
type scan struct {
	l  *leader
	mu sync.Mutex

	found  map[int64]bool // the departments found
	failed map[int64]bool // those of which a read failed

	scanUnderWay
	resumed  bool
	scanned  map[int64]scannedDepartment // by a former leader, before the scan was resumed
	unseen   map[string]bool             // the users of those whom their lists did not show
	reads    map[int64]int               // the calls for a department that succeeded
	children map[int64][]int64
	whole    []int64 // departments of which all calls did, and that are not stored

	scopes     *dingtalk.AuthScopes // the contact scope, or that of the latest scan if it is unknown
	scopeSince int64                // see scanRecord
}

// scanTries is how often a scan tries each read, besides the repetitions of the client.
const scanTries = 3

// departments reads the departments from roots on downward, and then, from them on, those that the mirror has and that
// were not found: they have been moved during the scan, or are gone.
func (s *scan) departments(ctx context.Context, roots []int64) error {
	for len(roots) > 0 {
		if err := s.descend(ctx, roots); err != nil {
			return err
		}
		roots = nil
		err := s.l.m.store.View(ctx, func(r Reader) error {
			return eachWithPrefix(r, []byte{prefixDepartment}, func(key, _ []byte) error {
				if id := decodeID(key[1:]); !s.found[id] {
					roots = append(roots, id)
				}
				return nil
			})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *scan) descend(ctx context.Context, roots []int64) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	f := newFrontier(ctx)
	add := func(ids []int64) {
		s.mu.Lock()
		defer s.mu.Unlock()
		for ids = slices.Clone(ids); len(ids) > 0; ids = ids[1:] {
			id := ids[0]
			if id == homeSchoolDepartmentID || s.found[id] {
				continue
			}
			s.found[id] = true
			if d, read := s.scanned[id]; read {
				ids = append(ids, d.Children...)
			} else {
				f.add(id)
			}
		}
	}
	add(roots)
	reads := [calls]func(context.Context, int64) error{
		func(ctx context.Context, dept int64) error {
			ids, _, err := s.l.readChildren(ctx, dept)
			add(ids)
			if err == nil {
				s.mu.Lock()
				s.children[dept] = ids
				s.mu.Unlock()
			}
			return err
		},
		func(ctx context.Context, dept int64) error {
			if s.seen(DepartmentKey(dept)) { // a user who was read names it
				return nil
			}
			_, err := s.l.refresh(ctx, DepartmentKey(dept), SourceScan, nil)
			return err
		},
		func(ctx context.Context, dept int64) error { return s.l.readMembers(ctx, dept, SourceScan) },
	}
	var running sync.WaitGroup
	for call, read := range reads {
		for range s.l.m.opt.concurrency {
			running.Go(func() {
				for dept, ok := f.next(call); ok; dept, ok = f.next(call) {
					if err := s.try(ctx, dept, read); err != nil {
						cancel(err)
					}
					f.done()
				}
			})
		}
	}
	running.Wait()
	if err := context.Cause(ctx); err != nil {
		return err
	}
	return s.storeScanned(ctx)
}

// try makes a read for a department, and notes whether it failed. It returns an error that ends the scan.
func (s *scan) try(ctx context.Context, dept int64, read func(context.Context, int64) error) error {
	err := tryRead(ctx, func() error { return read(ctx, dept) })
	switch {
	case err == nil:
		return s.finished(ctx, dept)
	case ctx.Err() != nil:
		return ctx.Err()
	case gone(err):
		s.l.scanAgain(DepartmentKey(dept)) // it was deleted during the scan, or the app may not see it
		return nil
	case fatal(err) || !isServiceError(err):
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failed[dept] = true
	return nil
}

// tryRead makes a read of a scan, and makes it again after an error that may pass.
func tryRead(ctx context.Context, read func() error) error {
	for n := 1; ; n++ {
		err := read()
		if err == nil || n == scanTries || ctx.Err() != nil || gone(err) || fatal(err) || !isServiceError(err) {
			return err
		}
		if err := sleep(ctx, backoffDelay(n)); err != nil {
			return err
		}
	}
}

// frontier holds the departments that a scan still has to read, for each of the calls that it makes for a department.
type frontier struct {
	ctx   context.Context //nolint:containedctx // it ends with the function that makes it
	mu    sync.Mutex
	more  *sync.Cond
	queue [calls][]int64
	open  int // calls that are not done
}

// calls is how many calls, or series of pages, a scan makes for a department.
const calls = 3

func newFrontier(ctx context.Context) *frontier {
	f := &frontier{ctx: ctx}
	f.more = sync.NewCond(&f.mu)
	context.AfterFunc(ctx, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.more.Broadcast()
	})
	return f
}

func (f *frontier) add(dept int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.queue {
		f.queue[i] = append(f.queue[i], dept)
		f.open++
	}
	f.more.Broadcast()
}

// next waits for a department for which a call is to be made. It reports false when there will be none.
func (f *frontier) next(call int) (int64, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for len(f.queue[call]) == 0 && f.open > 0 && f.ctx.Err() == nil {
		f.more.Wait()
	}
	if len(f.queue[call]) == 0 || f.ctx.Err() != nil {
		return 0, false
	}
	dept := f.queue[call][0]
	f.queue[call] = f.queue[call][1:]
	return dept, true
}

func (f *frontier) done() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.open--; f.open == 0 {
		f.more.Broadcast()
	}
}
