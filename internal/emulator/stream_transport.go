package emulator

import (
	"fmt"
	"slices"
	"time"
)

// What stands for the answer of an app that has not answered.
const (
	NoConnection = "no connection"
	NoReply      = "no reply in time"
)

// streamTransport delivers events over the connections of clients.
type streamTransport struct {
	server   *Server
	tickets  map[string]streamTicket
	conns    []*streamConn // open ones, the oldest first
	chosen   bool          // there was a connection with a subscription to events
	opening  int           // handshakes of such connections: the client may know of their end before the server does
	waiting  []*push       // for a connection
	messages int64         // the number of the latest message
}

// streamConfig holds what options set.
type streamConfig struct {
	ack     time.Duration   // the time to acknowledge an event
	retries []time.Duration // how long after an attempt the next one begins
	keep    time.Duration   // how long an event waits for a connection
	ping    time.Duration   // between pings; 0: none
	age     time.Duration   // of a connection when it is ended; 0: any
}

func newStreamConfig() streamConfig {
	return streamConfig{ack: 3 * time.Second, retries: []time.Duration{15 * time.Second, time.Minute}, ping: 30 * time.Second}
}

// check refuses settings that cannot be.
func (c streamConfig) check() error {
	for _, d := range append([]time.Duration{c.keep, c.ping, c.age}, c.retries...) {
		if d < 0 {
			return fmt.Errorf("a time of Stream must not be negative: %v", d)
		}
	}
	if c.ack <= 0 {
		return fmt.Errorf("the time to acknowledge an event must be positive: %v", c.ack)
	}
	return nil
}

func (t *streamTransport) name() string { return "stream" }

// wants reports whether the app gets events over Stream.
//
// Assumed: Events are sent over Stream from the first connection with a subscription to events on, as choosing Stream in
// DingTalk's own console takes a live connection. What happened before is never sent. An app gets its events in one way: while
// it has an HTTP callback, even one that it has registered itself, nothing new is sent over Stream.
func (t *streamTransport) wants(*feedEvent) bool {
	return (t.chosen || t.opening > 0) && t.server.callback == nil
}

// retries returns when events are sent again.
//
// Assumed: An event that is not acknowledged within 3 seconds, or answered with LATER, is sent again 15 seconds after it was
// sent and 60 seconds after that, and then given up. Without a connection an attempt fails at once.
func (t *streamTransport) retries() []time.Duration { return t.server.config.stream.retries }

func (t *streamTransport) gaveUp(*feedEvent) {}

// push sends an event over one of the connections, at random, or waits for one.
func (t *streamTransport) push(p *push) {
	s := t.server
	if c := t.choose(p); c != nil {
		c.deliver(p)
		return
	}
	wait := s.config.stream.keep - s.now().Sub(p.delivery.event.time)
	if wait <= 0 && t.opening == 0 {
		s.settle(p, false, NoConnection)
		return
	}
	t.waiting = append(t.waiting, p)
	if wait <= 0 { // for a handshake
		return
	}
	s.after(wait, func() {
		if at := slices.Index(t.waiting, p); at >= 0 {
			t.waiting = slices.Delete(t.waiting, at, at+1)
			s.settle(p, false, NoConnection)
		}
	})
}

// choose returns one of the connections that get events, or nil. A connection that is frozen, or whose network is gone, is
// one of them.
func (t *streamTransport) choose(p *push) *streamConn {
	var conns []*streamConn
	for _, c := range t.conns {
		if c.events && !c.ending {
			conns = append(conns, c)
		}
	}
	if len(conns) == 0 {
		return nil
	}
	return conns[p.draws.IntN(len(conns))]
}

// open adds a connection and sends what has waited for it.
func (t *streamTransport) open(c *streamConn) {
	t.conns = append(t.conns, c)
	t.chosen = t.chosen || c.events
	c.pingLater()
	if age := t.server.config.stream.age; age > 0 {
		c.task(age, func() { c.disconnect("connection is expired") })
	}
	t.pushWaiting()
	t.server.notifyEventsChanged()
}

// begin notes that a handshake has begun.
func (t *streamTransport) begin(events bool) {
	if events {
		t.opening++
	}
}

