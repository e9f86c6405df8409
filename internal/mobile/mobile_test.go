package mobile_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/dingtalk-contacts/dingtalk-go/internal/mobile"
)

func TestNumber_IsComparedWithItsCountry(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		requested, stateCode, number string
		same                         bool
	}{
		{"13800001234", "86", "13800001234", true},
		{"+86-13800001234", "86", "13800001234", true},
		{"13800001234", "", "13800001234", true},
		{"13800001234", "852", "13800001234", false},
		{"+852-51234567", "852", "51234567", true},
		{"+852-51234567", "", "51234567", true},
		{"+852-51234567", "853", "51234567", false},
		{"+852-51234567", "852", "51234568", false},
		{"+85251234567", "86", "+85251234567", true}, // without the dash there is no country code
		{"852-51234567", "86", "852-51234567", true},
	} {
		assert.Equal(t, tt.same, mobile.Parse(tt.requested).Is(tt.stateCode, tt.number), "%+v", tt)
	}
}
