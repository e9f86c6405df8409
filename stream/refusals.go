package stream

import (
	"sync"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/event"
)

// maxRefusals is how many events that were refused once are remembered. If there are more, that is a gap in any case.
const maxRefusals = 1000

// refusals finds the times in which events were refused more than once, which DingTalk may not send again. Such a time is
// over when an event is accepted.
type refusals struct {
	mu   sync.Mutex
	last map[string]time.Time // by event: when it was refused last
	from time.Time            // when the gap began; zero if there is none
}

// refused notes that an event was refused.
func (r *refusals) refused(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if before, again := r.last[id]; again {
		r.begin(before)
	}
	if len(r.last) >= maxRefusals {
		for _, t := range r.last {
			r.begin(t)
		}
		r.last = nil
	}
	if r.last == nil {
		r.last = map[string]time.Time{}
	}
	r.last[id] = time.Now()
}

// begin begins a gap at a time, or moves its beginning back.
func (r *refusals) begin(t time.Time) {
	if r.from.IsZero() || t.Before(r.from) {
		r.from = t
	}
}

// accepted notes that an event was accepted, and returns the gap that this ends, or nil.
func (r *refusals) accepted(id string) *event.Gap {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.last, id)
	return r.end()
}

// finish returns the gap in which Run ends, or nil.
func (r *refusals) finish() *event.Gap {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.end()
}

func (r *refusals) end() *event.Gap {
	if r.from.IsZero() {
		return nil
	}
	g := &event.Gap{From: r.from, To: time.Now(), Cause: "an event was refused more than once"}
	r.from = time.Time{}
	return g
}
