package emulator

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFault_HasParts(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		want FaultParts
		of   Fault
	}{
		{FaultParts{}, Fault{}},
		{FaultParts{Name: "Throttled"}, Throttled}, {FaultParts{Name: "LostResponse"}, LostResponse},
		{FaultParts{Name: "BadJSON"}, BadJSON}, {FaultParts{Name: "EmptyBody"}, EmptyBody}, {FaultParts{Name: "PortalPage"}, PortalPage},
		{FaultParts{Name: "HTTPStatus", Code: 502}, HTTPStatus(502)},
		{FaultParts{Name: "Slow", Delay: 1500 * time.Millisecond}, Slow(1500 * time.Millisecond)},
		{FaultParts{Name: "Code", Code: 60121}, Code(60121)},
		{FaultParts{Name: "Throttled", AfterWork: true}, Throttled.AfterWork()},
		{FaultParts{Name: "HTTPStatus", Code: 504, AfterWork: true}, HTTPStatus(504).AfterWork()},
		{FaultParts{Name: "Hang", AfterWork: true}, Hang.AfterWork()},
	} {
		assert.Equal(t, test.want, test.of.Parts())
	}
	for f, name := range faultNames {
		assert.Equal(t, FaultParts{Name: name}, f.Parts())
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
