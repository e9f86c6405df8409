package dingtalk_test

import (
	"context"
	"fmt"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// A call that the client has no method for, described from its page.
func ExampleClient_Do() {
	ctx := context.Background()
	srv := dingtalktest.NewServer()
	defer srv.Close()
	client := srv.Client()

	send := dingtalk.Operation{
		Name:     "SendWorkNotification",
		Path:     "/topapi/message/corpconversation/asyncsend_v2",
		Write:    true,                // a lost response is ErrOutcomeUnknown
		TopLevel: true,                // the fields are beside errcode, not under "result"
		Required: []string{"task_id"}, // a response without it is an error
	}
	req := map[string]any{
		"agent_id": 1839445214, "userid_list": "zhao.min",
		"msg": map[string]any{"msgtype": "text", "text": map[string]string{"content": "Please submit your report."}},
	}
	var res struct {
		TaskID int64 `json:"task_id"`
	}
	err := client.Do(ctx, send, req, &res)
	fmt.Println(err, res.TaskID > 0, len(srv.Calls("SendWorkNotification")))
	// Output: <nil> true 1
}
