package emulator

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// rang reports whether a watch was notified since the last look, and whether it goes on.
func rang(notifyCh <-chan struct{}) (told, open bool) {
	synctest.Wait()
	select {
	case _, open = <-notifyCh:
		return open, open
	default:
		return false, true
	}
}

func TestWatch_NotifiesOfCalls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newApp(t, WithLatency(time.Second))
		notifyCh := a.server.Watch(t.Context())
		before := a.server.Changes(0, LogFilter{}, 9)
		told, _ := rang(notifyCh)
		assert.False(t, told, "nothing has happened since")

		done := make(chan jsonBody)
		go func() { done <- a.post(listPath, `{"dept_id":1}`) }()
		told, _ = rang(notifyCh)
		assert.True(t, told, "it is there")
		arrived := a.server.Changes(before.Revision, LogFilter{}, 9)
		require.Len(t, arrived.Calls, 1)
		assert.Equal(t, "ListSubDepartmentIDs", arrived.Calls[0].Op)
		assert.False(t, arrived.Calls[0].Ended)
		assert.False(t, arrived.Organization)

		<-done
		told, _ = rang(notifyCh)
		assert.True(t, told, "the response was sent")
		answered := a.server.Changes(arrived.Revision, LogFilter{}, 9)
		require.Len(t, answered.Calls, 1)
		assert.True(t, answered.Calls[0].Ended)
		assert.Equal(t, arrived.Calls[0].Number, answered.Calls[0].Number)
		assert.Equal(t, Changes{Revision: answered.Revision, Count: 2}, a.server.Changes(answered.Revision, LogFilter{}, 9))
	})
}

func TestWatch_NotifiesOfChangesToTheOrganization(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newApp(t)
		s := a.server
		userid := a.seed(directory.User{}).UserID
		notifyCh, revision := s.Watch(t.Context()), s.Changes(0, LogFilter{}, 9).Revision
		for _, tt := range []struct {
			name    string
			do      func() error
			changes bool
		}{
			{"AddUser", func() error { _, err := s.AddUser(directory.User{}); return err }, true},
			{"AddDepartment", func() error { _, err := s.AddDepartment(directory.Department{}); return err }, true},
			{"AddRole", func() error { _, err := s.AddRole(directory.Role{Name: "R"}); return err }, true},
			{"AddRoleGroup", func() error { _, err := s.AddRoleGroup(directory.RoleGroup{Name: "G"}); return err }, true},
			{"Advance", func() error { s.Advance(time.Second); return nil }, true},
			{"a write", func() error { a.post(updatePath, `{"userid":"`+userid+`","name":"N"}`); return nil }, true},
			{"a write whose response is lost", func() error {
				require.NoError(t, s.Fail("UpdateUser", LostResponse, 1))
				_, _, err := a.send(http.MethodPost, updatePath+"?access_token="+a.token, "application/json", `{"userid":"`+userid+`"}`)
				require.Error(t, err)
				return nil
			}, true},
			{"a write that is refused", func() error { a.post(updatePath, `{}`); return nil }, false},
			{"a read", func() error { a.post(getPath, `{"userid":"`+userid+`"}`); return nil }, false},
			{"Reseed", func() error { return s.Reseed(1, 2, 3) }, true},
			{"Reset", s.Reset, true},
		} {
			require.NoError(t, tt.do(), tt.name)
			told, _ := rang(notifyCh)
			assert.True(t, told, tt.name)
			news := s.Changes(revision, LogFilter{}, 9)
			assert.Equal(t, tt.changes, news.Organization, tt.name)
			assert.Greater(t, news.Revision, revision)
			assert.False(t, s.Changes(news.Revision, LogFilter{}, 9).Organization, "%s: that was told", tt.name)
			revision = news.Revision
		}
	})
}

func TestWatch_CoalescesNotifications(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newApp(t)
		notifyCh := a.server.Watch(t.Context())
		for range 100 {
			a.post(listPath, `{}`) // no notification is received
		}
		told, _ := rang(notifyCh)
		assert.True(t, told)
		told, open := rang(notifyCh)
		assert.False(t, told)
		assert.True(t, open)

		news := a.server.Changes(0, LogFilter{}, 3)
		assert.Equal(t, []int64{99, 100, 101}, numbers(news.Calls), "the latest, in their order")
		assert.Len(t, a.server.Changes(0, LogFilter{}, 1000).Calls, 101)
	})
}

func TestWatch_EndsWithItsContextOrTheServer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, err := New()
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		first, second := s.Watch(ctx), s.Watch(t.Context())
		assert.Len(t, s.watches, 2)
		cancel()
		_, open := rang(first)
		assert.False(t, open, "with its context")
		_, open = rang(second)
		assert.True(t, open)
		assert.Len(t, s.watches, 1)
		s.Advance(time.Second)
		told, _ := rang(second)
		assert.True(t, told)

		s.Close()
		_, open = rang(second)
		assert.False(t, open, "with the server")
		_, open = rang(s.Watch(t.Context()))
		assert.False(t, open, "after the server")
		_, open = rang(s.Watch(ctx))
		assert.False(t, open)
	})
}

func TestWatch_OfAnEndedContextEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, open := rang(s.Watch(ctx))
		assert.False(t, open)
		assert.Empty(t, s.watches)
	})
}
