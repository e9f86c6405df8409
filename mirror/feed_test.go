package mirror

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/event"
)

// changesNow returns the changes after a revision, without waiting for more.
func changesNow(t *testing.T, m *Mirror, after Revision) ([]Change, error) {
	t.Helper()
	var changes []Change
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	for c, err := range m.Changes(ctx, after) {
		if ctx.Err() != nil {
			break
		}
		if err != nil {
			return changes, err
		}
		changes = append(changes, c)
	}
	return changes, nil
}

func TestChanges_TellWhatWasAndWhatIs(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		m := running(t, srv.Client(), NewMemoryStore())
		from := status(t, m).Revision
		id := srv.AddUser(dingtalktest.User{Name: "Zhao Min"})
		require.NoError(t, m.Refresh(t.Context(), UserKey(id)))
		srv.Leave(id, dingtalktest.Leave{})
		require.NoError(t, m.Accept(t.Context(), userEvent(event.UserLeaveOrg, id)))
		time.Sleep(time.Second)
		changes, err := changesNow(t, m, from)
		require.NoError(t, err)
		require.Len(t, changes, 2)
		require.Equal(t, from+1, changes[0].Revision)
		require.Equal(t, UserKey(id), changes[0].Key)
		require.Nil(t, changes[0].Before)
		require.Equal(t, "Zhao Min", changes[0].After.(User).Name)
		require.Equal(t, SourceAsked, changes[0].Source)
		require.Equal(t, changes[0].After, changes[1].Before)
		require.Nil(t, changes[1].After)
		require.Equal(t, Left, changes[1].RemovalReason)
		require.Equal(t, SourceEvent, changes[1].Source)
		require.WithinDuration(t, time.Now(), changes[1].At, time.Minute)
	})
}

func TestChanges_RefuseARevisionThatIsNotThere(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t, dingtalktest.WithSampleOrg(5, 50, 1))
		m := running(t, srv.Client(), NewMemoryStore(), WithRetention(time.Hour, 20))
		time.Sleep(5 * time.Minute)
		last := status(t, m).Revision
		_, err := changesNow(t, m, 0)
		require.ErrorIs(t, err, ErrCompacted)
		_, err = changesNow(t, m, last+1)
		require.ErrorIs(t, err, ErrCompacted, "a store that was restored from a backup")
		changes, err := changesNow(t, m, last-20)
		require.NoError(t, err)
		require.Len(t, changes, 20)
		time.Sleep(2 * time.Hour)
		_, err = changesNow(t, m, last-1)
		require.ErrorIs(t, err, ErrCompacted, "older than an hour")
		_, err = changesNow(t, m, status(t, m).Revision)
		require.NoError(t, err)
	})
}

func TestChanges_HaveNoValuesWithoutHistory(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		store := NewMemoryStore()
		m := running(t, srv.Client(), store, WithoutHistory())
		id := srv.AddUser(dingtalktest.User{Name: "Zhao Min"})
		require.NoError(t, m.Refresh(t.Context(), UserKey(id)))
		srv.Leave(id, dingtalktest.Leave{})
		require.NoError(t, m.Refresh(t.Context(), UserKey(id)))
		changes, err := changesNow(t, m, 0)
		require.NoError(t, err)
		require.Equal(t, Left, changes[len(changes)-1].RemovalReason)
		require.NotContains(t, dump(t, store), "Zhao Min")
	})
}

func TestForget_ErasesAUser(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		role := srv.AddRole(dingtalktest.Role{Name: "Auditor"})
		id := srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min", RoleList: []dingtalktest.Role{{ID: role, Name: "Auditor"}}})
		store := NewMemoryStore()
		m := running(t, srv.Client(), store)
		time.Sleep(90 * time.Second) // between two reads of details
		require.Contains(t, dump(t, store), "Zhao Min")
		srv.Leave(id, dingtalktest.Leave{})
		require.NoError(t, m.Accept(t.Context(), userEvent(event.UserLeaveOrg, id)))
		require.NoError(t, m.Forget(t.Context(), id))
		require.NotContains(t, dump(t, store), "Zhao Min")
		_, found := sees(t, m, id)
		require.False(t, found)
		require.Equal(t, 1, status(t, m).Dirty, "the event is not lost")
		time.Sleep(time.Hour)
		require.Zero(t, status(t, m).Dirty)
		require.NotContains(t, dump(t, store), "Zhao Min")
		changes, err := changesNow(t, m, 0)
		require.NoError(t, err)
		reason := RemovalReason("")
		for _, c := range changes {
			if c.Key == UserKey(id) {
				require.Nil(t, c.Before)
				require.Nil(t, c.After)
				reason = c.RemovalReason
			}
		}
		require.Equal(t, Forgotten, reason)
	})
}
