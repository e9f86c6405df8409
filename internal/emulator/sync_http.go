package emulator

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode"
)

// The kinds of entries of SyncHTTP push.
const (
	syncTicket        = 2
	syncAuthorization = 4
	syncPerson        = 13
	syncDepartment    = 14
)

// syncEntry is an entry of a message of SyncHTTP push.
type syncEntry struct {
	GmtCreate   int64  `json:"gmt_create"` // milliseconds
	BizType     int    `json:"biz_type"`
	OpenCursor  int64  `json:"open_cursor"`
	SubscribeID string `json:"subscribe_id"`
	ID          int64  `json:"id"`
	GmtModified int64  `json:"gmt_modified"` // milliseconds
	BizID       string `json:"biz_id"`
	BizData     string `json:"biz_data"` // JSON
	CorpID      string `json:"corp_id"`
	Status      int    `json:"status"`
}

// syncMessage returns the message of an event of a third-party app in SyncHTTP push. Other events have none.
//
// Assumed: In SyncHTTP push a message has one entry, changes are not merged, and the subscribe_id is the suite key with _0. The
// messages of tickets and authorizations are SYNC_HTTP_PUSH_HIGH, the others SYNC_HTTP_PUSH_MEDIUM.
func (cb *callback) syncMessage(d *delivery) (fields, bool) {
	e := d.event
	entry := syncEntry{
		GmtCreate: e.time.UnixMilli(), GmtModified: e.time.UnixMilli(), SubscribeID: cb.suiteKey + "_0", BizID: cb.suiteKey,
		CorpID: e.corpID, ID: e.number,
	}
	var data map[string]any
	_ = json.Unmarshal(e.data(), &data) // an object, of the types below
	priority := "HIGH"
	switch body := e.body.(type) {
	case suiteTicketBody:
		entry.BizType = syncTicket
	case suiteAuthBody:
		entry.BizType, data = syncAuthorization, snakeCase(data).(map[string]any)
	case personBody:
		entry.BizType, entry.BizID, priority = syncPerson, body.UserID, "MEDIUM"
	case leaverBody:
		entry.BizType, entry.BizID, priority = syncPerson, body.UserID, "MEDIUM"
	case departmentBody:
		entry.BizType, entry.BizID, priority = syncDepartment, strconv.FormatInt(body.ID, 10), "MEDIUM"
	case removedDepartmentBody:
		entry.BizType, entry.BizID, priority = syncDepartment, strconv.FormatInt(body.id, 10), "MEDIUM"
	default:
		if e.typ != orgSuiteRelieve {
			return nil, false
		}
		entry.BizType = syncAuthorization
	}
	data["syncAction"], data["syncSeq"] = e.typ, strings.ToUpper(e.id[:16])
	if !d.omitID {
		data["eventId"] = e.id
	}
	entry.BizData = string(encode(data))
	return fields{"EventType": encode(syncPush + priority), "bizData": encode([]syncEntry{entry})}, true
}

// syncPush begins the type of a message of SyncHTTP push.
const syncPush = "SYNC_HTTP_PUSH_"

// snakeCase returns a value with the names that it has in SyncHTTP push: auth_corp_info for authCorpInfo. A userId keeps its
// name, as in the documented samples.
func snakeCase(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, inner := range v {
			if name != "userId" {
				name = toSnake(name)
			}
			out[name] = snakeCase(inner)
		}
		return out
	case []any:
		for i := range v {
			v[i] = snakeCase(v[i])
		}
	}
	return v
}

// toSnake returns a name in lower case, with underscores.
func toSnake(name string) string {
	var b strings.Builder
	for _, r := range name {
		if unicode.IsUpper(r) {
			_ = b.WriteByte('_')
		}
		_, _ = b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
