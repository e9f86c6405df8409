package changes_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/program/changes"
	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

func TestDescribe(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 3, 9, 12, 0, 0, 0, time.Local)
	require.Equal(t, "revision 0, 0 users, 0 departments, scanning, the first scan is not complete", changes.Describe(mirror.Status{Scanning: true}))
	require.Equal(t, "revision 9, 60 users, 16 departments, 3 to read, for 2s, details of 4 users to read, 120 removals of users held back, "+
		"1 removals of departments held back, paused until 12:05:00: a ban, last scan 12:00:00", changes.Describe(mirror.Status{
		Revision: 9, Users: 60, Departments: 16, Dirty: 3, OldestDirty: 2 * time.Second, Details: 4, Ready: true, LastScan: noon,
		Held:        map[mirror.Kind]int{mirror.KindUser: 120, mirror.KindDepartment: 1},
		PausedUntil: noon.Add(5 * time.Minute), PauseCause: errors.New("a ban"),
	}))
}
