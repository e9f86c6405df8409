package mirrortest_test

import (
	"context"
	"errors"

	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

// leaseMistakes holds common mistakes of leases and of Close, each with the complaint about it.
var leaseMistakes = map[string]mistake{
	"there may be two leases": {func(s mirror.Store, b *bentStore) {
		b.lead = func(context.Context) (mirror.Lease, error) {
			return bentLease{update: s.Update, lost: func() <-chan struct{} { return nil }, release: func(context.Context) error { return nil }}, nil
		}
	}, "Lead should wait while there is a lease"},
	"a lease is never released": leases(func(_ mirror.Store, _ mirror.Lease, b *bentLease) {
		b.release = func(context.Context) error { return nil }
	}, "Lead: context deadline exceeded"),
	"a former leader writes": leases(func(s mirror.Store, _ mirror.Lease, b *bentLease) {
		b.update = s.Update
	}, "should fail with ErrLeaseLost"),
	"a former leader's transaction is an error of its own": leases(func(_ mirror.Store, l mirror.Lease, b *bentLease) {
		b.update = func(ctx context.Context, f func(mirror.Writer) error) error {
			err := l.Update(ctx, f)
			if errors.Is(err, mirror.ErrLeaseLost) {
				return errors.New("not the leader")
			}
			return err
		}
	}, "should fail with ErrLeaseLost"),
	"a former leader's transaction fails too late": leases(func(s mirror.Store, l mirror.Lease, b *bentLease) {
		b.update = func(ctx context.Context, f func(mirror.Writer) error) error {
			err := s.Update(ctx, f)
			select {
			case <-l.Lost():
				return mirror.ErrLeaseLost
			default:
				return err
			}
		}
	}, "a released lease: Range"),
	"a former leader ends the lease of the next": {func(s mirror.Store, b *bentStore) {
		var latest mirror.Lease
		b.lead = func(ctx context.Context) (mirror.Lease, error) {
			l, err := s.Lead(ctx)
			if err != nil {
				return nil, err
			}
			latest = l
			return bentLease{Lease: l, release: func(ctx context.Context) error { return latest.Release(ctx) }}, nil
		}
	}, "Release of a former lease ended the present one"},
	"the loss is not told": leases(func(_ mirror.Store, _ mirror.Lease, b *bentLease) {
		never := make(chan struct{})
		b.lost = func() <-chan struct{} { return never }
	}, "the channel of Lost should be closed"),
	"Close ends nothing": {func(_ mirror.Store, b *bentStore) {
		b.end = func() error { return nil }
	}, "View after Close should fail"},
	"Close loses the latest Update": {func(s mirror.Store, b *bentStore) {
		b.end = func() error {
			_ = s.Update(context.Background(), func(w mirror.Writer) error { return w.Delete([]byte("c")) })
			return s.Close()
		}
	}, "a store opened again: Range"},
}
