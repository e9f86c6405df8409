package mirror

import (
	"context"
	"errors"
)

// The classes of the errors of a Store.
var (
	// ErrInUse is a store that another process holds, of a kind that only one process can open.
	ErrInUse = errors.New("the store is in use by another process")
	// ErrLeaseLost is a transaction of a leader that no longer leads. It changed nothing.
	ErrLeaseLost = errors.New("another process leads now")
)

// Store keeps the data of a Mirror: an ordered map of byte strings with transactions. Keys are ordered byte by byte, and
// have 1 to 1,024 bytes. A Store is safe for concurrent use, but the function of a transaction must not begin another one.
// mirrortest.CheckStore tests a Store.
type Store interface {
	// View calls f with one committed state, which does not change while f runs, although Updates go on. It returns the
	// error of f.
	View(ctx context.Context, f func(Reader) error) error
	// Update calls f with the latest state, and commits all of its changes, or none if f panics or returns an error, which
	// Update then returns. One Update runs at a time, in all processes. Once Update has returned nil, the changes outlive a
	// crash of the process and of the machine. After any other error than that of f, such as a lost connection, they may
	// have been committed. f may be called more than once.
	Update(ctx context.Context, f func(Writer) error) error
	// Changed returns a channel that is closed after a later Update has been committed, by any process. It may be closed
	// without one.
	Changed() <-chan struct{}
	// Lead waits until there is no other lease, in any process, and returns one.
	Lead(ctx context.Context) (Lease, error)
	// Close waits for the transactions that run, and ends the store and its leases. Transactions that begin later fail.
	Close() error
}

// Lease is the right to lead, which one process at a time has.
type Lease interface {
	// Update is Store.Update for the leader: it fails with ErrLeaseLost, and changes nothing, once the lease is lost or
	// released.
	Update(ctx context.Context, f func(Writer) error) error
	// Lost returns a channel that is closed when the lease is lost or released.
	Lost() <-chan struct{}
	// Release ends the lease, so that another process may lead.
	Release(ctx context.Context) error
}

// Reader reads in a transaction. It is not for concurrent use, nor for use after the transaction. The keys and values that
// it hands out must not be changed, nor used after the transaction.
type Reader interface {
	// Get returns the values of keys, in their order; nil for a key that is absent. A value is never empty.
	Get(keys ...[]byte) ([][]byte, error)
	// Range calls f for the keys from from (inclusive) to to (exclusive) in ascending order, until f returns an error, which
	// Range returns. An empty to is no bound. f may read, but must not write.
	Range(from, to []byte, f func(key, value []byte) error) error
}

// Writer reads and writes in a transaction, and reads what it has written.
type Writer interface {
	Reader
	// Put stores a value. An empty key or value is an error. Neither must be changed until the transaction ends.
	Put(key, value []byte) error
	// Delete removes a key, if it is there.
	Delete(key []byte) error
}
