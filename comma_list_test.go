package dingtalk

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestIDList_DecodesEveryFormAndEncodesOne(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]IDList{
		`"1,2"`: {1, 2}, `" 1 , 2 "`: {1, 2}, `[1,2]`: {1, 2}, `["1","2"]`: {1, 2}, `[1,"2"]`: {1, 2}, "[ 1 ,\n2 ]": {1, 2},
		`1`: {1}, `"1"`: {1}, `[1]`: {1}, `"-1"`: {-1}, `[-1,1]`: {-1, 1}, `"-7,9007199254740993"`: {-7, 9007199254740993},
		`"9223372036854775807,-9223372036854775808"`: {math.MaxInt64, math.MinInt64},
		`"1,"`: {1}, `",1,,2"`: {1, 2}, `["1",""]`: {1}, `[1,null,{},[]]`: {1}, `[null]`: {}, `","`: {}, `" "`: {},
		`""`: {}, `{}`: {}, `null`: {}, `[]`: {}, `[ ]`: {}, `{ }`: {},
	} {
		got, ok := decodeAs[IDList](text)
		if assert.True(t, ok, text) {
			assert.Equal(t, want, got, text)
		}
	}
	for _, text := range []string{
		`"a"`, `"1;2"`, `[1.5]`, `1e3`, `[[1]]`, `{"1":2}`, `true`, `"9223372036854775808"`, `"1,2`, `["1,2"]`,
	} {
		_, ok := decodeAs[IDList](text)
		assert.False(t, ok, text)
	}
	for want, ids := range map[string]IDList{
		`""`: nil, `"1"`: {1}, `"1,2"`: {1, 2}, `"-1,1"`: {-1, 1}, `"9223372036854775807,-9223372036854775808"`: {math.MaxInt64, math.MinInt64},
	} {
		assert.Equal(t, want, encoded(t, ids))
	}
}

func TestCommaList_DecodesEveryFormAndEncodesOne(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]CommaList{
		`"a,b"`: {"a", "b"}, `"a, b,"`: {"a", "b"}, `["a","b"]`: {"a", "b"}, `["a",null,"",[]]`: {"a"}, `"赵<敏>"`: {"赵<敏>"},
		`""`: {}, `{}`: {}, `null`: {}, `[]`: {}, `[ ]`: {},
	} {
		got, ok := decodeAs[CommaList](text)
		require.True(t, ok, text)
		assert.Equal(t, want, got, text)
	}
	assert.Equal(t, `"manager_userid,org_email"`, encoded(t, CommaList{"manager_userid", "org_email"}))
	assert.Equal(t, `""`, encoded(t, CommaList{}))
	assert.Equal(t, `"赵<敏>&"`, encoded(t, CommaList{"赵<敏>&"}))
}

// FuzzIDList and the other fuzz tests look for panics, and for values that change when they are encoded and decoded.
func FuzzIDList(f *testing.F) {
	seed(f, `"1,2"`, `[1,-2]`, `["1"]`, `{}`, `""`, `null`, `7`, `"1,"`, `[null]`, ` "+1" `, `[`)
	f.Fuzz(stable[IDList])
}

func FuzzCommaList(f *testing.F) {
	seed(f, `"a,b"`, `["a","b"]`, `{}`, `""`, `null`, `"a,,b"`, `[true]`, `{"a":1}`, `"`)
	f.Fuzz(func(t *testing.T, data []byte) {
		var l CommaList
		_ = l.UnmarshalJSON(data)
		if utf8.Valid(data) && json.Unmarshal(data, &l) == nil {
			var names CommaList // commas and blanks inside a name are lost, but nothing else
			require.NoError(t, json.Unmarshal([]byte(encoded(t, l)), &names))
			assert.Equal(t, squeezed(strings.Join(l, ",")), squeezed(strings.Join(names, ",")))
		}
	})
}

// squeezed returns the parts of names between commas and blanks.
func squeezed(names string) []string {
	return strings.FieldsFunc(names, func(r rune) bool { return r == ',' || unicode.IsSpace(r) })
}
