package mirror

import "time"

// Revision counts the changes of a mirror. Each Change has its own.
type Revision uint64

// Change is one change of one entity.
type Change struct {
	Revision Revision
	Key      Key
	// Before and After are values of the type that the Kind of the key names. Before is nil if the entity appeared, After if
	// it is gone. Both are nil in a mirror WithoutHistory, and after Forget.
	Before, After any
	// RemovalReason is set if the entity is gone.
	RemovalReason RemovalReason
	Source        Source
	// At is when the mirror learned of the change, by the clock of its process.
	At time.Time
}

// RemovalReason is why an entity is gone.
type RemovalReason string

// The reasons.
const (
	Left       RemovalReason = "left"         // the service does not know it any more
	OutOfScope RemovalReason = "out_of_scope" // the app may not see it any more
	Forgotten  RemovalReason = "forgotten"    // Forget
)

// Source is what led to the read that found a change.
type Source string

// The sources.
const (
	SourceEvent    Source = "event"
	SourceOwnWrite Source = "own_write" // by the client of NewWrites
	SourceScan     Source = "scan"
	SourceRecheck  Source = "recheck" // a later read for the same event
	SourceDetails  Source = "details" // what no list shows was read, or read again
	SourceAsked    Source = "asked"   // Refresh or Forget
)
