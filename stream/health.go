package stream

import (
	"sync"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/event"
)

// tolerance is how long there may be no healthy connection before that is a gap.
const tolerance = 15 * time.Second

// health knows which connections are healthy, and finds the times without one.
type health struct {
	mu        sync.Mutex
	up        map[*connection]time.Time // when each became healthy
	since     time.Time                 // when up became non-empty; zero while it is empty
	last      time.Time                 // the latest time at which a connection that has ended was healthy
	lastFrame time.Time
	err       error // of the latest attempt to connect
}

// begin starts the time without a connection, unless it has begun earlier.
func (h *health) begin() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.last.IsZero() {
		h.last = time.Now()
	}
}

// connected adds a healthy connection, and returns the gap that it ends, or nil.
func (h *health) connected(n *connection) *event.Gap {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	var g *event.Gap
	if len(h.up) == 0 {
		h.up = map[*connection]time.Time{}
		h.since = now
		g = h.gap(now)
	}
	h.up[n], h.err = now, nil
	return g
}

// disconnected removes a connection that was healthy until a time, which may have passed. It returns the gap that this
// turns out to be, if the connections that are left were opened long after that time, or nil.
func (h *health) disconnected(n *connection, until time.Time) *event.Gap {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, found := h.up[n]; !found {
		return nil
	}
	delete(h.up, n)
	if until.After(h.last) {
		h.last = until
	}
	if len(h.up) == 0 {
		h.since = time.Time{}
		return nil // it goes on
	}
	next := time.Now()
	for _, t := range h.up {
		if t.Before(next) {
			next = t
		}
	}
	return h.gap(next)
}

// finish returns the gap in which Run ends, or nil.
func (h *health) finish() *event.Gap {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.gap(time.Now())
}

// gap returns the time from the end of the last connection until now, if it is long enough, and else nil.
func (h *health) gap(now time.Time) *event.Gap {
	if now.Sub(h.last) <= tolerance {
		return nil
	}
	g := &event.Gap{From: h.last, To: now, Cause: "no connection"}
	h.last = now
	return g
}

// received notes a frame.
func (h *health) received() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lastFrame = time.Now()
}

// failed notes a failed attempt to connect.
func (h *health) failed(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.err = err
}