// begun notes that a handshake has ended, with or without a connection.
func (t *streamTransport) begun(events bool) {
	if events {
		t.opening--
		t.pushWaiting()
	}
}

// pushWaiting sends what waits for a connection, or has it wait on.
func (t *streamTransport) pushWaiting() {
	waiting := t.waiting
	t.waiting = nil
	for _, p := range waiting {
		if !p.delivery.done {
			t.push(p)
		}
	}
}

// remove removes a connection that has ended. What was sent over it and not acknowledged is sent again at its time.
func (t *streamTransport) remove(c *streamConn) {
	t.conns = slices.DeleteFunc(t.conns, func(other *streamConn) bool { return other == c })
	t.server.notifyEventsChanged()
}

// newMessageID returns the ID of an attempt: four numbers in hexadecimal, as the service has them.
func (t *streamTransport) newMessageID() string {
	t.messages++
	return fmt.Sprintf("%s_%x_%x_%s", hexText()[:8], t.messages, t.server.now().UnixMilli(), hexText()[:4])
}

// StreamConnection is an open Stream connection.
type StreamConnection struct{ conn *streamConn }

// StreamConnections returns the open Stream connections, the oldest first.
func (s *Server) StreamConnections() []*StreamConnection {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]*StreamConnection, len(s.stream.conns))
	for i, c := range s.stream.conns {
		out[i] = &StreamConnection{c}
	}
	return out
}

// ID returns the connectionId that events show.
func (c *StreamConnection) ID() string { return c.conn.id }

// Opened returns when the connection was opened, by the server's clock.
func (c *StreamConnection) Opened() time.Time { return c.conn.opened }

// From returns the address of the client.
func (c *StreamConnection) From() string { return c.conn.network.RemoteAddr().String() }

// StreamState is what may still be sent over an open connection.
type StreamState string

// The states of a connection.
const (
	StreamLive   StreamState = "live"   // carries events
	StreamIdle   StreamState = "idle"   // the client has subscribed to no events
	StreamEnding StreamState = "ending" // the client was told that it ends: it gets no more events
	StreamFrozen StreamState = "frozen" // carries nothing from the server
	StreamGone   StreamState = "gone"   // the network carries nothing
)

// State returns the state of the connection.
func (c *StreamConnection) State() StreamState {
	c.conn.server.mu.Lock()
	defer c.conn.server.mu.Unlock()
	switch {
	case c.conn.network.lost.Load():
		return StreamGone
	case c.conn.frozen:
		return StreamFrozen
	case c.conn.ending:
		return StreamEnding
	case !c.conn.events:
		return StreamIdle
	}
	return StreamLive
}

// Pings returns how many pings were sent over the connection, and how many were answered with their data.
func (c *StreamConnection) Pings() (sent, answered int) {
	c.conn.server.mu.Lock()
	defer c.conn.server.mu.Unlock()
	return c.conn.pings, c.conn.answered
}

// Disconnect announces the end of the connection, which gets no more events and ends ten seconds later.
func (c *StreamConnection) Disconnect() {
	c.conn.server.mu.Lock()
	defer c.conn.server.mu.Unlock()
	c.conn.disconnect("persistent connection is timeout")
}

// Freeze makes the connection one that stays open and carries nothing from the server any more.
func (c *StreamConnection) Freeze() {
	c.conn.server.mu.Lock()
	defer c.conn.server.mu.Unlock()
	c.conn.frozen, c.conn.queue = true, nil
	c.conn.server.notifyEventsChanged()
}

// LoseNetwork drops all that either side sends from now on.
func (c *StreamConnection) LoseNetwork() {
	c.conn.server.mu.Lock()
	defer c.conn.server.mu.Unlock()
	c.conn.network.lose()
	c.conn.server.notifyEventsChanged()
}

// CutNextFrame ends the connection in the middle of the next frame that the server sends.
func (c *StreamConnection) CutNextFrame() { c.conn.network.cut.Store(true) }

// Cut ends the connection at once, without a word.
func (c *StreamConnection) Cut() { c.conn.end(errReset) }
