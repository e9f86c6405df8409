package event_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/dingtalk-contacts/dingtalk-go/event"
)

// A frame of Stream mode and the message of an HTTP callback give the same event.
func ExampleDecode() {
	for _, message := range []string{
		`{"type":"EVENT","headers":{"eventType":"user_add_org","eventId":"7f3c0a51","eventCorpId":"ding5example0corp1"},
		  "data":"{\"userId\":[\"zhao.min\"]}"}`,
		`{"EventType":"user_add_org","eventId":"7f3c0a51","CorpId":"ding5example0corp1","UserId":["zhao.min"]}`,
	} {
		e, err := event.Decode([]byte(message))
		if err != nil {
			fmt.Println(err)
			return
		}
		switch change := e.Payload.(type) {
		case *event.UserChange:
			fmt.Println(e, change.UserIDs)
		case *event.DepartmentChange:
			fmt.Println(e, change.DeptIDs)
		}
	}
	_, err := event.Decode([]byte(`{"userId":[]}`))
	fmt.Println(errors.Is(err, event.ErrMalformed))
	// Output:
	// user_add_org 7f3c0a51 of ding5example0corp1 [zhao.min]
	// user_add_org 7f3c0a51 of ding5example0corp1 [zhao.min]
	// true
}

// The form of departments in the list of failed events is not documented: their IDs are found wherever they are. An event
// without IDs may mean any department.
func ExampleDecodeFailed() {
	for _, element := range []string{
		`{"org_dept_modify":{"callbackData":{"deptId":[724960211]},"corpid":"ding5example0corp1"},"call_back_tag":"org_dept_modify","event_time":1793347200000}`,
		`{"org_dept_modify":{"corpid":"ding5example0corp1"},"call_back_tag":"org_dept_modify","event_time":1793347200000}`,
	} {
		e, err := event.DecodeFailed([]byte(element))
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(e.Type, e.CreatedAt.Unix(), e.Payload.(*event.DepartmentChange).DeptIDs)
	}
	// Output:
	// org_dept_modify 1793347200 [724960211]
	// org_dept_modify 1793347200 []
}

// A function is an acceptor. It returns nil when the event is stored, and an error when it is to come again.
func ExampleAcceptFunc_Accept() {
	var stored []event.Event
	var acceptor event.Acceptor = event.AcceptFunc(func(_ context.Context, e event.Event) error {
		if len(stored) == 1 {
			return errors.New("the queue is full")
		}
		stored = append(stored, e)
		return nil
	})
	for range 2 {
		fmt.Println(acceptor.Accept(context.Background(), event.Event{Type: event.OrgChange, ID: "7f3c0a51"}))
	}
	// Output:
	// <nil>
	// the queue is full
}

// The ticket of a third-party app is not printed.
func ExampleSecret_Reveal() {
	e, err := event.Decode([]byte(`{"EventType":"suite_ticket","SuiteKey":"suiteexample0","SuiteTicket":"t1cket"}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	ticket := e.Payload.(*event.SuiteTicket)
	fmt.Println(ticket.Ticket, ticket.Ticket.Reveal())
	// Output: REDACTED t1cket
}

// A message of SyncHTTP push has several events.
func ExampleDecodeAll() {
	events, err := event.DecodeAll([]byte(`{"EventType":"SYNC_HTTP_PUSH_MEDIUM","bizData":[
		{"biz_type":13,"biz_id":"zhao.min","corp_id":"ding5example0corp1","biz_data":"{\"syncAction\":\"user_add_org\",\"userid\":\"zhao.min\"}"},
		{"biz_type":14,"biz_id":"433885002","corp_id":"ding5example0corp1","biz_data":"{\"syncAction\":\"org_dept_remove\"}"}]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, e := range events {
		fmt.Println(e.Type, e.CorpID)
	}
	// Output:
	// user_add_org ding5example0corp1
	// org_dept_remove ding5example0corp1
}

// Secrets of the same text are equal.
func ExampleNewSecret() {
	ticket, stored := event.NewSecret("t1cket"), event.NewSecret("t1cket")
	fmt.Println(ticket == stored)
	// Output: true
}

// An authorization that was changed comes without a permanent code.
func ExampleSecret_IsZero() {
	e, err := event.Decode([]byte(`{"EventType":"org_suite_change","authCorpInfo":{"corpid":"ding5example0corp1"}}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(e.Payload.(*event.SuiteAuth).PermanentCode.IsZero())
	// Output: true
}
