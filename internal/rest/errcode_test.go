package rest

import (
	"encoding/json"
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
