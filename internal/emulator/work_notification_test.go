package emulator

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

const (
	notificationPath = "/topapi/message/corpconversation/asyncsend_v2"
	textMessage      = `{"msgtype":"text","text":{"content":"请提交日报。"}}`
)

func TestWorkNotification_ReturnsATaskBesideTheErrcode(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	for _, receivers := range []string{
		`"userid_list":"user123,user456"`, `"dept_id_list":"123,345"`, `"to_all_user":true`, `"to_all_user":false,"userid_list":"a"`,
	} {
		res := a.post(notificationPath, `{"agent_id":123,`+receivers+`,"msg":`+textMessage+`}`)
		assert.Equal(t, "0", res.code(), res)
		assert.Regexp(t, `^[1-9][0-9]{11}$`, res["task_id"])
		assert.NotContains(t, res, "result")
	}
	res := a.form(notificationPath, url.Values{
		"access_token": {a.token}, "agent_id": {"123"}, "userid_list": {"123,456"}, "to_all_user": {"false"}, "msg": {textMessage},
	})
	assert.Equal(t, "0", res.code(), res)
}

func TestWorkNotification_TakesEachTypeOfMessage(t *testing.T) {
	t.Parallel()
	a := newApp(t, Strict())
	for _, msg := range []string{
		textMessage,
		`{"msgtype":"image","image":{"media_id":"@lADOADmaWMzazQKA"}}`,
		`{"msgtype":"voice","voice":{"media_id":"@lADOADmaWMzazQKA","duration":"10"}}`,
		`{"msgtype":"file","file":{"media_id":"MEDIA_ID"}}`,
		`{"msgtype":"link","link":{"messageUrl":"http://dingtalk.com","picUrl":"@lALOACZwe2Rk","title":"t","text":"t"}}`,
		`{"msgtype":"oa","oa":{"message_url":"http://dingtalk.com","head":{"bgcolor":"FFBBBBBB","text":"h"},"body":{"title":"b","form":[{"key":"k","value":"v"}],"rich":{"num":"15.6","unit":"u"},"content":"c","image":"@l","file_count":"3","author":"a"}}}`,
		`{"msgtype":"markdown","markdown":{"title":"t","text":"# t"}}`,
		`{"msgtype":"action_card","action_card":{"title":"t","markdown":"m","single_title":"s","single_url":"https://open.dingtalk.com"}}`,
		`{"msgtype":"action_card","action_card":{"markdown":"m","btn_orientation":"1","btn_json_list":[{"title":"b","action_url":"https://example.com"}]}}`,
	} {
		assert.Equal(t, "0", a.post(notificationPath, `{"agent_id":123,"userid_list":"a","msg":`+msg+`}`).code(), msg)
	}
}

func TestWorkNotification_RefusesWhatIsNotDocumented(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	long := `{"msgtype":"text","text":{"content":"` + strings.Repeat("a", maxMessage) + `"}}`
	for why, body := range map[string]string{
		"agent_id is missing":           `{"userid_list":"a","msg":` + textMessage + `}`,
		"msg is missing":                `{"agent_id":1,"userid_list":"a"}`,
		"userid_list and dept_id_list":  `{"agent_id":1,"msg":` + textMessage + `}`,
		"has more than 100 entries":     `{"agent_id":1,"userid_list":"` + strings.Repeat("a,", 100) + `a","msg":` + textMessage + `}`,
		"has more than 20 entries":      `{"agent_id":1,"dept_id_list":"` + strings.Repeat("1,", 20) + `1","msg":` + textMessage + `}`,
		"more than 2048":                `{"agent_id":1,"userid_list":"a","msg":` + long + `}`,
		"msg.msgtype is missing":        `{"agent_id":1,"userid_list":"a","msg":{"text":{"content":"c"}}}`,
		"must be one of":                `{"agent_id":1,"userid_list":"a","msg":{"msgtype":"sms","text":{"content":"c"}}}`,
		"msg.text is missing":           `{"agent_id":1,"userid_list":"a","msg":{"msgtype":"text"}}`,
		"msg.markdown is missing":       `{"agent_id":1,"userid_list":"a","msg":{"msgtype":"markdown","text":{"content":"c"}}}`,
		"msg.text.content is missing":   `{"agent_id":1,"userid_list":"a","msg":{"msgtype":"text","text":{}}}`,
		"msg.voice.duration is missing": `{"agent_id":1,"userid_list":"a","msg":{"msgtype":"voice","voice":{"media_id":"m"}}}`,
		"fields of several types":       `{"agent_id":1,"userid_list":"a","msg":{"msgtype":"text","text":{"content":"c"},"file":{"media_id":"m"}}}`,
	} {
		res := a.post(notificationPath, body)
		assert.Equal(t, "400002", res.code(), why)
		assert.Contains(t, res["errmsg"], why)
	}
	assert.Equal(t, "60011", newApp(t, WithoutScope("qyapi_base")).post(notificationPath, `{}`).code())
}
