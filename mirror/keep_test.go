package mirror_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/mirror"
	"github.com/dingtalk-contacts/dingtalk-go/stream"
)

// keep is the code of the README: it keeps a copy of the directory in a store, and applies what changes after a revision.
func keep(
	ctx context.Context, clientID, clientSecret string, store mirror.Store,
	revision mirror.Revision, apply func(mirror.Change) error, opts ...dingtalk.Option,
) error {
	writes := mirror.NewWrites() // what the client itself changes is read again as well
	client, err := dingtalk.New(clientID, clientSecret, append(opts, dingtalk.WithMiddleware(writes.Middleware))...)
	if err != nil {
		return err
	}
	m, err := mirror.Open(ctx, client, store, mirror.WithWrites(writes))
	if err != nil {
		return err
	}
	receiver, err := stream.New(clientID, clientSecret, m, stream.WithGap(m.Gap), stream.WithHTTPClient(client.HTTPClient()))
	if err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return receiver.Run(ctx) }) // stores what events name
	g.Go(func() error { return m.Run(ctx) })        // reads it, and scans
	g.Go(func() error {
		for change, err := range m.Changes(ctx, revision) {
			if err != nil {
				return err
			}
			if err := apply(change); err != nil { // which also stores change.Revision, to go on there after a restart
				return err
			}
		}
		return nil
	})
	return g.Wait()
}

// team returns the names of the direct members of a department.
func team(ctx context.Context, m *mirror.Mirror, dept int64) (names []string, err error) {
	err = m.View(ctx, func(v *mirror.View) error { // one state of the copy throughout, without a call
		for u, err := range v.Members(dept) {
			if err != nil {
				return err
			}
			names = append(names, u.Name)
		}
		return nil
	})
	return names, err
}

func TestKeep_AppliesWhatChanges(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, store := dingtalktest.New(t), mirror.NewMemoryStore()
		sales := srv.AddDepartment(dingtalktest.Department{Name: "Sales"})
		srv.AddUser(dingtalktest.User{Name: "Zhao Min", DeptIDList: []int64{sales}})
		m, err := mirror.Open(t.Context(), srv.Client(), store)
		require.NoError(t, err)

		changes := make(chan mirror.Change)
		apply := func(c mirror.Change) error { changes <- c; return nil }
		began := func(revision mirror.Revision) (end func()) {
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan error)
			go func() {
				ended <- keep(ctx, srv.ClientID(), srv.ClientSecret(), store, revision, apply,
					dingtalk.WithHTTPClient(&http.Client{Transport: srv.Transport()})) // in memory, without a port
			}()
			return func() {
				cancel()
				for {
					select {
					case <-changes: // which is applied once more later, unless its revision is stored
					case err := <-ended:
						require.ErrorIs(t, err, context.Canceled)
						return
					}
				}
			}
		}
		await := func(k mirror.Key) mirror.Change {
			for {
				if c := <-changes; c.Key == k {
					return c
				}
			}
		}
		end := began(0)
		go func() {
			assert.NoError(t, m.Ready(t.Context()))
			srv.AddUser(dingtalktest.User{UserID: "li.lei", Name: "Li Lei", DeptIDList: []int64{sales}})
		}()
		revision := await(mirror.UserKey("li.lei")).Revision
		end()
		srv.AddUser(dingtalktest.User{UserID: "han.mei", Name: "Han Mei", DeptIDList: []int64{sales}})
		defer began(revision)()
		require.Greater(t, await(mirror.UserKey("han.mei")).Revision, revision)
		names, err := team(t.Context(), m, sales)
		require.NoError(t, err)
		require.ElementsMatch(t, []string{"Zhao Min", "Li Lei", "Han Mei"}, names)
	})
}
