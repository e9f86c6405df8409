// Package event decodes what DingTalk reports about an organization: who has joined, changed or left, which departments
// and roles were created, changed or removed, and what an app may see.
//
//	e, err := event.Decode(message)
//	if err != nil {
//		return err
//	}
//	switch change := e.Payload.(type) {
//	case *event.UserChange:
//		readAgain(change.UserIDs)
//	case *event.DepartmentChange:
//		readDepartments(change.DeptIDs)
//	}
//
// [Decode] takes an event of either transport: a frame of Stream mode, or the decrypted message of an HTTP callback, as
// it is documented and as the service has been seen to send it. The spellings of names, and numbers in quotes or
// without, make no difference. [DecodeAll] also takes a message of SyncHTTP push, by which a third-party app gets several
// events at once.
//
// An event is a hint that something changed. It has no version, may come twice, late, out of order, or never, and holds
// only part of what changed: read the user or department again instead of applying the event.
//
// The events are listed on https://open.dingtalk.com/document/development/org-event-overview
package event
