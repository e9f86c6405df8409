package emulator

import (
	"encoding/json"
	"strconv"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCallback_SendsSyncHTTPInTheDocumentedForm(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, c := newCallbackApp(t, func(cb *Callback) { cb.SyncHTTP = true })
		ticket := a.server.SendSuiteTicket()
		synctest.Wait()
		_, err := a.server.Emit("org_change", struct{}{})
		require.NoError(t, err)
		synctest.Wait()
		messages := c.received(t)
		require.Len(t, messages, 2)
		assert.Equal(t, "SYNC_HTTP_PUSH_HIGH", messages[0]["EventType"])
		entries, ok := messages[0]["bizData"].([]any)
		require.True(t, ok)
		require.Len(t, entries, 1)
		entry, ok := entries[0].(map[string]any)
		require.True(t, ok)
		created := a.server.Events()[0]
		ms := json.Number(strconv.FormatInt(created.Time.UnixMilli(), 10))
		want := map[string]any{
			"biz_type": json.Number("2"), "biz_id": "dingk3yexample9q7w", "subscribe_id": "dingk3yexample9q7w_0", "corp_id": created.CorpID,
			"status": json.Number("0"), "open_cursor": json.Number("0"), "id": json.Number("1"),
			"gmt_create": ms, "gmt_modified": ms, "biz_data": entry["biz_data"],
		}
		assert.Equal(t, want, entry)
		text, ok := entry["biz_data"].(string)
		require.True(t, ok)
		data := parse(t, []byte(text))
		assert.Equal(t, "suite_ticket", data["syncAction"])
		assert.Equal(t, ticket, data["suiteTicket"])
		assert.Equal(t, created.ID, data["eventId"])
		assert.NotEmpty(t, data["syncSeq"])
		assert.Equal(t, "org_change", messages[1]["EventType"], "an event of another kind of app has no such form")
	})
}

func TestSnakeCase_RenamesAllButTheUserID(t *testing.T) {
	t.Parallel()
	assert.Equal(t, map[string]any{
		"auth_user_info": map[string]any{"userId": "zhao.min"}, "auth_info": map[string]any{"agent": []any{map[string]any{"admin_list": []any{"a"}}}},
	}, snakeCase(map[string]any{
		"authUserInfo": map[string]any{"userId": "zhao.min"}, "authInfo": map[string]any{"agent": []any{map[string]any{"adminList": []any{"a"}}}},
	}))
}
