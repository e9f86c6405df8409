package mirror_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

// The members of a department of 1,000.
func BenchmarkView_Members(b *testing.B) {
	srv := dingtalktest.New(b)
	for range 1000 {
		srv.AddUser(dingtalktest.User{})
	}
	m, err := mirror.Open(b.Context(), srv.Client(dingtalk.WithRateLimit(dingtalk.NoRateLimit)), mirror.NewMemoryStore())
	require.NoError(b, err)
	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan error, 1)
	go func() { done <- m.Run(ctx) }()
	require.NoError(b, m.Ready(b.Context()))
	cancel()
	require.ErrorIs(b, <-done, context.Canceled)
	for b.Loop() {
		n := 0
		require.NoError(b, m.View(b.Context(), func(v *mirror.View) error {
			for _, err := range v.Members(dingtalk.RootDepartmentID) {
				if err != nil {
					return err
				}
				n++
			}
			return nil
		}))
		require.Equal(b, 1000, n)
	}
}

// countingStore counts the Gets of its Views: each is a round trip to a database.
type countingStore struct {
	mirror.Store
	gets int
}

func (s *countingStore) View(ctx context.Context, f func(mirror.Reader) error) error {
	return s.Store.View(ctx, func(r mirror.Reader) error { return f(&countingReader{r, s}) })
}

type countingReader struct {
	mirror.Reader
	store *countingStore
}

func (r *countingReader) Get(keys ...[]byte) ([][]byte, error) {
	r.store.gets++
	return r.Reader.Get(keys...)
}

func TestView_ReadsManyMembersAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		dept := srv.AddDepartment(dingtalktest.Department{Name: "Sales"})
		role := srv.AddRole(dingtalktest.Role{Name: "Auditor"})
		for range 60 {
			srv.AddUser(dingtalktest.User{DeptIDList: []int64{dept}, RoleList: []dingtalktest.Role{{ID: role, Name: "Auditor"}}})
		}
		store := mirror.NewMemoryStore()
		m, err := mirror.Open(t.Context(), srv.Client(), store)
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- m.Run(ctx) }()
		require.NoError(t, m.Ready(t.Context()))
		time.Sleep(time.Minute) // for the details
		cancel()
		require.ErrorIs(t, <-done, context.Canceled)

		counted := &countingStore{Store: store}
		m, err = mirror.Open(t.Context(), srv.Client(), counted)
		require.NoError(t, err)
		require.NoError(t, m.View(t.Context(), func(v *mirror.View) error {
			members, holders := 0, 0
			for u, err := range v.Members(dept) {
				require.NoError(t, err)
				require.Equal(t, "Auditor", u.RoleList[0].Name)
				members++
			}
			for h, err := range v.Holders(role) {
				require.NoError(t, err)
				require.Equal(t, role, h.RoleID)
				holders++
			}
			for d, err := range v.Children(dingtalk.RootDepartmentID) {
				require.NoError(t, err)
				require.Equal(t, dept, d.DeptID)
			}
			for _, err := range v.Members(dept) {
				require.NoError(t, err)
				break
			}
			require.Equal(t, []int{60, 60}, []int{members, holders})
			return nil
		}))
		require.Less(t, counted.gets, 10)
	})
}
