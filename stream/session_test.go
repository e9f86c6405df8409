package stream

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// session is a connection as the gateway sees it.
type session struct {
	ws      *websocket.Conn
	line    *line
	opened  time.Time
	ended   chan struct{}
	endedAt time.Time // valid once ended is closed

	mu      sync.Mutex
	replies map[string]received
	count   int
	changed chan struct{} // closed at each reply
}

// received is a reply as it came.
type received struct {
	Code    int               `json:"code"`
	Message string            `json:"message"`
	Headers map[string]string `json:"headers"`
	Data    string            `json:"data"`
	at      time.Time
}

func (s *session) reply(message []byte) {
	var r received
	if err := json.Unmarshal(message, &r); err != nil {
		panic(err)
	}
	r.at = time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.replies[r.Headers["messageId"]] = r
	s.count++
	close(s.changed)
	s.changed = make(chan struct{})
}

// await returns the reply to a message.
func (s *session) await(messageID string) received {
	for {
		s.mu.Lock()
		r, found := s.replies[messageID]
		changed := s.changed
		s.mu.Unlock()
		if found {
			return r
		}
		<-changed
	}
}

// answered reports whether there is a reply to a message.
func (s *session) answered(messageID string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, found := s.replies[messageID]
	return found
}

// alive reports whether the connection is open.
func (s *session) alive() bool {
	select {
	case <-s.ended:
		return false
	default:
		return true
	}
}

// send sends a message.
func (s *session) send(message string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	return s.ws.Write(ctx, websocket.MessageText, []byte(message))
}

// push sends an event of a user. Its message ID is that of the event with "m-" before it.
func (s *session) push(eventID string) error { return s.send(eventFrame(eventID, "user_add_org", 0)) }

// system sends a system frame.
func (s *session) system(topic, messageID, data string) error {
	return s.send(fmt.Sprintf(`{"specVersion":"1.0","type":"SYSTEM","headers":{"topic":%q,"messageId":%q,"contentType":"application/json"},"data":%q}`,
		topic, messageID, data))
}

func eventFrame(eventID, eventType string, padding int) string {
	data, _ := json.Marshal(`{"timeStamp":"1793347199987","userId":["zhao.min"],"padding":"` + string(bytes.Repeat([]byte("x"), padding)) + `"}`)
	return fmt.Sprintf(`{"specVersion":"1.0","type":"EVENT","headers":{"topic":"*","messageId":"m-%s","contentType":"application/json",`+
		`"time":"1793347200123","eventType":%q,"eventId":%q,"eventBornTime":"1793347199990","eventCorpId":"ding5example0corp1"},"data":%s}`,
		eventID, eventType, eventID, data)
}
