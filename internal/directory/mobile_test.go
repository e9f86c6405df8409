package directory

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseMobile_Forms(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Mobile{
		"13800001234":     {"86", "13800001234"},
		"+86-13800001234": {"86", "13800001234"},
		"+852-91234567":   {"852", "91234567"},
		"+1-2125550100":   {"1", "2125550100"},
	} {
		got, err := ParseMobile(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{
		"", "1380000123", "138000012345", "23800001234", "91234567", "+86-91234567", "+8613800001234",
		"86-13800001234", "+852-", "+-91234567", "+852-9123 4567", "+852-123", "１３８００００１２３４",
	} {
		_, err := ParseMobile(text)
		require.Error(t, err, text)
		assert.Equal(t, &Error{Rule: BadMobile}, err)
	}
}
