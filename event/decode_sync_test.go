package event_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/event"
)

// entry returns an entry of a message of SyncHTTP push, in the form of the documentation.
func entry(t *testing.T, kind int, id, data string) string {
	t.Helper()
	text, err := json.Marshal(map[string]any{
		"gmt_create": int64(1793347199000), "biz_type": kind, "open_cursor": 0, "subscribe_id": "14999001_0", "id": 7001,
		"gmt_modified": int64(1793347199987), "biz_id": id, "biz_data": data, "corp_id": "ding5example0corp1", "status": 0,
	})
	require.NoError(t, err)
	return string(text)
}

func decodeSync(t *testing.T, entries ...string) []event.Event {
	t.Helper()
	message := `{"EventType":"SYNC_HTTP_PUSH_HIGH","bizData":[`
	for i, e := range entries {
		if i > 0 {
			message += ","
		}
		message += e
	}
	events, err := event.DecodeAll([]byte(message + "]}"))
	require.NoError(t, err)
	require.Len(t, events, len(entries))
	return events
}

func TestDecodeAll_ReturnsEachEntryOfASyncPush(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		kind    int
		id      string
		data    string
		typ     event.Type
		payload any
	}{
		{2, "14999001", `{"syncAction":"suite_ticket","suiteTicket":"t1cket","syncSeq":"1ABA"}`, event.SuiteTicketPush,
			&event.SuiteTicket{Ticket: event.NewSecret("t1cket")}},
		{4, "14999001", `{"syncAction":"org_suite_auth","auth_user_info":{"userId":"admin01"},"auth_corp_info":{"corpid":"ding5example0corp1","corp_name":"Example"},` +
			`"permanent_code":"p3rmanent","auth_scope":{"errcode":0,"auth_user_field":["name"],"auth_org_scopes":{"authed_user":["zhao.min"],"authed_dept":[1]}},"auth_info":{"agent":[{"agentid":17}]}}`,
			event.OrgSuiteAuth, &event.SuiteAuth{
				CorpID: "ding5example0corp1", CorpName: "Example", PermanentCode: event.NewSecret("p3rmanent"), UserID: "admin01",
				DeptIDs: []int64{1}, UserIDs: []string{"zhao.min"}, AgentIDs: []int64{17},
			}},
		{4, "14999001", `{"syncAction":"org_suite_relieve"}`, event.OrgSuiteRelieve, &event.SuiteChange{}},
		{13, "zhao.min", `{"errcode":0,"syncAction":"user_modify_org","userid":"zhao.min","department":[1],"orderInDepts":"{1:17}","roles":[{"id":1,"type":102}]}`,
			event.UserModifyOrg, &event.UserChange{UserIDs: []string{"zhao.min"}, User: &event.User{
				UserID: "zhao.min", Department: []int64{1}, OrderInDepts: map[int64]int64{1: 17}, Roles: []event.UserRole{{ID: 1, Type: 102}},
			}}},
		{13, "li.lei", `{"syncAction":"user_leave_org"}`, event.UserLeaveOrg, &event.UserChange{UserIDs: []string{"li.lei"}}},
		{14, "433885002", `{"syncAction":"org_dept_create","parentid":1,"name":"Sales","id":433885002}`, event.OrgDeptCreate,
			&event.DepartmentChange{DeptIDs: []int64{433885002}, Department: &event.Department{ID: 433885002, Name: "Sales", ParentID: 1}}},
		{14, "433885002", `{"syncAction":"org_dept_remove"}`, event.OrgDeptRemove, &event.DepartmentChange{DeptIDs: []int64{433885002}}},
		{15, "7", `{"syncAction":"org_role_add","role_id":7,"role_name":"Lead","group_id":3,"group_name":"Default"}`, event.OrgRoleAdd,
			&event.RoleChange{RoleIDs: []int64{7}, After: []event.RoleLabel{{ID: 7, Name: "Lead", ParentID: 3}}}},
		{15, "7", `{"syncAction":"org_role_remove"}`, event.OrgRoleRemove, &event.RoleChange{RoleIDs: []int64{7}}},
		{20, "ext1", `{"syncAction":"contact_leave_org"}`, event.ContactLeaveOrg, &event.ExternalContactChange{UserID: "ext1"}},
		{99, "1", `{}`, "SYNC_HTTP_PUSH_HIGH", nil},
		{99, "1", `no JSON`, "SYNC_HTTP_PUSH_HIGH", nil},
	} {
		got := decodeSync(t, entry(t, tt.kind, tt.id, tt.data))[0]
		assert.Equal(t, tt.typ, got.Type, tt.data)
		assert.Equal(t, tt.payload, got.Payload, tt.data)
		assert.Equal(t, "ding5example0corp1", got.CorpID)
		assert.True(t, got.CreatedAt.Equal(time.UnixMilli(1793347199987)), "%v", got.CreatedAt)
		assert.NotEmpty(t, got.ID)
		assert.True(t, json.Valid(got.Raw), "%s", got.Raw)
	}
}

