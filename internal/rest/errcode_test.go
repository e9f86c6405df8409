package rest

import (
	"encoding/json"
	"math"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestErrcode_KeepsTheFirstRefusal(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]errcode{
		`{"errcode":60121,"errcode":0}`:                 {known: true, value: 60121},
		`{"errcode":60121,"errcode":"0"}`:               {known: true, value: 60121},
		`{"errcode":60121,"ERRCODE":" 0 "}`:             {known: true, value: 60121},
		`{"errcode":"60121","errcode":"00"}`:            {known: true, value: 60121},
		`{"errcode":60121,"errcode":40014}`:             {known: true, value: 60121},
		`{"errcode":"0","errcode":60121,"errcode":"0"}`: {known: true, value: 60121},
		`{"errcode":60121,"errcode":"x"}`:               {known: true, value: 60121},
		`{"errcode":"x","errcode":60121}`:               {known: true, value: 60121},
		`{"errcode":"0","errcode":"0"}`:                 {known: true},
	} {
		var e envelope
		require.NoError(t, json.Unmarshal([]byte(text), &e), text)
		assert.Equal(t, want, e.ErrCode, text)
	}
}

func TestErrcode_BeyondTheRangeOfIntIsARefusal(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]int64{
		"2147483647": math.MaxInt32, "2147483648": math.MaxInt32 + 1, `"-2147483649"`: math.MinInt32 - 1,
		"9223372036854775807": math.MaxInt64,
	} {
		for _, body := range []string{`{"errcode":` + code + `}`, `{"errcode":88,"sub_code":` + code + `}`} {
			resp, f := decode(t.Context(), httpResponse(http.StatusOK, ""), []byte(body), Want{})
			require.Nil(t, f, body)
			assert.Equal(t, int(min(max(want, math.MinInt), math.MaxInt)), resp.Code, body)
		}
	}
}
