package emulator

import (
	"context"
	"slices"
	"time"
)

// callbackTransport delivers events to the HTTP callback.
type callbackTransport struct{ server *Server }

func (t callbackTransport) name() string { return "http" }

func (t callbackTransport) wants(e *feedEvent) bool {
	cb := t.server.callback
	return cb != nil && (cb.Types == nil || slices.Contains(cb.Types, e.typ))
}

func (t callbackTransport) retries() []time.Duration {
	return []time.Duration{10 * time.Second, 30 * time.Second}
}

// push posts an event to the callback that the app has by then.
//
// Assumed: A repeat over HTTP has a timestamp and a nonce of its own, and goes to the URL that the callback has by then.
func (t callbackTransport) push(p *push) {
	s, cb := t.server, t.server.callback
	if cb == nil {
		s.settle(p, false, "the app has no callback any more")
		return
	}
	sent := parcel{
		message: cb.message(p.delivery), wrongSignature: p.chance(p.disturbance.WrongSignature),
		wrongOwner: p.chance(p.disturbance.WrongOwner), otherPadding: p.chance(p.disturbance.OtherPadding),
	}
	s.inBackground(func(ctx context.Context) {
		err := s.post(ctx, cb, sent)
		s.mu.Lock()
		defer s.mu.Unlock()
		switch {
		case err != nil:
			s.settle(p, false, err.Error())
		case p.noAck:
			s.settle(p, false, "the response was lost")
		default:
			s.settle(p, true, acknowledgment)
		}
	})
}

// gaveUp puts an event on the list of failed events.
//
// Assumed: An event is on the list of failed events as soon as its last delivery has failed.
func (t callbackTransport) gaveUp(e *feedEvent) {
	t.server.failed.waiting = append(t.server.failed.waiting, failedElement(e))
}

// inBackground runs a function without the lock, which the caller holds. Close cancels its context and waits for it.
func (s *Server) inBackground(run func(ctx context.Context)) {
	ctx, cancel := context.WithCancelCause(context.Background())
	p := &pause{cancel}
	s.pauses[p] = struct{}{}
	s.serving.Go(func() {
		defer func() {
			cancel(nil)
			s.mu.Lock()
			defer s.mu.Unlock()
			delete(s.pauses, p)
		}()
		run(ctx)
	})
}
