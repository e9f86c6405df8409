// Package callback receives events over HTTP: it checks, decrypts and acknowledges what DingTalk posts to the URL of an
// event subscription.
//
//	h, err := callback.NewHandler(callback.Config{
//		Token:  dingtalk.NewSecret(token),
//		AESKey: dingtalk.NewSecret(aesKey),
//		Owners: []string{clientID},
//	}, event.AcceptFunc(func(ctx context.Context, e event.Event) error {
//		return queue.Put(ctx, e) // nil: acknowledge it
//	}))
//	if err != nil {
//		return err
//	}
//	mux.Handle("POST /dingtalk/events", h)
//
// An event is acknowledged only after it was accepted. Otherwise DingTalk sends it again after 10 and after 30 seconds,
// and then puts it on the list of failed events. A [Codec] does the encryption alone, for other frameworks.
//
// How an HTTP callback is set up: https://open.dingtalk.com/document/development/configure-stream-push
package callback
