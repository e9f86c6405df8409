package mirror

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// The details of a few users are not read again and again.
func TestDetails_AreReadAtMostOnceAnHour(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t, dingtalktest.WithSampleOrg(5, 80, 1))
		m, err := Open(t.Context(), srv.Client(), NewMemoryStore())
		require.NoError(t, err)
		run(t, m)
		require.NoError(t, m.Ready(t.Context()))
		time.Sleep(10 * time.Minute) // for the first details
		users := len(srv.Users())
		before := len(srv.Calls("GetUser"))
		time.Sleep(4 * time.Hour)
		calls := len(srv.Calls("GetUser")) - before
		require.LessOrEqual(t, calls, 5*users)
		require.GreaterOrEqual(t, calls, 3*users, "and not forgotten")
	})
}
