package stream

import "time"

// State describes a client at one moment.
type State struct {
	Connections int       // the healthy ones
	Since       time.Time // since when there is at least one; zero while there is none
	LastFrame   time.Time // when the last frame was received, of events or of the service's own; zero if none was
	Handling    int       // events that are being accepted
	Gaps        int       // that were reported
	Err         error     // of the latest attempt to connect; nil if it succeeded
}

// State returns what the client is doing. It may be called at any time.
func (c *Client) State() State {
	c.health.mu.Lock()
	defer c.health.mu.Unlock()
	return State{
		Connections: len(c.health.up),
		Since:       c.health.since,
		LastFrame:   c.health.lastFrame,
		Handling:    len(c.handlers),
		Gaps:        int(c.gaps.Load()),
		Err:         c.health.err,
	}
}
