package emulator

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFaultName_IsWhatATestWrites(t *testing.T) {
	t.Parallel()
	for want, f := range map[string]Fault{
		"":          {},
		"Throttled": Throttled, "SystemBusy": SystemBusy, "TokenExpired": TokenExpired,
		"PermissionMissing": PermissionMissing, "HTMLPage": HTMLPage, "Punished": Punished, "Hang": Hang,
		"CutBody": CutBody, "BadJSON": BadJSON, "DropConnection": DropConnection, "LostResponse": LostResponse,
		"HTTPStatus(502)": HTTPStatus(502), "Slow(1.5s)": Slow(1500 * time.Millisecond), "Code(60121)": Code(60121),
		"Throttled.AfterWork()": Throttled.AfterWork(), "HTTPStatus(504).AfterWork()": HTTPStatus(504).AfterWork(),
		"HTMLPage.AfterWork()": HTMLPage.AfterWork(), "Hang.AfterWork()": Hang.AfterWork(),
	} {
		assert.Equal(t, want, FaultName(f))
	}
}

func TestFaultQueue_KeepsOrderUntilCleared(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	s := a.server
	assert.Empty(t, s.Faults())
	for _, line := range []QueuedFault{
		{"GetUser", Throttled, 2}, {"CreateUser", SystemBusy, 1}, {"GetUser", Throttled, 1}, {"GetUser", Code(60121), 3},
		{"GetUser", Throttled, 1},
	} {
		require.NoError(t, s.Fail(line.Op, line.Fault, line.Times))
	}
	a.post(getPath, `{}`)
	assert.Equal(t, []QueuedFault{
		{"CreateUser", SystemBusy, 1}, {"GetUser", Throttled, 2}, {"GetUser", Code(60121), 3}, {"GetUser", Throttled, 1},
	}, s.Faults())

	require.NoError(t, s.ClearFaults("GetUser"))
	assert.Equal(t, []QueuedFault{{"CreateUser", SystemBusy, 1}}, s.Faults())
	require.NoError(t, s.Fail("GetUser", Throttled, 1))
	require.NoError(t, s.ClearFaults(""))
	assert.Empty(t, s.Faults())
	assert.Equal(t, "60121", a.post(getPath, `{"userid":"absent"}`).code())
	assert.EqualError(t, s.ClearFaults("GetUsr"), "no operation is named GetUsr")
}
