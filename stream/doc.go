// Package stream receives the events of an organization in Stream mode: over WebSocket connections that it opens
// itself, so that neither a public address nor encryption keys are needed.
//
//	s, err := stream.New(clientID, clientSecret, event.AcceptFunc(func(ctx context.Context, e event.Event) error {
//		return queue.Put(ctx, e) // nil: acknowledge it
//	}), stream.WithBaseURL(dingtalk.BaseURLChina), stream.WithGap(readEverythingAgain))
//	if err != nil {
//		return err
//	}
//	return s.Run(ctx)
//
// An event is acknowledged only after it was accepted. One that was not, in time and without a panic, is refused with
// LATER, and DingTalk sends it again, within limits that it does not publish. Frames are never dropped: while all
// handlers are busy, the client stops reading.
//
// The client holds two connections, and replaces each after 30 to 60 minutes, when DingTalk announces its end, and when
// it falls silent, the new one before the old one ends. Times in which events may have been lost all the same are
// reported as gaps, after which a program reads everything again.
//
// How Stream mode is set up: https://open.dingtalk.com/document/development/configure-stream-push
package stream
