package event_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/event"
)

func TestDecodeFailed_FindsIDsInEachForm(t *testing.T) {
	t.Parallel()
	users := func(ids ...string) any { return &event.UserChange{UserIDs: ids} }
	departments := func(ids ...int64) any { return &event.DepartmentChange{DeptIDs: ids} }
	for name, tt := range map[string]struct {
		typ     event.Type
		element string
		payload any
	}{
		"documented": {event.UserAddOrg, `{"user_add_org":{"userid":["zhao.min","li.lei"],"corpid":"ding5example0corp1"},"call_back_tag":"user_add_org","event_time":1793347200000}`, users("zhao.min", "li.lei")},
		"an object in a text": {event.UserAddOrg, `{"user_add_org":"{\"userid\":[\"zhao.min\"],\"corpid\":\"ding5example0corp1\"}","call_back_tag":"user_add_org","event_time":"1793347200000"}`,
			users("zhao.min")},
		"all in a text": {event.UserLeaveOrg, `"{\"user_leave_org\":{\"userid\":\"zhao.min\",\"corpid\":\"ding5example0corp1\"},\"call_back_tag\":\"user_leave_org\",\"event_time\":1793347200000}"`,
			users("zhao.min")},
		"other data":          {event.UserModifyOrg, `{"user_modify_org":{"callbackData":{"userId":["zhao.min"]},"corpid":"ding5example0corp1"},"call_back_tag":"user_modify_org","event_time":1793347200000}`, users("zhao.min")},
		"deptid":              {event.OrgDeptCreate, `{"org_dept_create":{"deptid":[724960211],"corpid":"ding5example0corp1"},"call_back_tag":"org_dept_create","event_time":1793347200000}`, departments(724960211)},
		"deptId in the data":  {event.OrgDeptModify, `{"org_dept_modify":{"callbackData":{"deptId":["724960211",2]},"corpid":"ding5example0corp1"},"call_back_tag":"org_dept_modify","event_time":1793347200000}`, departments(724960211, 2)},
		"DeptId deeper":       {event.OrgDeptRemove, `{"org_dept_remove":{"callbackData":"{\"data\":{\"DeptId\":724960211}}","corpid":"ding5example0corp1"},"call_back_tag":"org_dept_remove","event_time":1793347200000}`, departments(724960211)},
		"no department":       {event.OrgDeptRemove, `{"org_dept_remove":{"callbackData":{"id":17},"corpid":"ding5example0corp1"},"call_back_tag":"org_dept_remove","event_time":1793347200000}`, departments()},
		"no user":             {event.UserAddOrg, `{"user_add_org":{"corpid":"ding5example0corp1"},"call_back_tag":"user_add_org","event_time":1793347200000}`, users()},
		"nothing of the type": {event.UserAddOrg, `{"corpid":"ding5example0corp1","call_back_tag":"user_add_org","event_time":1793347200000}`, users()},
		"documented role":     {event.LabelConfAdd, `{"label_conf_add":{"roleLabelChange":{},"corpid":"ding5example0corp1"},"call_back_tag":"label_conf_add","event_time":1793347200000}`, &event.RoleChange{}},
		"role": {event.LabelConfAdd, `{"label_conf_add":{"roleLabelChange":{"labelIdList":[2100000009],"scope":"1"},"corpid":"ding5example0corp1"},"call_back_tag":"label_conf_add","event_time":1793347200000}`,
			&event.RoleChange{RoleIDs: []int64{2100000009}}},
		"role holders": {event.LabelUserChange, `{"label_user_change":{"roleLabelChange":{"userIdList":["zhao.min"],"labelIdList":[2100000005],"action":"add"},"corpid":"ding5example0corp1"},"call_back_tag":"label_user_change","event_time":1793347200000}`,
			&event.RoleHolderChange{UserIDs: []string{"zhao.min"}, RoleIDs: []int64{2100000005}, Action: "add"}},
		"of a third-party app": {event.UserAddOrg, `{"id":17,"call_back_tag":"user_add_org","call_back_data":"{\"userId\":[\"zhao.min\"]}","corpid":"ding5example0corp1","event_time":1793347200000}`, users("zhao.min")},
		"without a tag":        {event.UserAddOrg, `{"user_add_org":{"userid":["zhao.min"],"corpid":"ding5example0corp1"},"event_time":1793347200000}`, users("zhao.min")},
		"an unknown type":      {"bpms_instance_change", `{"bpms_instance_change":{"bpmsCallBackData":{},"corpid":"ding5example0corp1"},"call_back_tag":"bpms_instance_change","event_time":1793347200000}`, nil},
		"a value of another kind": {event.OrgDeptCreate, `{"org_dept_create":{"deptid":["sales"],"corpid":"ding5example0corp1"},"call_back_tag":"org_dept_create","event_time":1793347200000}`,
			nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e, err := event.DecodeFailed([]byte(tt.element))
			require.NoError(t, err)
			require.Equal(t, tt.typ, e.Type)
			require.Equal(t, "ding5example0corp1", e.CorpID)
			require.Equal(t, time.UnixMilli(1793347200000).UTC(), e.CreatedAt)
			require.Equal(t, tt.payload, e.Payload)
			require.Regexp(t, `^sha256:[0-9a-f]{64}$`, e.ID)
			require.True(t, json.Valid(e.Raw))
			require.Equal(t, byte('{'), e.Raw[0])
		})
	}
}

