package mirror

import (
	"context"
	"fmt"
)

// Ready returns when a first scan is complete: the mirror has everything. It needs a process that runs the mirror.
func (m *Mirror) Ready(ctx context.Context) error {
	return m.await(ctx, func(r Reader) (bool, error) {
		b, err := get(r, scanRecordKey)
		return b != nil, err
	})
}

// Refresh has an entity read, and returns when a read that began after the call is in. It needs a process that runs the
// mirror.
func (m *Mirror) Refresh(ctx context.Context, k Key) error {
	if err := k.validate(); err != nil {
		return fmt.Errorf("mirror: Refresh: %w", err)
	}
	var generation uint64
	err := m.update(ctx, func(t *transaction) (err error) {
		generation, err = t.mark(k, mark{source: SourceAsked, now: true})
		return err
	})
	if err != nil {
		return err
	}
	return m.awaitRead(ctx, k, generation)
}

// Rescan has everything read, and returns when a complete scan that began after the call is in. Then the mirror is what the
// organization was at some moment of the scan, row by row, but for the fields that no list shows. It needs a process that
// runs the mirror.
func (m *Mirror) Rescan(ctx context.Context) error {
	generation, err := m.markScan(ctx)
	if err != nil {
		return err
	}
	return m.awaitRead(ctx, scanKey, generation)
}

// awaitRead waits until a read is in that began after a mark.
func (m *Mirror) awaitRead(ctx context.Context, k Key, generation uint64) error {
	return m.await(ctx, func(r Reader) (bool, error) {
		d, found, err := getDirty(r, k)
		return !found || d.Done >= generation, err
	})
}

// await waits until the store is as it should be.
func (m *Mirror) await(ctx context.Context, ready func(Reader) (bool, error)) error {
	for {
		changed := m.store.Changed()
		done := false
		err := m.store.View(ctx, func(r Reader) (err error) {
			done, err = ready(r)
			return err
		})
		if err != nil || done {
			return err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
