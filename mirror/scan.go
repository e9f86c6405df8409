package mirror

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// scanProgress is what a scan has seen so far. Its zero value is no scan. The lock of the leader protects it.
type scanProgress struct {
	active bool
	begin  uint64
	seen   map[Key]struct{} // confirmed by a read that began after the scan
	again  map[Key]struct{} // to be read again before the scan ends
}

func (s *scanProgress) see(k Key, r reading) {
	if s.active && r.begin > s.begin {
		s.seen[k] = struct{}{}
	}
}

func (s *scanProgress) readAgain(k Key) {
	if s.active {
		s.again[k] = struct{}{}
	}
}

// scanRecord is the latest complete scan.
type scanRecord struct {
	Began       int64                `json:"began"` // milliseconds
	Ended       int64                `json:"ended"`
	Departments int                  `json:"departments"`
	Users       int                  `json:"users"`
	Scopes      *dingtalk.AuthScopes `json:"scopes,omitempty"` // the latest that could be read
	// ScopeSince is since when removals are held back because the contact scope was another one before, in milliseconds.
	ScopeSince int64 `json:"scope_since,omitzero"`
}

var scanRecordKey = stateKey("scan")

// readScanRecord returns the latest complete scan; the zero value if there is none.
func readScanRecord(r Reader) (scanRecord, error) {
	b, err := get(r, scanRecordKey)
	if err != nil {
		return scanRecord{}, err
	}
	return decode[scanRecord](b)
}

// scanLoop scans when it begins to lead, when a scan is wanted, and regularly.
func (l *leader) scanLoop(ctx context.Context) error {
	resume := true
	for failures := 0; ; {
		if err := l.pause.wait(ctx); err != nil {
			return err
		}
		began, paused := time.Now(), l.pause.total()
		missed, err := l.scan(ctx, resume)
		resume = false
		took := max(time.Since(began)-(l.pause.total()-paused), 0)
		next := max(l.m.opt.scanEvery, time.Duration(l.m.opt.scanShare)*took)
		next = time.Duration(float64(next) * (0.9 + 0.2*rand.Float64()))
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err == nil && missed:
			next = 0
		case err == nil:
			failures = 0
		case !errors.Is(err, errIncomplete) && !isServiceError(err):
			return err // of the store
		default:
			failures++ // a scan that is never complete must not fill the time, either
			next = min(next, max(backoffDelay(failures), time.Duration(failures-1)*took))
			l.m.opt.logger.LogAttrs(ctx, slog.LevelWarn, "mirror: a scan is not complete", slog.Any("error", err), slog.Duration("retry_after", next))
		}
		if err := l.awaitScan(ctx, next); err != nil {
			return err
		}
	}
}

// awaitScan waits until a scan is due or wanted.
func (l *leader) awaitScan(ctx context.Context, due time.Duration) error {
	t := time.NewTimer(due)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-t.C:
			return nil
		case <-l.wanted:
		}
		if l.m.gap.Load() {
			return nil
		}
		_, wanted, err := l.scanMark(ctx)
		if err != nil || wanted { // and the latest scan did not begin after the mark
			return err
		}
	}
}

// scanMark returns the generation of a mark that wants a scan, and whether there is one.
func (l *leader) scanMark(ctx context.Context) (generation uint64, wanted bool, err error) {
	err = l.m.store.View(ctx, func(r Reader) error {
		var d dirty
		d, wanted, err = getDirty(r, scanKey)
		generation = d.Generation
		return err
	})
	return generation, wanted, err
}

// isServiceError reports whether an error is one of a call, and not of the store.
func isServiceError(err error) bool {
	_, ok := errors.AsType[*dingtalk.Error](err)
	return ok || errors.Is(err, errCursor)
}

func (l *leader) wantScan() {
	select {
	case l.wanted <- struct{}{}:
	default:
	}
}

var errIncomplete = errors.New("mirror: a department could not be read")

