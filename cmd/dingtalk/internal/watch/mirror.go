package watch

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/app"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalkbolt"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/changes"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/service"
	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

// keep keeps a copy of the organization in a file up to date, and prints its changes, until the context ends.
func keep(ctx context.Context, r *app.Run, o options, target *service.Target, connect connector) int {
	err := withMirror(ctx, r, o.file, target.Client, func(m *mirror.Mirror) error {
		p := &changes.Printer{Out: r.Stdout, File: o.file + ".printed", Count: o.count}
		if err := p.Load(); err != nil {
			return err
		}
		s, err := connect(m, m.Gap)
		if err != nil {
			return err
		}
		g, ctx := errgroup.WithContext(ctx)
		g.Go(func() error { return s.Run(ctx) })
		g.Go(func() error { return m.Run(ctx) })
		g.Go(func() error { return p.Print(ctx, m) })
		g.Go(func() error { return p.Report(ctx, m, func(state string) { r.Note("%s", state) }) })
		if target.Emulator != nil {
			g.Go(func() error { return complete(ctx, m, p) })
		}
		err = g.Wait()
		if failure := p.Save(); failure != nil {
			return failure
		}
		return err
	})
	if errors.Is(err, changes.ErrEnough) || ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return cli.OK
	}
	return fail(r, err)
}

// withMirror calls f with the mirror in a file.
func withMirror(ctx context.Context, r *app.Run, file string, client *dingtalk.Client, f func(*mirror.Mirror) error) error {
	store, err := dingtalkbolt.Open(file)
	if err != nil {
		return err
	}
	m, err := mirror.Open(ctx, client, store, mirror.WithLogger(r.Logger()))
	if err == nil {
		err = f(m)
	}
	return errors.Join(err, store.Close())
}

// complete returns changes.ErrEnough once the copy is complete and printed.
func complete(ctx context.Context, m *mirror.Mirror, p *changes.Printer) error {
	if err := m.Ready(ctx); err != nil {
		return err
	}
	s, err := m.Status(ctx)
	if err != nil {
		return err
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for p.Printed() < s.Revision {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return changes.ErrEnough
}