func TestDecodeFailed_IdentifiesAnEventByItsContent(t *testing.T) {
	t.Parallel()
	id := func(element string) string {
		e, err := event.DecodeFailed([]byte(element))
		require.NoError(t, err)
		return e.ID
	}
	one := id(`{"user_add_org":{"userid":["zhao.min"],"corpid":"ding1"},"call_back_tag":"user_add_org","event_time":1}`)
	require.Equal(t, one, id(`{"event_time":"1","call_back_tag":"user_add_org","user_add_org":{"corpid":"ding1","userId":["zhao.min"]}}`))
	require.NotEqual(t, one, id(`{"user_add_org":{"userid":["li.lei"],"corpid":"ding1"},"call_back_tag":"user_add_org","event_time":1}`))
	require.NotEqual(t, one, id(`{"user_add_org":{"userid":["zhao.min"],"corpid":"ding1"},"call_back_tag":"user_add_org","event_time":2}`))
	require.Equal(t, "7f3c", id(`{"user_add_org":{"userid":["zhao.min"],"eventId":"7f3c"},"call_back_tag":"user_add_org"}`))
}

func TestDecodeFailed_RefusesWhatNamesNoType(t *testing.T) {
	t.Parallel()
	for _, element := range []string{``, `{`, `null`, `7`, `[]`, `"x"`, `{}`, `{"event_time":1}`, `{"a":{},"b":{}}`, `{} {}`} {
		_, err := event.DecodeFailed([]byte(element))
		require.ErrorIs(t, err, event.ErrMalformed, element)
	}
}

// Whatever an element holds, its event has a type, an identity and JSON.
func FuzzDecodeFailed(f *testing.F) {
	f.Add([]byte(`{"user_add_org":{"userid":["zhao.min"],"corpid":"ding1"},"call_back_tag":"user_add_org","event_time":1793347200000}`))
	f.Add([]byte(`{"org_dept_remove":{"callbackData":"{\"data\":{\"DeptId\":7}}"},"call_back_tag":"org_dept_remove","event_time":"1"}`))
	f.Add([]byte(`"{\"label_conf_modify\":{\"roleLabelChange\":{\"labelIdList\":[1]}},\"call_back_tag\":\"label_conf_modify\"}"`))
	f.Fuzz(func(t *testing.T, element []byte) {
		e, err := event.DecodeFailed(element)
		if err != nil {
			require.ErrorIs(t, err, event.ErrMalformed)
			return
		}
		require.NotEmpty(t, e.Type)
		require.NotEmpty(t, e.ID)
		require.True(t, json.Valid(e.Raw))
		again, err := event.DecodeFailed(e.Raw)
		require.NoError(t, err)
		require.Equal(t, e.ID, again.ID)
	})
}
