package tokenshare

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/tokencache"
)

// inPlaceOf is the reason to obtain a token in place of a valid one.
func inPlaceOf(current string) tokencache.Reason {
	return tokencache.Reason{Due: true, Replace: true, Current: stored(current, time.Hour)}
}

func TestReplace_UsesAnotherStoredToken(t *testing.T) {
	withShare(t, time.Hour, func(t *testing.T, m *memoryStore, s *Share) {
		m.token = stored("others", time.Minute)
		got, err := s.Obtain(t.Context(), inPlaceOf("mine"))
		require.NoError(t, err)
		assert.Equal(t, "others", got.Value)
		assert.Equal(t, []string{"Load"}, m.calls)

		m.calls, m.token = nil, stored("mine", time.Hour)
		m.before["Lock"] = func() { m.token = stored("others", time.Hour) }
		got, err = s.Obtain(t.Context(), inPlaceOf("mine"))
		require.NoError(t, err)
		assert.Equal(t, "others", got.Value)
		assert.Equal(t, []string{"Load", "WasReissued", "Lock", "Load", "Unlock"}, m.calls)
	})
}

func TestReplace_FetchesOnceForTheFleet(t *testing.T) {
	withShare(t, time.Hour, func(t *testing.T, m *memoryStore, s *Share) {
		for _, current := range []string{"another", "own"} { // the service returns another token, or the same again
			m.calls, m.reissued = nil, map[string]time.Time{}
			m.token = stored(current, 30*time.Minute)
			got, err := s.Obtain(t.Context(), inPlaceOf(current))
			require.NoError(t, err)
			assert.Equal(t, "own", got.Value)
			assert.Equal(t, []string{"Load", "WasReissued", "Lock", "Load", "WasReissued", "fetch", "MarkReissued", "Publish"}, m.calls)
			m.calls = nil
			got, err = s.Obtain(t.Context(), inPlaceOf("own")) // another process, which has it as well
			require.NoError(t, err)
			assert.Equal(t, "own", got.Value)
			assert.Equal(t, []string{"Load", "WasReissued"}, m.calls)
		}
		time.Sleep(replacePause)
		m.calls = nil
		_, err := s.Obtain(t.Context(), inPlaceOf("own"))
		require.NoError(t, err)
		assert.Contains(t, m.calls, "fetch")
	})
}

func TestReplace_DoesNotHideARefusal(t *testing.T) {
	withShare(t, time.Hour, func(t *testing.T, m *memoryStore, s *Share) {
		m.token = stored("own", time.Hour)
		_, err := s.Obtain(t.Context(), inPlaceOf("own"))
		require.NoError(t, err)
		m.calls = nil
		_, err = s.Obtain(t.Context(), tokencache.Reason{Due: true, Refused: []string{"own"}})
		require.NoError(t, err)
		assert.Contains(t, m.calls, "fetch", "a token that was fetched just now can be refused")
	})
}

func TestReplace_GivesUpIfAnotherProcessTakesLong(t *testing.T) {
	withShare(t, time.Hour, func(t *testing.T, m *memoryStore, s *Share) {
		m.token, m.fence = stored("mine", time.Hour), "another's"
		start := time.Now()
		_, err := s.Obtain(t.Context(), inPlaceOf("mine"))
		require.ErrorIs(t, err, tokencache.ErrLater)
		assert.InDelta(t, replaceWait.Seconds()+0.25, time.Since(start).Seconds(), 0.26)
		assert.NotContains(t, m.calls, "fetch")
		assert.Equal(t, "another's", m.fence)
	})
}
