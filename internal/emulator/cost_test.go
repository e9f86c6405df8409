//go:build !race

package emulator

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// TestCost_OfAWatchedCallIsThatOfAnother counts allocations, which are exact only without the race detector, and for the
// whole process: `make cost` runs it.
func TestCost_OfAWatchedCallIsThatOfAnother(t *testing.T) { //nolint:paralleltest // it counts allocations
	a := newApp(t)
	id := a.seed(directory.User{}).UserID
	read := func() { a.post(getPath, `{"userid":"`+id+`"}`) }
	before := testing.AllocsPerRun(500, read)
	a.server.RecordResponses()
	a.server.Watch(t.Context())
	watched := testing.AllocsPerRun(500, read)
	t.Logf("%.0f allocations, %.0f with responses recorded and watched", before, watched)
	assert.InDelta(t, before, watched, 1)
}
