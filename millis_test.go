package dingtalk

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestMillis_DecodesEveryFormAndEncodesOne(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 9, 1, 12, 0, 0, 123_000_000, time.UTC)
	for text, want := range map[string]Millis{
		`1788264000123`: {noon}, `"1788264000123"`: {noon}, ` 1788264000123 `: {noon}, `-1`: {time.UnixMilli(-1).UTC()},
		`1`: {time.UnixMilli(1).UTC()}, `9007199254740993`: {time.UnixMilli(9007199254740993).UTC()},
		`0`: {}, `"0"`: {}, `""`: {}, `{}`: {}, `null`: {}, `[]`: {}, `{ }`: {}, `" "`: {},
		`" 1 "`: {time.UnixMilli(1).UTC()}, `"\u0031"`: {time.UnixMilli(1).UTC()},
	} {
		got, ok := decodeAs[Millis](text)
		if assert.True(t, ok, text) {
			assert.Equal(t, want, got, text)
		}
	}
	for _, text := range []string{`1.5`, `1e12`, `"x"`, `true`, `[1]`, `{"a":1}`, `9223372036854775808`, `"2026-09-01"`} {
		_, ok := decodeAs[Millis](text)
		assert.False(t, ok, text)
	}
	assert.Equal(t, `0`, encoded(t, Millis{}))
	assert.Equal(t, `1788264000123`, encoded(t, Millis{noon}))
	assert.Equal(t, `1788264000123`, encoded(t, Millis{noon.In(time.FixedZone("UTC+8", 8*60*60)).Add(999)}), "in any zone")
	assert.Equal(t, `-62135596800001`, encoded(t, Millis{time.Time{}.Add(-time.Millisecond)}))
}

func FuzzMillis(f *testing.F) {
	seed(f, `1788264000123`, `"1788264000123"`, `0`, `"0"`, `""`, `{}`, `null`, `-1`, `-62135596800000`, `1.5`, `"`, `"00"`, `-0`)
	f.Fuzz(stable[Millis])
}