func TestDecodeAll_KeepsTheBytesOfEachEntry(t *testing.T) {
	t.Parallel()
	first := `{"biz_type":13, "biz_id":"zhao.min","corp_id":"ding5example0corp1", "biz_data":"{\"syncAction\":\"user_modify_org\",\"isBoss\":false, \"Name\":\"\u8d75\u654f\",\"order\":1.50}"}`
	second := `{ "biz_data":{"syncAction":"org_dept_remove"},"biz_id":"433885002","biz_type":14 }`
	quoted, err := json.Marshal("[" + first + " , " + second + "]")
	require.NoError(t, err)
	for name, list := range map[string]string{"array": "[\n" + first + ",\t" + second + "]", "text": string(quoted)} {
		message := []byte(`{"EventType":"SYNC_HTTP_PUSH_MEDIUM","BizData":` + list + `}`)
		events, err := event.DecodeAll(message)
		require.NoError(t, err)
		require.Len(t, events, 2, name)
		clear(message)
		assert.Equal(t, first, string(events[0].Raw), name)
		assert.Equal(t, event.UserModifyOrg, events[0].Type)
		assert.Equal(t, second, string(events[1].Raw), name)
		assert.Equal(t, &event.DepartmentChange{DeptIDs: []int64{433885002}}, events[1].Payload)
	}
}

func TestDecodeAll_TellsEntriesApart(t *testing.T) {
	t.Parallel()
	one, two := entry(t, 13, "zhao.min", `{"syncAction":"user_leave_org"}`), entry(t, 13, "li.lei", `{"syncAction":"user_leave_org"}`)
	events := decodeSync(t, one, two, one)
	assert.NotEqual(t, events[0].ID, events[1].ID)
	assert.Equal(t, events[0].ID, events[2].ID)
	assert.Empty(t, decodeSync(t))
	for list, n := range map[string]int{``: 0, `"bizData":null`: 0, `"bizData":""`: 0, `"bizData":` + one: 1} {
		message := `{"EventType":"SYNC_HTTP_PUSH_HIGH"`
		if list != "" {
			message += "," + list
		}
		events, err := event.DecodeAll([]byte(message + "}"))
		require.NoError(t, err)
		assert.Len(t, events, n, list)
	}
}

func TestDecodeAll_ReturnsTheEventOfAnyOtherMessage(t *testing.T) {
	t.Parallel()
	message := []byte(`{"EventType":"org_change","CorpId":"ding5example0corp1","eventId":"7f3c0a51"}`)
	want, err := event.Decode(message)
	require.NoError(t, err)
	got, err := event.DecodeAll(message)
	require.NoError(t, err)
	assert.Equal(t, []event.Event{want}, got)
	for _, bad := range []string{`no JSON`, `[]`, `{}`} {
		_, err := event.DecodeAll([]byte(bad))
		assert.ErrorIs(t, err, event.ErrMalformed, bad)
	}
}
