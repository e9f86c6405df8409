package main

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && strings.HasPrefix(os.Args[1], "-receive=") { // started by a comparison
		main()
	}
	os.Exit(m.Run())
}

func TestComparison_CountsWhatEachClientAccepts(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts processes, and takes real time")
	}
	t.Parallel()
	for _, client := range []string{"sdk", "vendor"} {
		t.Run(client, func(t *testing.T) {
			t.Parallel()
			c := comparison{client: client, burst: 10, every: time.Millisecond, rest: 5 * time.Second}
			res, err := c.run(t.Context())
			require.NoError(t, err)
			assert.Equal(t, 10, res.events)
			assert.Zero(t, res.lost)
			assert.Equal(t, 1, res.starts)
			assert.NotEmpty(t, res.String())
		})
	}
}