// scan reads the whole organization: all departments with their members, and all roles with their holders. Then it reads one
// by one the candidates for removal, which are the rows that no list has shown, and what it could not write. With resume set
// it goes on with the stored scan. Missed reports whether that one began before this process did, which may have missed events
// since: then another scan is needed.
func (l *leader) scan(ctx context.Context, resume bool) (missed bool, failure error) {
	gap := l.m.gap.Swap(false)
	defer func() {
		if gap && failure != nil {
			l.m.gap.Store(true)
		}
	}()
	generation, _, err := l.scanMark(ctx)
	if err != nil {
		return false, err
	}
	l.beginScan()
	defer l.endScan()
	scopes, err := l.readScopes(ctx)
	if err != nil {
		return false, err
	}
	s := &scan{l: l, found: map[int64]bool{}, failed: map[int64]bool{}, reads: map[int64]int{}, children: map[int64][]int64{}}
	if err := s.noteScopes(ctx, scopes); err != nil {
		return false, err
	}
	now := scanUnderWay{Began: l.m.opt.now().UnixMilli(), Generation: generation, Scopes: scopes}
	if err := s.begin(ctx, now, resume && !gap); err != nil {
		return false, err
	}
	depts, users := []int64{dingtalk.RootDepartmentID}, []string(nil)
	if scopes != nil {
		depts, users = scopes.AuthOrgScopes.AuthedDept, scopes.AuthOrgScopes.AuthedUser
	}
	roles := s.startRoles(ctx)
	defer roles.stop()
	if err := s.departments(ctx, depts); err != nil {
		return false, err
	}
	for _, id := range users {
		l.scanAgain(UserKey(id))
	}
	if err := s.readAgain(ctx); err != nil {
		return false, err
	}
	if err := roles.write(ctx); err != nil {
		return false, err
	}
	if err := s.candidates(ctx); err != nil {
		return false, err
	}
	if err := s.readAgain(ctx); err != nil {
		return false, err
	}
	if len(s.failed) > 0 {
		return false, errIncomplete
	}
	err = l.transact(ctx, func(t *transaction) error {
		t.n.Guard.scanned(generation)
		t.changed = true
		record := scanRecord{
			Began: s.Began, Ended: t.now.UnixMilli(), Departments: t.n.Rows[KindDepartment], Users: t.n.Rows[KindUser],
			Scopes: s.scopes,
		}
		if slices.Contains(slices.Collect(maps.Values(t.n.Guard.Closed)), true) {
			record.ScopeSince = s.scopeSince
		}
		if err := t.Put(scanRecordKey, encode(record)); err != nil {
			return err
		}
		if err := t.forgetScan(); err != nil {
			return err
		}
		_, err := t.settle(scanKey, generation, true)
		return err
	})
	return err == nil && s.resumed && time.UnixMilli(s.Began).Before(l.m.opened), err
}

func (l *leader) beginScan() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.clock.now++
	l.scanning = scanProgress{active: true, begin: l.clock.now, seen: map[Key]struct{}{}, again: map[Key]struct{}{}}
}

func (l *leader) endScan() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.scanning = scanProgress{}
}

func (l *leader) scanAgain(k Key) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.scanning.readAgain(k)
}

// readScopes returns the contact scope; nil if the app may not ask for it.
func (l *leader) readScopes(ctx context.Context) (*dingtalk.AuthScopes, error) {
	var scopes *dingtalk.AuthScopes
	err := tryRead(ctx, func() (err error) {
		scopes, err = l.m.client.GetAuthScopes(ctx)
		return err
	})
	if errors.Is(err, dingtalk.ErrPermission) || errors.Is(err, dingtalk.ErrUnsupported) {
		return nil, nil //nolint:nilnil // an unknown contact scope is one
	}
	l.pause.note(ctx, l.m.opt.logger, err)
	if err == nil { // so that another order is no change
		slices.Sort(scopes.AuthOrgScopes.AuthedDept)
		slices.Sort(scopes.AuthOrgScopes.AuthedUser)
	}
	return scopes, err
}

func fatal(err error) bool {
	e, ok := errors.AsType[*dingtalk.Error](err)
	return ok && e.Fatal()
}
