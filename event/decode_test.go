package event_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/event"
)

func decode(t *testing.T, message string) event.Event {
	t.Helper()
	e, err := event.Decode([]byte(message))
	require.NoError(t, err)
	return e
}

func TestDecode_KeepsWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	message := `{"EventType":"chat_add_member","CorpId":"ding5example0corp1","ChatId":"c1"}`
	e := decode(t, message)
	require.Equal(t, event.Type("chat_add_member"), e.Type)
	require.Nil(t, e.Payload)
	require.Equal(t, message, string(e.Raw))

	data := `[1,"two"]`
	e = decode(t, string(frame(t, "unknown", data)))
	require.Nil(t, e.Payload)
	require.Equal(t, data, string(e.Raw))
}

// A wrong payload would leave users or departments out, a nil one is seen.
func TestDecode_HasNoPayloadOfABodyInAnUnknownForm(t *testing.T) {
	t.Parallel()
	for typ, body := range map[event.Type]string{
		event.UserAddOrg:           `{"userId":[["zhao.min"]]}`,
		event.UserLeaveOrg:         `{"userId":["zhao.min",""]}`,
		event.UserModifyOrg:        `{"userId":["zhao.min"],"diffInfo":["none"]}`,
		event.UserActiveOrg:        `{"userId":["zhao.min"],"timeStamp":"yesterday"}`,
		event.OrgDeptCreate:        `{"deptId":["sales"]}`,
		event.OrgDeptModify:        `{"deptId":[1,null]}`,
		event.OrgDeptRemove:        `{"deptId":[1.5]}`,
		event.LabelConfModify:      `{"labelIdList":[1],"preLabelList":["{"]}`,
		event.LabelConfAdd:         `{"labelIdList":{"id":1}}`,
		event.OrgSuiteAuth:         `{"authScope":[1]}`,
		event.OrgChange:            `[]`,
		event.LabelUserChange:      `{"userIdList":["zhao.min"],"labelIdList":[99999999999999999999]}`,
		event.OrgSuiteChange:       `{"authInfo":{"agent":[{"agentid":{}}]}}`,
		event.SuiteTicketPush:      `{"suiteTicket":{}}`,
		event.LabelConfDel:         `{"labelIdList":[1],"preLabelList":[{"hidden":"perhaps"}]}`,
		event.UserDeptChange:       `{"userid":{"id":"zhao.min"}}`,
		event.InnerAppScopesChange: `{"deptIds":[1,{}]}`,
	} {
		e := decode(t, string(frame(t, typ, body)))
		require.Nil(t, e.Payload, "%s %s", typ, body)
		require.JSONEq(t, body, string(e.Raw))
	}
}

func TestDecode_RefusesWhatIsNoEvent(t *testing.T) {
	t.Parallel()
	for _, message := range []string{
		``, `null`, `"success"`, `[]`, `{}`, `{"EventType":""}`, `{"EventType":{}}`, `{"EventType":"org_change"} {}`, `{"EventType":"org_change"`,
		`{"headers":{},"data":"{}"}`, `{"headers":{"eventType":"org_change"},"data":"{"}`, `{"headers":"eventType"}`,
	} {
		_, err := event.Decode([]byte(message))
		require.ErrorIs(t, err, event.ErrMalformed, message)
	}
}

func TestDecode_TakesTheIDOfTheHeaders(t *testing.T) {
	t.Parallel()
	require.Equal(t, sampleID, decode(t, string(frame(t, event.InnerAppScopesChange, `{"eventId":"other"}`))).ID)
	e := decode(t, `{"type":"EVENT","headers":{"eventType":"org_change"},"data":"{\"eventId\":\"inner\",\"corpId\":\"ding1\"}"}`)
	require.Equal(t, "inner", e.ID)
	require.Equal(t, "ding1", e.CorpID)
}

