package directory

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func newSample(t *testing.T, s Sample, c Config) *Organization {
	t.Helper()
	o, err := NewSample(t.Context(), c, s)
	require.NoError(t, err)
	return o
}
