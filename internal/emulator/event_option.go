package emulator

import "time"

// WithEventTypes names the types of events that the app has subscribed to. Without the option it is all.
func WithEventTypes(types ...string) Option {
	return func(c *config) { c.eventTypes = append(append([]string{}, c.eventTypes...), types...) }
}

// WithoutOwnEvents makes writes of the app send no events.
func WithoutOwnEvents() Option { return func(c *config) { c.withoutOwnEvents = true } }

// WithoutMoveEvents makes a change of a person's departments, of the order in them or of who leads them send no event.
func WithoutMoveEvents() Option { return func(c *config) { c.withoutMoveEvents = true } }

// WithStreamAck sets the time to acknowledge an event over Stream, 3 seconds by default.
func WithStreamAck(d time.Duration) Option { return func(c *config) { c.stream.ack = d } }

// WithStreamRetries sets how long after each attempt that was not acknowledged the next one begins, 15 and 60 seconds by
// default. After the last the event is given up.
func WithStreamRetries(after ...time.Duration) Option {
	return func(c *config) { c.stream.retries = after }
}

// WithEventRetention sets how long an event waits while no Stream connection is open. By default it does not: the attempt
// fails.
func WithEventRetention(d time.Duration) Option { return func(c *config) { c.stream.keep = d } }

// WithStreamPing sets the interval of the pings over Stream, 30 seconds by default; 0 is none.
func WithStreamPing(interval time.Duration) Option {
	return func(c *config) { c.stream.ping = interval }
}

// WithStreamAge ends each Stream connection at an age, as Disconnect does. By default none ends by itself.
func WithStreamAge(d time.Duration) Option { return func(c *config) { c.stream.age = d } }

// WithReadLag makes the reads of the app show a change only after a time. Its events are sent at once.
func WithReadLag(d time.Duration) Option { return func(c *config) { c.readLag = d } }
