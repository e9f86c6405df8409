package stream

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		eventFrame("e1", "user_add_org", 3),
		`{"specVersion":"1.0","type":"SYSTEM","headers":{"topic":"disconnect","messageId":"c0a8","time":"1793347200123"},"data":"{\"reason\":\"connection is expired\"}"}`,
		`{"TYPE":"SYSTEM","headers":{"topic":7,"messageId":null},"data":{"opaque":1}}`, `{"headers":[]}`, `null`, `7`, `{"type":"EVENT","data":`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, message []byte) {
		frame, err := parse(message)
		if err != nil {
			assert.NotContains(t, err.Error(), "invalid character")
			return
		}
		for _, text := range [][]byte{frame.echo(), frame.answer(statusLater), frame.reply(404, "m", nil)} {
			var r reply
			require.NoError(t, json.Unmarshal(text, &r))
			assert.Equal(t, string(frame.Headers.MessageID), r.Headers.MessageID)
		}
		if frame.Data != nil {
			var want, got any
			require.NoError(t, json.Unmarshal(frame.Data, &want))
			var r reply
			require.NoError(t, json.Unmarshal(frame.echo(), &r))
			require.NoError(t, json.Unmarshal(r.Data, &got))
			assert.Equal(t, want, got)
		}
	})
}