func TestDecode_IdentifiesEventsWithoutAnID(t *testing.T) {
	t.Parallel()
	live := decode(t, `{"CorpId":"ding1","EventType":"user_add_org","UserId":["zhao.min"],"TimeStamp":"1793347199987"}`)
	require.True(t, strings.HasPrefix(live.ID, "sha256:"))
	for _, same := range []string{
		`{"TimeStamp":1793347199987,"EventType":"user_add_org","UserId":["zhao.min"],"CorpId":"ding1"}`,
		`{"timeStamp":"1793347199987","eventType":"user_add_org","userId":["zhao.min"],"corpId":"ding1","bizId":"7"}`,
		`{"headers":{"eventType":"user_add_org","eventCorpId":"ding1"},"data":"{\"userId\":[\"zhao.min\"],\"timeStamp\":\"1793347199987\"}"}`,
	} {
		require.Equal(t, live.ID, decode(t, same).ID, same)
	}
	for _, other := range []string{
		`{"CorpId":"ding2","EventType":"user_add_org","UserId":["zhao.min"],"TimeStamp":"1793347199987"}`,
		`{"CorpId":"ding1","EventType":"user_active_org","UserId":["zhao.min"],"TimeStamp":"1793347199987"}`,
		`{"CorpId":"ding1","EventType":"user_add_org","UserId":["li.lei"],"TimeStamp":"1793347199987"}`,
		`{"CorpId":"ding1","EventType":"user_add_org","UserId":["zhao.min"],"TimeStamp":"1793347199988"}`,
		`{"CorpId":"ding1","EventType":"user_add_org","UserId":["zhao.min"],"TimeStamp":"1793347199987","EventTime":1793347200000}`,
		`{"CorpId":"ding1","EventType":"user_add_org","UserId":["zhao.min"],"TimeStamp":"1793347199987","Extra":null}`,
		`{"CorpId":"ding1","EventType":"user_add_org","UserId":"zhao.min","TimeStamp":"1793347199987"}`,
	} {
		require.NotEqual(t, live.ID, decode(t, other).ID, other)
	}
}

func TestDecode_DoesNotKeepTheMessage(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`{"EventType":"org_change"}`, `{"headers":{"eventType":"org_change"},"data":"{}"}`} {
		message := []byte(text)
		e, err := event.Decode(message)
		require.NoError(t, err)
		raw := string(e.Raw)
		clear(message)
		require.Equal(t, raw, string(e.Raw))
		require.Equal(t, event.OrgChange, e.Type)
	}
}

func TestEvent_PrintsNothingOfItsContent(t *testing.T) {
	t.Parallel()
	e := decode(t, string(frame(t, event.SuiteTicketPush, `{"suiteTicket":"t1cket"}`)))
	var log strings.Builder
	logger := slog.New(slog.NewJSONHandler(&log, nil))
	logger.Info("event", "event", e)
	logger.Info("payload", "payload", e.Payload)
	payload, err := json.Marshal(e.Payload)
	require.NoError(t, err)
	texts := []string{log.String(), string(payload), fmt.Sprint(e.Payload)}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		texts = append(texts, fmt.Sprintf(verb, e), fmt.Sprintf(verb, e.Payload))
	}
	for _, text := range texts {
		require.NotContains(t, text, "t1cket")
		require.NotContains(t, text, fmt.Sprintf("%x", "t1cket"))
	}
	require.Contains(t, log.String(), sampleID)
}

func TestDecode_TakesNoTimeThatCannotBeEncoded(t *testing.T) {
	t.Parallel()
	for text, year := range map[string]int{"253402300799999": 9999, "253402300800000": 1, "9223372036854775807": 1, "-1": 1} {
		e := decode(t, `{"EventType":"user_add_org","EventTime":`+text+`,"timeStamp":"`+text+`","userId":["zhao.min"]}`)
		require.Equal(t, year, e.CreatedAt.Year(), text)
		change := e.Payload.(*event.UserChange)
		require.Equal(t, year, change.At.Year(), text)
		_, err := json.Marshal(e) //nolint:musttag // a user of the package may encode an event
		require.NoError(t, err)
	}
}

// What the decoder takes, it takes again from the Raw of it, with the same payload.
func FuzzDecode(f *testing.F) {
	for _, s := range catalog {
		f.Add([]byte(`{"EventType":"` + string(s.typ) + `","CorpId":"ding1",` + s.body[1:]))
		f.Add([]byte(fmt.Sprintf(`{"type":"EVENT","headers":{"eventType":%q,"eventBornTime":"1793347200000"},"data":%q}`, s.typ, s.body)))
	}
	f.Fuzz(func(t *testing.T, message []byte) {
		e, err := event.Decode(message)
		if err != nil {
			require.ErrorIs(t, err, event.ErrMalformed)
			return
		}
		require.NotEmpty(t, e.Type)
		require.NotEmpty(t, e.ID)
		require.True(t, json.Valid(e.Raw))
		headers := map[string]string{"eventType": string(e.Type)}
		again, err := json.Marshal(map[string]any{"headers": headers, "data": string(e.Raw)})
		require.NoError(t, err)
		second, err := event.Decode(again)
		if strings.ToValidUTF8(string(e.Type), "") == string(e.Type) {
			require.NoError(t, err)
			require.Equal(t, e.Type, second.Type)
			want, err := json.Marshal(e.Payload)
			require.NoError(t, err)
			got, err := json.Marshal(second.Payload)
			require.NoError(t, err)
			require.Equal(t, string(want), string(got))
		}
	})
}
