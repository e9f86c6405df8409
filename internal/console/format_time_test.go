package console

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestFormatTime_UsesTheServiceZone(t *testing.T) {
	t.Parallel()
	day := time.Date(2024, 12, 31, 16, 0, 0, 0, time.UTC)
	for at, want := range map[time.Time][2]string{
		day:                      {"1 January 2025", "2025年1月1日"},
		day.Add(-time.Second):    {"31 December 2024, 23:59:59", "2024年12月31日 23:59:59"},
		day.Add(9 * time.Hour):   {"1 January 2025, 09:00:00", "2025年1月1日 09:00:00"},
		day.Add(5 * time.Minute): {"1 January 2025, 00:05:00", "2025年1月1日 00:05:00"},
	} {
		assert.Equal(t, want, [2]string{formatTime(english, at), formatTime(chinese, at)})
	}
	assert.Equal(t, "2025-01-01T00:00:00+08:00", machineTime(day))
}
