package dingtalktest

import (
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

// StreamConnection is an open Stream connection. See Server.StreamConnections.
type StreamConnection struct{ conn *emulator.StreamConnection }

// StreamConnections returns the open Stream connections, the oldest first. A client opens one in two steps, over each of
// the entry points of the server: the operation OpenConnection returns an address and a ticket, and the operation
// ConnectStream is the handshake of the WebSocket. Fail and Calls know both.
func (s *Server) StreamConnections() []StreamConnection {
	return convertList(s.emulator.StreamConnections(), func(c *emulator.StreamConnection) StreamConnection {
		return StreamConnection{c}
	})
}

// ID returns the connectionId that events over the connection show.
func (c StreamConnection) ID() string { return c.conn.ID() }

// Opened returns when the connection was opened, by the server's clock.
func (c StreamConnection) Opened() time.Time { return c.conn.Opened() }

// Pings returns how many pings the server has sent over the connection, and how many the client has answered with their
// data.
func (c StreamConnection) Pings() (sent, answered int) { return c.conn.Pings() }

// Disconnect announces the end of the connection: it gets no more events, and ends ten seconds later.
func (c StreamConnection) Disconnect() { c.conn.Disconnect() }

// Freeze makes the connection a zombie: it stays open and answers the pings of WebSocket, but what the server sends over it
// from now on is lost, its own pings as well.
func (c StreamConnection) Freeze() { c.conn.Freeze() }

// LoseNetwork drops all that either side sends from now on, and tells neither.
func (c StreamConnection) LoseNetwork() { c.conn.LoseNetwork() }

// CutNextFrame ends the connection in the middle of the next frame that the server sends.
func (c StreamConnection) CutNextFrame() { c.conn.CutNextFrame() }

// Cut ends the connection at once, without an announcement.
func (c StreamConnection) Cut() { c.conn.Cut() }

// WithStreamAck sets the time that the app has to acknowledge an event over Stream: 3 seconds without the option. A later
// acknowledgement counts as well, until the event is given up.
func WithStreamAck(d time.Duration) Option { return option(emulator.WithStreamAck(d)) }

// WithStreamRetries sets when an event that was not acknowledged is sent again: how long after each attempt the next one
// begins. Without the option it is sent again after 15 seconds and 60 seconds after that, and then given up. The service
// does not publish its own times.
func WithStreamRetries(after ...time.Duration) Option {
	return option(emulator.WithStreamRetries(after...))
}

// WithEventRetention sets how long an event waits while no Stream connection is open. It is sent as soon as one is. Without
// the option it does not wait: the attempt fails, and the next one comes at its time.
func WithEventRetention(d time.Duration) Option { return option(emulator.WithEventRetention(d)) }

// WithStreamPing sets the interval of the server's pings over a Stream connection: 30 seconds without the option; 0 is no
// pings.
func WithStreamPing(interval time.Duration) Option { return option(emulator.WithStreamPing(interval)) }

// WithStreamAge ends each Stream connection when it reaches an age, as Disconnect does. Without the option, or with 0,
// connections stay open.
func WithStreamAge(d time.Duration) Option { return option(emulator.WithStreamAge(d)) }
