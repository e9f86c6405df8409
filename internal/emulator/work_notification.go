package emulator

import (
	"fmt"
	"math/rand/v2"
)

// maxMessage is the largest size of a message in bytes.
const maxMessage = 2048

type workNotificationRequest struct {
	UserIDs   []string `arg:"userid_list"`
	DeptIDs   []int64  `arg:"dept_id_list"`
	ToAllUser bool     `arg:"to_all_user"`
	Msg       args     `arg:"msg"`
}

type workNotificationResponse struct {
	TaskID int64 `json:"task_id"`
}

// messageFields holds the required fields of each type of message. Those of an oa or an action_card depend on others,
// and are not checked beyond the first.
var messageFields = map[string][]string{
	"text": {"content"}, "image": {"media_id"}, "voice": {"media_id", "duration"}, "file": {"media_id"},
	"link": {"messageUrl", "picUrl", "title", "text"}, "oa": {"message_url"}, "markdown": {"title", "text"},
	"action_card": {"markdown"},
}

// sendWorkNotification takes a message and returns the ID of its task. It delivers nothing.
//
// Assumed: A work notification without a receiver, with an unknown msgtype, with fields of several types or with more
// than 2048 bytes is 400002. Any agent_id is that of the app, and its receivers need not exist.
func (s *Server) sendWorkNotification(r *request, q workNotificationRequest) (any, error) {
	if !q.ToAllUser && len(q.UserIDs) == 0 && len(q.DeptIDs) == 0 {
		return nil, refuse(400002, "userid_list and dept_id_list are missing")
	}
	if size := len(r.body["msg"]); size > maxMessage {
		return nil, refuse(400002, fmt.Sprintf("msg has %d bytes, more than %d", size, maxMessage))
	}
	kind, _ := q.Msg["msgtype"].(string)
	required, known := messageFields[kind]
	content, sent := q.Msg[kind].(args)
	switch {
	case !known:
		return nil, refuse(400002, "msg.msgtype is missing")
	case !sent:
		return nil, refuse(400002, "msg."+kind+" is missing")
	case len(q.Msg) > 2:
		return nil, refuse(400002, "msg has the fields of several types")
	}
	for _, name := range required {
		if content.empty(name) {
			return nil, refuse(400002, "msg."+kind+"."+name+" is missing")
		}
	}
	return workNotificationResponse{100e9 + rand.Int64N(900e9)}, nil
}
