package emulator

// WithEventTypes names the types of events that the app has subscribed to. Without the option it is all.
func WithEventTypes(types ...string) Option {
	return func(c *config) { c.eventTypes = append(append([]string{}, c.eventTypes...), types...) }
}

// WithoutOwnEvents makes writes of the app send no events.
func WithoutOwnEvents() Option { return func(c *config) { c.withoutOwnEvents = true } }

// WithoutMoveEvents makes a change of a person's departments, of the order in them or of who leads them send no event.
func WithoutMoveEvents() Option { return func(c *config) { c.withoutMoveEvents = true } }
